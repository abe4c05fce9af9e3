"""``xinglin audit``: what an auditor runs."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from records.audit import Action, Actor, ActorKind, audit
from records.database import engine, session_scope, utc_now
from settings import Settings
from tests.unit.test_audit_verifying import sign, without_triggers, write


def xinglin(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", *arguments])


def test_a_sound_chain_says_so(database: None) -> None:
    write()
    assert "没有检查点" in xinglin("verify").output
    assert "检查点 1：第 12 行" in xinglin("checkpoint").output
    done = xinglin("verify")
    assert (done.exit_code, "完好" in done.output) == (0, True)


def test_the_wrong_row_is_named_and_the_exit_code_says_no(database: None) -> None:
    write()
    sign()
    without_triggers("UPDATE audit_entry SET outcome = 'refused' WHERE seq = 7")
    done = xinglin("verify")
    assert done.exit_code == 1
    assert "第 7 行：内容被改动" in done.output


def test_an_auditor_verifies_with_the_two_files_alone(database: None, installation: Settings, tmp_path: Path) -> None:
    """A copy of the checkpoints and the public key are enough; nothing secret is read."""
    write()
    sign()
    copy, key = tmp_path / "copy.jsonl", tmp_path / "auditor.pem"
    copy.write_bytes(installation.checkpoints_file.read_bytes())
    key.write_text(xinglin("key").output)
    installation.audit_key.unlink()
    installation.checkpoints_file.write_bytes(b"")  # what is inside was emptied
    without_triggers("DELETE FROM audit_entry WHERE seq = 12")
    assert xinglin("verify", "--checkpoints", str(copy), "--public-key", str(key)).exit_code == 1


@pytest.mark.parametrize("missing", ["--checkpoints", "--public-key"])
def test_a_file_that_is_not_there_is_no_sound_chain(database: None, tmp_path: Path, missing: str) -> None:
    write()
    sign()
    assert xinglin("verify", missing, str(tmp_path / "none")).exit_code == 2


def test_rows_are_shown_by_patient_actor_and_time_and_that_is_recorded(database: None) -> None:
    write(4)
    with session_scope() as session:
        audit(session, actor=Actor(ActorKind.SYSTEM, "job"), action=Action.BOOK, patient="a2", subject="appointment:x")
    assert xinglin("show", "--patient", "a2").output.count("\n") == 1
    assert "system job  book appointment:x patient=a2  done" in xinglin("show", "--actor", "job").output
    future = (utc_now() + timedelta(days=2)).strftime("%Y-%m-%d")
    assert xinglin("show", "--since", future).output == ""
    assert xinglin("show", "--action", "view_audit").output.count("view_audit") == 3
    engine().dispose()
