"""The drill with the whole house: a patient is in the middle of booking, a backup runs, the gateway is killed outright;
another house starts on what was backed up, and the same patient's conversation goes on where it was.

GB/T 22239-2019, 8.1.4.9 (数据备份恢复).
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from deploy.trial import Trial, trial_house
from settings import ROOT
from tests.acceptance.patient import Patient
from tests.acceptance.test_resilience import kill, rows

PASSPHRASE = "an invented passphrase of the drill"
XINGLIN = Path(sys.executable).parent / "xinglin"


def xinglin(house: Trial | None, *arguments: str) -> str:
    """The command as an operator calls it; returns what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINGLIN_")}
    done = subprocess.run(
        [XINGLIN, *arguments],
        cwd=ROOT,
        env=kept | ({"XINGLIN_VAR": str(house.settings.var)} if house else {}),
        input=PASSPHRASE + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert PASSPHRASE not in done.stdout + done.stderr
    return done.stdout


def test_a_patients_conversation_goes_on_in_what_was_restored(house: Trial, patient: Patient, tmp_path: Path) -> None:
    patient.say("我要挂皮肤科的号")
    offered = patient.options()
    assert offered
    stop, sent = threading.Event(), []

    def go_on_writing() -> None:
        other = Patient(house.url)
        try:
            while not stop.is_set() and len(sent) < 12:
                other.say("你好")
                sent.append("你好")
        finally:
            other.close()

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    try:
        made = xinglin(house, "backup", "--to", str(tmp_path / "backups"), "--with-keys")
    finally:
        stop.set()
        writer.join(60)
    assert "主密钥" in made
    (archive,) = (tmp_path / "backups").glob("*.xlb")
    # What comes after the backup is lost with the machine: a message is being written when it dies.
    patient.sends("这一句在备份之后")
    kill(house, "gateway")

    assert "完好" in xinglin(None, "backup", "verify", str(archive), "--passphrase")
    restored = tmp_path / "restored"
    said = xinglin(None, "restore", str(archive), "--into", str(restored), "--passphrase")
    assert "审计链" in said
    seen = [message["id"] for message in patient.messages]
    with trial_house(restored) as second:
        patient.base = second.url
        patient.come_back()
        replies = patient.press(offered[0]["title"])
        assert replies
        # The assistant knows where it was: the next step of the booking, not a greeting.
        assert replies[-1]["card"] or replies[-1]["quick_replies"], replies
        assert {row[0] for row in rows(second, "SELECT id FROM message")} >= set(seen)
        assert rows(second, "SELECT 1 FROM message WHERE text = ?", "这一句在备份之后") == []
        assert "完好" in xinglin(second, "audit", "verify")
