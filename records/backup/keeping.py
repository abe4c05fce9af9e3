"""Backups as a habit: every night into one folder, the old ones thinned out, each noted in the audit."""

from pathlib import Path

import structlog

from records.audit import SYSTEM, Action, audit
from records.backup.keys import Opener
from records.backup.making import make_backup
from records.backup.manifest import Manifest
from records.backup.names import is_due, prune
from records.database import session_scope, utc_now
from settings import Settings, get_settings

log = structlog.get_logger(__name__)


def folder_of(settings: Settings) -> Path:
    """Where this installation's backups go unless somebody says otherwise."""
    return settings.backup_dir or settings.var / "backups"


def noted(path: Path, manifest: Manifest) -> None:
    """Write into the audit that a copy of everything was made, and where to."""
    details: dict[str, str | int] = {"file": path.name, "rows": manifest.rows(), "media": manifest.media}
    with session_scope() as session:
        audit(
            session,
            actor=SYSTEM,
            action=Action.MAKE_BACKUP,
            patient=None,
            subject="backup:records",
            details=details | {"keys": int(manifest.keys)},
        )


def keep_backups() -> None:
    """Make the night's backup when it is due and a folder is set; raises ``BackupFailed``. Called again and again."""
    settings = get_settings()
    if settings.backup_dir is None:
        return
    if not is_due(settings.backup_dir, now=utc_now(), hour=settings.backup_hour, zone=settings.zone):
        return
    opener = Opener(key_file=settings.backup_key, passphrase=settings.backup_passphrase.get_secret_value())
    path, manifest = make_backup(settings, to=settings.backup_dir, opener=opener)
    noted(path, manifest)
    gone = prune(settings.backup_dir, zone=settings.zone)
    log.info("backup_made", file=path.name, rows=manifest.rows(), media=manifest.media, removed=len(gone))
