"""No secret of the house is where it need not be: not in a log, an answer, a command line or another process.

GB/T 22239-2019, 8.1.4.8 (confidentiality of authentication data) and 8.1.4.2 (least privilege).
"""

import json
import re
import stat
from pathlib import Path

import httpx
import pytest

from deploy.trial import Trial
from tests.acceptance.conftest import BACKUP_PASSPHRASE, CREDENTIALS
from tests.acceptance.patient import Patient
from tests.acceptance.test_resilience import family_of, process_of

WECHAT = (CREDENTIALS.token, CREDENTIALS.secret, CREDENTIALS.aes_key)


def file_secrets(house: Trial) -> list[str]:
    """What the key files hold: every long enough run of key material, as it is written there."""
    found: list[str] = []
    for file in (house.settings.var / "keys").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            found += re.findall(r"[A-Za-z0-9+/_-]{24,}", content.decode()) if content.isascii() else [content.hex()]
    return [secret for secret in found if not secret.startswith("-")]


@pytest.fixture
def secrets(house: Trial) -> list[str]:
    """Every secret this house was started with or has made."""
    found = [*WECHAT, BACKUP_PASSPHRASE, *house.passwords.values(), *file_secrets(house)]
    assert len(found) >= len(WECHAT) + 2 + len({"master", "audit", "session", "tracker"})
    return found


def test_no_log_holds_one(house: Trial, patient: Patient, secrets: list[str]) -> None:
    patient.say("你好")
    httpx.post(f"{house.url}/wechat", params={"signature": CREDENTIALS.token}, content=b"<xml>", trust_env=False)
    httpx.get(f"{house.url}/api/console/me", cookies={"xinglin_console": house.passwords["doctor"]}, trust_env=False)
    logs = list((house.settings.var / "log").iterdir())
    assert len(logs) >= 5
    for log in logs:
        content = log.read_text(errors="replace")
        assert [secret for secret in secrets if secret in content] == [], log.name
    printed = "".join(house.printed)
    assert [secret for secret in secrets if secret in printed and secret not in house.passwords.values()] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/openapi.json"),
        ("GET", "/metrics"),
        ("GET", "/healthz"),
        ("GET", "/nowhere"),
        ("POST", "/api/console/sign-in"),
        ("GET", "/api/chat/history?before=x"),
        ("POST", "/wechat?signature=x"),
        ("GET", "/"),
        ("GET", "/console"),
    ],
)
def test_no_answer_tells_one(house: Trial, secrets: list[str], method: str, path: str) -> None:
    answer = httpx.request(method, f"{house.url}{path}", trust_env=False)
    assert [secret for secret in secrets if secret in answer.text + json.dumps(dict(answer.headers))] == []
    assert "Traceback" not in answer.text
    assert str(house.settings.var) not in answer.text


@pytest.mark.parametrize(
    ("name", "unneeded"),
    [
        ("vision", (*WECHAT, BACKUP_PASSPHRASE, "XINGLIN_")),
        ("rasa", (*WECHAT, BACKUP_PASSPHRASE, "DATABASE", "XINGLIN_MASTER_KEY", "XINGLIN_VAR=")),
        ("actions", (*WECHAT, BACKUP_PASSPHRASE, "XINGLIN_DATABASE_OWNER_URL")),
        ("gateway", (BACKUP_PASSPHRASE, "XINGLIN_DATABASE_OWNER_URL")),
        ("worker", ("XINGLIN_DATABASE_OWNER_URL",)),
    ],
)
def test_a_process_gets_no_secret_that_it_does_not_need(house: Trial, name: str, unneeded: tuple[str, ...]) -> None:
    """As the kernel tells it, not as we meant it; vision, which opens what strangers send, gets none at all."""
    environment = Path(f"/proc/{process_of(house, name)}/environ").read_text(errors="replace")
    assert "PYTHONPATH=" in environment
    assert [secret for secret in unneeded if secret in environment] == []


def test_no_command_line_shows_one(house: Trial, secrets: list[str]) -> None:
    """Every user of the machine can read these."""
    for pid in family_of(house):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except FileNotFoundError:
            continue
        assert [secret for secret in secrets if secret in command] == []


def test_everything_that_is_kept_is_this_users_alone(house: Trial) -> None:
    """GB/T 22239-2019, 8.1.4.2: folders 0700, files 0600, whatever the umask of who started it."""
    kept = [house.settings.var, *house.settings.var.rglob("*")]
    assert len(kept) > 20
    open_to_others = [
        (str(path.relative_to(house.settings.var)), oct(path.lstat().st_mode))
        for path in kept
        if not path.is_symlink() and path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    assert open_to_others == []
