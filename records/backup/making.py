"""A backup of a running installation: one encrypted file, complete under its name or not there at all.

What is not in it: the keys of the records (unless ``with_keys``), the settings' values, logs, and what is made again
(the assistant's model, caches). Copied in this order: uploads that wait for their job, jobs, trackers, records, media.
"""

import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import IO

from records.backup.failures import BackupFailed, KeyUnusable
from records.backup.keys import ArchiveKeys, Opener, new_archive
from records.backup.manifest import NAME, DatabaseCopy, Hashed, Listing, Manifest
from records.backup.names import archive_name
from records.backup.sealing import SealedWriter
from records.backup.snapshots import Snapshot
from records.backup.stores import RECORDS, stores
from records.database import utc_now
from records.keys import NONCE_BYTES, Algorithm, sync_folder
from records.wiping import destroy_file
from settings import Settings

# Beside the database: the audit's checkpoints, their public keys and what was moved out of its table.
AUDIT = "audit"
AUDIT_FILES = ("*.jsonl", "*.pem")
KEYS = "keys.sealed"
# The one opens this archive, the others are valid until the first accounts have passwords of their own.
NOT_IN_KEYS = ("backup.key", "first-password")
STAGING = "backup-"


def make_backup(
    settings: Settings,
    *,
    to: Path,
    opener: Opener,
    with_keys: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> tuple[Path, Manifest]:
    """Write one archive into the folder ``to``; returns its path and what is in it. Raises :class:`BackupFailed`."""
    if with_keys and not opener.passphrase:
        raise KeyUnusable("主密钥只在口令之下放进备份，请给一个口令")
    created_at = clock()
    target = to / archive_name(created_at)
    part = to / f".{target.name}.{token_hex(4)}.part"
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(to)
        keys, header = new_archive(opener, Algorithm(settings.cipher))
        with _staging(settings) as staging, ExitStack() as stack:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            file = stack.enter_context(os.fdopen(descriptor, "wb"))
            stack.callback(part.unlink, missing_ok=True)
            header |= {"created_at": created_at.isoformat()}
            sealed = SealedWriter(file, header=header, cipher=keys.content)
            manifest = _Writing(settings, staging, sealed).write(keys if with_keys else None, created_at)
            sealed.finish()
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
            sync_folder(to)
    except OSError as error:
        raise BackupFailed(error.strerror or str(error)) from error
    return target, manifest


@contextmanager
def _staging(settings: Settings) -> Iterator[Path]:
    """A folder of this backup alone, for snapshots; those of backups that were killed are removed."""
    run = settings.var / "run"
    run.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in run.glob(f"{STAGING}*"):
        if not _alive(left.name.removeprefix(STAGING).partition("-")[0]):
            _remove(left)
    staging = run / f"{STAGING}{os.getpid()}-{token_hex(4)}"
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        _remove(staging)


def _remove(staging: Path) -> None:
    # Copies of uploads are what patients sent, in clear.
    for file in staging.glob("spool-*"):
        destroy_file(file)
    shutil.rmtree(staging, ignore_errors=True)


def _alive(pid: str) -> bool:
    return pid.isdigit() and Path("/proc", pid).exists()


def _sweep(to: Path) -> None:
    """Remove what killed backups have left; one that is being written was touched a moment ago."""
    for left in to.glob(".xinglin-*.part"):
        with suppress(FileNotFoundError):
            if utc_now().timestamp() - left.stat().st_mtime > 24 * 3600:
                left.unlink()


class _Writing:
    """One archive that is being written."""

    def __init__(self, settings: Settings, staging: Path, sealed: SealedWriter) -> None:
        self._settings = settings
        self._staging = staging
        self._listing = Listing()
        self._media = self._missing = self._spool = 0
        self._tar = tarfile.open(mode="w|", fileobj=sealed, format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def write(self, keys: ArchiveKeys | None, created_at: datetime) -> Manifest:
        databases: dict[str, DatabaseCopy] = {}
        with self._tar:
            spooled, audited = self._copied_spool("before"), self._audit_files()
            for name, store in stores(self._settings).items():
                if not store.exists():
                    continue
                with store.snapshot(self._staging) as snapshot:
                    if name == RECORDS:
                        spooled |= self._copied_spool("after")
                    databases[name] = DatabaseCopy(
                        engine=store.engine,
                        member=store.member,
                        revision=snapshot.revision,
                        contents=snapshot.contents,
                    )
                    self._add_file(store.member, snapshot.file)
                    if name == RECORDS:
                        self._add_media(snapshot)
                    snapshot.file.unlink()
            self._add_spool(spooled)
            for file, size in audited.items():
                with file.open("rb") as opened:
                    self._add(f"{AUDIT}/{file.name}", size, opened)
            if keys is not None:
                self._add_keys(keys)
            manifest = Manifest(
                created_at=created_at,
                version=version("xinglin"),
                databases=databases,
                media=self._media,
                media_missing=self._missing,
                spool=self._spool,
                members=self._listing.members,
                size=self._listing.size,
                listing=self._listing.hexdigest(),
                keys=keys is not None,
                model=_model(self._settings),
                settings=sorted(f"XINGLIN_{name.upper()}" for name in self._settings.model_fields_set),
            )
            content = manifest.model_dump_json(indent=1).encode()
            self._tar.addfile(_info(NAME, len(content)), io.BytesIO(content))
        return manifest

    def _copied_spool(self, when: str) -> dict[str, Path]:
        """Uploads that wait for their job, as they are now: the job overwrites and deletes its own when it is done."""
        copied: dict[str, Path] = {}
        spool = self._settings.var / "spool"
        for file in sorted(spool.iterdir()) if spool.is_dir() else ():
            copy = self._staging / f"spool-{when}-{file.name}"
            with suppress(FileNotFoundError):
                if file.is_file() and not file.is_symlink():
                    copy.touch(0o600)
                    shutil.copyfile(file, copy)
                    copied[file.name] = copy
        return copied

    def _add_spool(self, spooled: dict[str, Path]) -> None:
        for name, copy in sorted(spooled.items()):
            self._add_file(f"spool/{name}", copy)
            self._spool += 1

    def _add_media(self, snapshot: Snapshot) -> None:
        for media_id in snapshot.media():
            try:
                self._add_file(f"media/{media_id}", self._settings.var / "media" / media_id)
                self._media += 1
            except FileNotFoundError:
                # Erased since the snapshot, or lost before: how many is said, and compared when restored.
                self._missing += 1

    def _audit_files(self) -> dict[Path, int]:
        """Files of the audit and how long they are now: before the records are copied, or a checkpoint that is
        signed meanwhile would speak of rows that the copy does not have."""
        folder = self._settings.checkpoints_file.parent
        found = sorted({file for pattern in AUDIT_FILES for file in folder.glob(pattern)})
        return {file: file.stat().st_size for file in found}

    def _add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._add(name, os.fstat(file.fileno()).st_size, file)

    def _add(self, name: str, size: int, file: IO[bytes]) -> None:
        hashed = Hashed(file)
        self._tar.addfile(_info(name, size), hashed)
        self._listing.add(name, size, hashed.hexdigest())

    def _add_keys(self, keys: ArchiveKeys) -> None:
        assert keys.records_keys is not None
        packed = io.BytesIO()
        with tarfile.open(mode="w", fileobj=packed) as inner:
            for name, file in key_files(self._settings).items():
                content = file.read_bytes()
                inner.addfile(_info(name, len(content)), io.BytesIO(content))
        nonce = token_bytes(NONCE_BYTES)
        sealed = nonce + keys.records_keys.encrypt(nonce, packed.getvalue(), KEYS.encode())
        self._add(KEYS, len(sealed), io.BytesIO(sealed))


def key_files(settings: Settings) -> dict[str, Path]:
    """Every key of the installation by its name, but the backup's own."""
    found: dict[str, Path] = {}
    for folder in (settings.var / "keys", settings.key_file.parent):
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = str(file.relative_to(folder))
            if file.is_file() and not file.name.startswith(".") and not file.name.startswith(NOT_IN_KEYS):
                found[name] = file
    return found


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _model(settings: Settings) -> str:
    """Digest of what the assistant's model was trained on; empty before the first training."""
    stamp = settings.var / "models" / "xinglin.tar.inputs"
    return stamp.read_text().strip() if stamp.is_file() else ""
