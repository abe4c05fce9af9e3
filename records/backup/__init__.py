"""Backup and restore of a whole installation. ``docs/operations.md`` says how it is used, and what must lie apart."""

from records.backup.failures import (
    BackupFailed,
    Damaged,
    KeyUnusable,
    NotABackup,
    NotEmpty,
    NotTheSame,
    ToolFailed,
    Truncated,
    WrongKey,
)
from records.backup.keys import Opener
from records.backup.making import make_backup
from records.backup.manifest import Manifest
from records.backup.names import archives, is_due, kept, made_at, prune
from records.backup.reading import verify
from records.backup.restoring import Restored, restore

__all__ = [
    "BackupFailed",
    "Damaged",
    "KeyUnusable",
    "Manifest",
    "NotABackup",
    "NotEmpty",
    "NotTheSame",
    "Opener",
    "Restored",
    "ToolFailed",
    "Truncated",
    "WrongKey",
    "archives",
    "is_due",
    "kept",
    "made_at",
    "make_backup",
    "prune",
    "restore",
    "verify",
]
