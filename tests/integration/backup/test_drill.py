"""The drill: a backup is made while a process writes, that process is killed outright, and what was backed up comes
back proven (GB/T 22239-2019, 8.1.4.9: a restore is tried, not hoped for)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.audit import AuditEntry
from records.audit.verifying import stored_rows, verify
from records.backup import Opener, archives, make_backup, restore
from records.conversations import Conversation, Message
from records.database import engine, engine_for, session_scope
from records.masking.token import find_tokens
from records.vault import get_vault
from settings import ROOT, Settings, get_settings
from tests.integration.backup.conftest import PASSPHRASE, Place, converse


@contextmanager
def writing() -> Iterator[IO[str]]:
    """A writer as a process of its own, killed with SIGKILL when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.backup.writer"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def written(said: IO[str], *, at_least: int) -> int:
    for line in said:
        if int(line) >= at_least:
            return int(line)
    raise AssertionError("the writer ended")


def test_a_house_is_killed_in_mid_write_and_comes_back_from_its_backup(
    migrated: Settings, place: Place, tmp_path: Path
) -> None:
    opener = Opener(passphrase=PASSPHRASE)
    with writing() as said:
        before = written(said, at_least=20)
        archive, manifest = make_backup(migrated, to=tmp_path / "backups", opener=opener, with_keys=True)
        written(said, at_least=before + 5)
    with session_scope() as session:
        after = session.scalar(select(func.count()).select_from(Message)) or 0
    # The killed one's own database is as sound as before: nothing half written.
    assert verify(stored_rows(engine())).sound
    restored = restore(archive, into=place.folder, opener=opener, settings=place.settings)
    settings = place.restored()
    with Session(engine_for(settings.records_url)) as session:
        messages = session.scalar(select(func.count()).select_from(Message)) or 0
        conversations = session.scalar(select(func.count()).select_from(Conversation)) or 0
        rows = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    # One moment of it, not a mixture: each patient whole, with the row that tells of them.
    assert before <= messages <= after
    assert messages == conversations == rows - 1 == restored.audit_rows
    name = "message" if "message" in manifest.databases["records"].contents else "public.message"
    assert manifest.databases["records"].contents[name]["rows"] == messages
    engine_for(settings.records_url).dispose()


def test_what_came_back_can_be_read_and_written(
    migrated: Settings, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the keys that came along the vault opens, and new patients are taken."""
    opener = Opener(passphrase=PASSPHRASE)
    with writing() as said:
        written(said, at_least=3)
        archive, _ = make_backup(migrated, to=tmp_path / "backups", opener=opener, with_keys=True)
    assert archives(tmp_path / "backups") == [archive]
    restore(archive, into=place.folder, opener=opener, settings=place.settings)
    monkeypatch.setenv("XINGLIN_VAR", str(place.folder))
    if place.settings.database_url:
        monkeypatch.setenv("XINGLIN_DATABASE_URL", place.settings.database_url)
    get_settings.cache_clear()
    with session_scope() as session:
        found = session.execute(
            select(Message.text, Conversation.account_id).join(Conversation, Message.conversation_id == Conversation.id)
        ).all()
        for text, owner in found:
            (phone,) = find_tokens(text)
            assert get_vault().reveal(session, owner=owner, ref=phone.ref).startswith("13800")
        converse(session, "今天好多了")
    assert verify(stored_rows(engine())).sound
    engine().dispose()
