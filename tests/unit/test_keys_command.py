"""``xinglin keys``: what an operator sees and does."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from deploy.processes import tracker_key_file
from records.database import session_scope
from records.keys import KeyClass
from records.masking import PersonalKind
from records.vault import get_vault
from settings import Settings
from tests.unit.test_vault import another_vault

pytestmark = pytest.mark.usefixtures("database")


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what was written."""
    done = CliRunner().invoke(app, ["keys", *arguments])
    return done.exit_code, done.output


def test_status_before_during_and_after_a_rotation(installation: Settings) -> None:
    with session_scope() as session:
        get_vault().prepare(session)
        get_vault().store(session, owner="a" * 16, kind=PersonalKind.NAME, original="李雷", shown="李*")
    first = get_vault().provider.active_id(KeyClass.NORMAL)
    code, shown = run("status")
    assert code == 0
    assert f"主密钥 {first}  普通  使用中  保护 2 个数据密钥" in shown
    code, shown = run("rotate", "--data")
    assert code == 0
    active = {one: another_vault(installation).provider.active_id(one) for one in KeyClass}
    assert all(master_id in shown for master_id in active.values())
    code, shown = run("status")
    assert f"主密钥 {first}  普通  旧  保护 2 个数据密钥" in shown
    assert "排队，等后台工人" in shown
    assert "李雷" not in shown
    assert installation.key_file.read_text().split('"secret": "')[1][:64] not in shown


def test_a_missing_master_key_is_said_and_fails(installation: Settings) -> None:
    with session_scope() as session:
        get_vault().prepare(session)
    lost = get_vault().provider.active_id(KeyClass.NORMAL)
    installation.key_file.unlink()
    code, shown = run("status")
    assert (code, "put the right file back" in shown) == (1, True)
    another_vault(installation).provider.active_id(KeyClass.NORMAL)  # somebody made a fresh one
    code, shown = run("status")
    assert (code, f"缺少主密钥 {lost}" in shown) == (1, True)
    code, shown = run("rotate")
    assert (code, "put the right file back" in shown) == (1, True)


@pytest.mark.parametrize("content", [None, bytes(range(32)), b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"])
def test_a_rotation_gives_rasa_a_new_key_behind_the_old_one(installation: Settings, content: bytes | None) -> None:
    file: Path = tracker_key_file(installation)
    if content is not None:
        file.parent.mkdir(parents=True, mode=0o700)
        file.write_bytes(content)
    assert run("rotate")[0] == 0
    lines = file.read_text().split()
    assert len(lines) == (1 if content is None else 2)
    assert content is None or lines[0] == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
