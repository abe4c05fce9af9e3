"""What a day in the house leaves behind verifies, while the house runs: several processes wrote it."""

import os
import subprocess
import sys

import httpx

from deploy.trial import Trial
from settings import ROOT
from tests.acceptance.desk import Desk
from tests.acceptance.patient import Patient

EMERGENCY = "我爸突然叫不醒，没有呼吸了"


def audit(house: Trial, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"XINGLIN_VAR": str(house.settings.var)}
    command = [sys.executable, "-m", "cli", "audit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


def test_an_emergency_seen_by_a_nurse_is_in_the_trail_and_the_trail_verifies(house: Trial, patient: Patient) -> None:
    patient.say(EMERGENCY)
    with Desk(house) as desk:
        conversation = desk.conversation_saying("叫不醒")
        desk.messages(conversation["id"])
    shown = audit(house, "show", "--limit", "500").stdout
    assert "give_consent" in shown
    assert "raise_alert" in shown
    assert f"view_messages conversation:{conversation['id']}" in shown
    assert EMERGENCY not in shown

    assert "检查点" in audit(house, "checkpoint").stdout
    verified = audit(house, "verify")
    assert (verified.returncode, "完好" in verified.stdout) == (0, True), verified.stdout + verified.stderr
    # The house is none the worse for it.
    assert httpx.get(f"{house.url}/healthz", trust_env=False).status_code == httpx.codes.OK
