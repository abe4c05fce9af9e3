"""Backups by themselves every night, and by an operator's hand; each stands in the audit (GB/T 22239-2019, 8.1.4.9)."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from channels.worker import ROUNDS
from cli.main import app
from records.audit import Action, AuditEntry
from records.backup import archives, keeping
from records.backup.names import archive_name
from records.database import session_scope
from settings import Settings, get_settings
from tests.integration.backup.conftest import PASSPHRASE, Place


def made() -> list[dict[str, object]]:
    with session_scope() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.MAKE_BACKUP))
        return [json.loads(row.details) for row in rows]


def test_the_worker_makes_one_a_night_where_a_folder_is_named(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keeping.keep_backups in {repeated.action for repeated in ROUNDS}
    keeping.keep_backups()
    assert made() == []

    monkeypatch.setenv("XINGLIN_BACKUP_DIR", str(tmp_path / "disk"))
    get_settings.cache_clear()
    night = datetime(2026, 11, 22, 2, 30, tzinfo=filled.zone)
    old = tmp_path / "disk" / archive_name(night.replace(year=2024))
    older = tmp_path / "disk" / archive_name(night.replace(year=2024, hour=1))
    old.parent.mkdir()
    old.touch()
    older.touch()
    monkeypatch.setattr(keeping, "utc_now", lambda: night)
    for _ in range(3):
        keeping.keep_backups()
    (first,) = (path for path in archives(tmp_path / "disk") if path not in {old, older})
    assert not older.exists()
    (noted,) = made()
    assert noted == noted | {"file": first.name, "media": 1, "keys": 0}


class TestCommand:
    def run(self, *arguments: str, code: int = 0, typed: str = "") -> str:
        result = CliRunner().invoke(app, list(arguments), input=typed)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    def test_make_list_verify_restore(self, filled: Settings, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        said = self.run("backup")
        assert "主密钥不在备份里" in said
        (archive,) = archives(filled.var / "backups")
        assert str(archive) in self.run("backup", "list")
        assert "完好" in self.run("backup", "verify", str(archive))
        if place.settings.database_url:
            monkeypatch.setenv("XINGLIN_DATABASE_URL", place.settings.database_url)
            get_settings.cache_clear()
        said = self.run("restore", str(archive), "--into", str(place.folder))
        assert "主密钥不在备份里" in said
        assert "审计链" in said
        assert (place.folder / "media").is_dir()

    def test_what_cannot_be_done_is_a_sentence(self, filled: Settings, tmp_path: Path) -> None:
        self.run("backup", "--with-keys", typed=f"{PASSPHRASE}\n")
        (archive,) = archives(filled.var / "backups")
        (filled.var / "keys" / "backup.key").rename(tmp_path / "elsewhere.key")
        said = self.run("restore", str(archive), "--into", str(tmp_path / "new"), code=1)
        assert "打不开" in said
        said = self.run("restore", str(archive), "--into", str(tmp_path / "new"), "--passphrase", code=1, typed="no\n")
        assert "打不开" in said
        assert not (tmp_path / "new").exists()
        assert "不是杏林的备份" in self.run("backup", "verify", __file__, code=1)
        assert "至少 12" in self.run("backup", "--with-keys", typed="short\n", code=1)
        assert PASSPHRASE not in said

    def test_a_key_file_from_the_safe_opens_it(self, filled: Settings, place: Place, tmp_path: Path) -> None:
        if place.settings.database_url:
            pytest.skip("the same command on SQLite")
        self.run("backup")
        (archive,) = archives(filled.var / "backups")
        key = tmp_path / "from-the-safe.key"
        (filled.var / "keys" / "backup.key").rename(key)
        assert "已恢复" in self.run("restore", str(archive), "--into", str(place.folder), "--key-file", str(key))
