"""A backup made while the house runs comes back as it was, or not at all (GB/T 22239-2019, 8.1.4.9: 数据备份恢复)."""

import io
import os
import sqlite3
import subprocess
import sys
import tarfile
import tracemalloc
from contextlib import closing
from pathlib import Path
from secrets import token_bytes

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records import backup
from records.audit import Action, AuditEntry
from records.audit.checkpoints import head, write_checkpoint
from records.backup import BackupFailed, NotEmpty, Opener, WrongKey, make_backup, restore, verify
from records.backup.manifest import Hashed
from records.backup.reading import opened, read_through
from records.backup.stores import store_at
from records.conversations import Message
from records.database import engine_for, session_scope
from records.media import Media
from records.media_store import media_path
from records.migrate import upgrade
from settings import ROOT, Settings, get_settings
from tests.integration.backup.conftest import PASSPHRASE, Place, converse

WORDS = "头疼"


def everything(settings: Settings) -> dict[str, int]:
    with Session(engine_for(settings.records_url)) as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Message, Media, AuditEntry)
        }


def test_what_was_kept_is_there_again(filled: Settings, place: Place, opener: Opener, tmp_path: Path) -> None:
    before = everything(filled)
    with session_scope() as session:
        end = head(session)
    assert end
    write_checkpoint(end)
    archive, manifest = make_backup(filled, to=tmp_path / "backups", opener=opener)
    assert (manifest.media, manifest.media_missing, manifest.spool, manifest.keys) == (1, 0, 1, False)
    restored = restore(archive, into=place.folder, opener=opener, settings=place.settings)
    after = everything(place.restored())
    assert after == before | {"audit_entry": before["audit_entry"] + 1}
    assert restored.audit_rows == before["audit_entry"]
    assert not restored.with_keys
    assert not restored.migrated
    assert (place.folder / "audit" / "checkpoints.jsonl").read_bytes() == filled.checkpoints_file.read_bytes()
    (media_id,) = (path.name for path in (filled.var / "media").iterdir())
    assert (place.folder / "media" / media_id).read_bytes() == media_path(media_id).read_bytes()
    assert (place.folder / "spool" / "waiting").read_bytes().endswith(b"an upload that waits")
    with Session(engine_for(place.restored().records_url)) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).one()
        assert last.action == Action.RESTORE_BACKUP


def test_sealed_with_the_commercial_cipher_where_it_is_set(
    filled: Settings, place: Place, opener: Opener, tmp_path: Path
) -> None:
    """GB/T 39786: SM4-GCM by setting; an archive says which cipher it was sealed with."""
    archive, _ = make_backup(filled.model_copy(update={"cipher": "sm4-gcm"}), to=tmp_path / "backups", opener=opener)
    assert b'"cipher": "sm4-gcm"' in archive.read_bytes()[:1000]
    assert restore(archive, into=place.folder, opener=opener, settings=place.settings).audit_rows


def test_nothing_of_it_can_be_read_without_the_key(filled: Settings, opener: Opener, tmp_path: Path) -> None:
    """GB/T 22239-2019, 8.1.4.8: 数据保密性."""
    archive, _ = make_backup(filled, to=tmp_path / "backups", opener=opener)
    content = archive.read_bytes()
    for plain in (WORDS.encode(), b"SQLite format", b"PGDMP", b"an upload that waits", b"manifest", b"alembic_version"):
        assert plain not in content
    assert archive.stat().st_mode & 0o777 == 0o600
    assert filled.backup_key.stat().st_mode & 0o777 == 0o600


def test_the_master_key_is_not_inside(filled: Settings, opener: Opener, tmp_path: Path) -> None:
    archive, _ = make_backup(filled, to=tmp_path / "backups", opener=opener)
    names: list[str] = []

    def take(name: str, content: Hashed) -> None:
        names.append(name)
        read_through(content)

    with opened(archive, opener) as source:
        source.read(take)
    assert not [name for name in names if "key" in name]


class TestWithKeys:
    def test_the_passphrase_brings_the_keys_back(self, filled: Settings, place: Place, tmp_path: Path) -> None:
        opener = Opener(key_file=filled.backup_key, passphrase=PASSPHRASE)
        archive, manifest = make_backup(filled, to=tmp_path / "backups", opener=opener, with_keys=True)
        assert manifest.keys
        restored = restore(archive, into=place.folder, opener=Opener(passphrase=PASSPHRASE), settings=place.settings)
        assert restored.with_keys
        key = place.folder / "keys" / filled.key_file.name
        assert key.read_bytes() == filled.key_file.read_bytes()
        assert key.stat().st_mode & 0o777 == 0o600
        assert not (place.folder / "keys" / "backup.key").exists()

    def test_the_key_file_alone_does_not(self, filled: Settings, place: Place, tmp_path: Path) -> None:
        opener = Opener(key_file=filled.backup_key, passphrase=PASSPHRASE)
        archive, _ = make_backup(filled, to=tmp_path / "backups", opener=opener, with_keys=True)
        by_file = Opener(key_file=filled.backup_key)
        assert not restore(archive, into=place.folder, opener=by_file, settings=place.settings).with_keys
        assert not (place.folder / "keys").exists()

    def test_without_a_passphrase_there_is_none(self, filled: Settings, opener: Opener, tmp_path: Path) -> None:
        with pytest.raises(backup.KeyUnusable):
            make_backup(filled, to=tmp_path / "backups", opener=opener, with_keys=True)
        assert not (tmp_path / "backups").exists()


class TestDamaged:
    """Nothing is half restored: the sentence says what is wrong, and the place stays as empty as it was."""

    @pytest.fixture
    def archive(self, filled: Settings, opener: Opener, tmp_path: Path) -> Path:
        return make_backup(filled, to=tmp_path / "backups", opener=opener)[0]

    def refused(self, archive: Path, place: Place, opener: Opener) -> BackupFailed:
        with pytest.raises(BackupFailed) as refused:
            restore(archive, into=place.folder, opener=opener, settings=place.settings)
        assert not place.folder.exists()
        assert list(place.folder.parent.glob(".restored*")) == []
        if place.settings.database_url:
            store_at(place.settings.database_url, "records").refuse_unless_empty()
        return refused.value

    def test_another_key(self, archive: Path, place: Place, tmp_path: Path, filled: Settings) -> None:
        other = Opener(key_file=tmp_path / "other" / "backup.key")
        make_backup(filled, to=tmp_path / "elsewhere", opener=other)
        assert isinstance(self.refused(archive, place, other), WrongKey)
        assert isinstance(self.refused(archive, place, Opener(passphrase="wrong")), WrongKey)
        assert isinstance(self.refused(archive, place, Opener(key_file=tmp_path / "none")), WrongKey)

    @pytest.mark.parametrize("kept", [0, 3, 6, 100, 0.3, 0.9, -1])
    def test_cut_off(self, archive: Path, place: Place, opener: Opener, kept: float) -> None:
        whole = archive.read_bytes()
        left = int(kept * len(whole)) if 0 < kept < 1 else int(kept) if kept >= 0 else len(whole) - 1
        archive.write_bytes(whole[:left])
        assert "备份" in str(self.refused(archive, place, opener))

    def test_cut_off_between_two_chunks(self, archive: Path, place: Place, opener: Opener) -> None:
        whole, ends = archive.read_bytes(), [8 + int.from_bytes(archive.read_bytes()[4:8], "big")]
        while ends[-1] < len(whole):
            ends.append(ends[-1] + 4 + int.from_bytes(whole[ends[-1] : ends[-1] + 4], "big"))
        assert len(ends) > 2
        for end in ends[:-1]:
            archive.write_bytes(whole[:end])
            assert isinstance(self.refused(archive, place, opener), backup.Truncated)

    @pytest.mark.parametrize("where", [0, 5, 9, 40, 0.2, 0.5, 0.8, -3])
    def test_one_bit_flipped(self, archive: Path, place: Place, opener: Opener, where: float) -> None:
        content = bytearray(archive.read_bytes())
        content[int(where * len(content)) if 0 < where < 1 else int(where)] ^= 1
        archive.write_bytes(content)
        assert "备份" in str(self.refused(archive, place, opener))

    def test_something_appended(self, archive: Path, place: Place, opener: Opener) -> None:
        with archive.open("ab") as file:
            file.write(token_bytes(100))
        self.refused(archive, place, opener)

    def test_no_backup_at_all(self, place: Place, opener: Opener, tmp_path: Path) -> None:
        other = tmp_path / "other.xlb"
        with tarfile.open(other, "w") as tar:
            tar.addfile(tarfile.TarInfo("records.db"), io.BytesIO())
        assert isinstance(self.refused(other, place, opener), backup.NotABackup)
        self.refused(tmp_path / "missing.xlb", place, opener)

    def test_a_place_that_is_not_empty(self, archive: Path, place: Place, opener: Opener) -> None:
        place.folder.mkdir()
        (place.folder / "something").write_text("of somebody's")
        with pytest.raises(NotEmpty):
            restore(archive, into=place.folder, opener=opener, settings=place.settings)
        assert [path.name for path in place.folder.iterdir()] == ["something"]

    def test_a_broken_audit_chain(self, filled: Settings, place: Place, opener: Opener, tmp_path: Path) -> None:
        """A backup of records that somebody had tampered with is not passed off as whole."""
        if filled.database_url:
            pytest.skip("the triggers of PostgreSQL are another test's")
        with closing(sqlite3.connect(filled.var / "records.db")) as database:
            database.execute("DROP TRIGGER audit_entry_no_update")
            database.execute("UPDATE audit_entry SET actor_id = 'nobody' WHERE seq = 3")
            database.commit()
        archive, _ = make_backup(filled, to=tmp_path / "tampered", opener=opener)
        assert "审计" in str(self.refused(archive, place, opener))

    def test_an_audit_whose_end_is_missing(
        self, filled: Settings, place: Place, opener: Opener, tmp_path: Path
    ) -> None:
        """The signed checkpoint in the archive knows of rows that are gone."""
        if filled.database_url:
            pytest.skip("the triggers of PostgreSQL are another test's")
        with session_scope() as session:
            end = head(session)
        assert end
        write_checkpoint(end)
        with closing(sqlite3.connect(filled.var / "records.db")) as database:
            database.execute("DROP TRIGGER audit_entry_no_delete")
            database.execute("DELETE FROM audit_entry WHERE seq > 3")
            database.commit()
        archive, _ = make_backup(filled, to=tmp_path / "tampered", opener=opener)
        assert "截断" in str(self.refused(archive, place, opener))


def test_a_database_that_is_not_empty_is_left_alone(
    filled: Settings, opener: Opener, tmp_path: Path, place: Place
) -> None:
    if not filled.database_url:
        pytest.skip("SQLite's database lies in the folder")
    archive, _ = make_backup(filled, to=tmp_path / "backups", opener=opener)
    before = everything(filled)
    with pytest.raises(NotEmpty):
        restore(archive, into=place.folder, opener=opener, settings=filled)
    assert everything(filled) == before


def test_older_records_are_brought_to_todays_shape(
    installation: Settings, place: Place, opener: Opener, tmp_path: Path, migrated: Settings
) -> None:
    if installation.database_url:
        pytest.skip("the same code; an older PostgreSQL would need its own empty database")
    old = installation.model_copy(update={"var": tmp_path / "old"})
    upgrade("0001", at=engine_for(old.records_url))
    archive, manifest = make_backup(old, to=tmp_path / "backups", opener=opener)
    assert manifest.databases["records"].revision == "0001"
    assert restore(archive, into=place.folder, opener=opener, settings=place.settings).migrated


def test_memory_stays_small_however_large_the_media(
    migrated: Settings, place: Place, opener: Opener, tmp_path: Path
) -> None:
    video = tmp_path / "video.mp4"
    with video.open("wb") as file:
        for _ in range(64):
            file.write(token_bytes(1024 * 1024))
    with session_scope() as session:
        converse(session, "视频", photo=video)
    tracemalloc.start()
    try:
        archive, _ = make_backup(migrated, to=tmp_path / "backups", opener=opener)
        verify(archive, opener)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert archive.stat().st_size > 64 * 1024 * 1024
    assert peak < 16 * 1024 * 1024


def test_a_backup_that_is_killed_leaves_no_archive(filled: Settings, opener: Opener, tmp_path: Path) -> None:
    """The name appears with the last byte or not at all, and the next backup cleans up."""
    to = tmp_path / "backups"
    code = (
        "import os, signal, sys; from pathlib import Path; import records.backup.making as m\n"
        "from records.backup import Opener; from settings import get_settings\n"
        "m.SealedWriter.finish = lambda self: os.kill(os.getpid(), signal.SIGKILL)\n"
        "m.make_backup(get_settings(), to=Path(sys.argv[1]), opener=Opener(key_file=get_settings().backup_key))"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(to)], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert [path.suffix for path in to.iterdir()] == [".part"]
    assert backup.archives(to) == []
    os.utime(next(to.iterdir()), (0, 0))
    archive, _ = make_backup(get_settings(), to=to, opener=opener)
    assert list(to.iterdir()) == [archive]
    assert list((filled.var / "run").glob("backup-*")) == []
