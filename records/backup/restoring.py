"""An archive brought back: checked as a whole, unpacked beside its place, proven, and only then put there.

Nothing is half restored: the folder appears by one rename after the last check, and a database that was filled
before a check failed is emptied again (it had to be empty before).
"""

import io
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from records.audit import SYSTEM, Action, audit
from records.audit.checkpoints import CheckpointFile, public_key_beside, read_checkpoints
from records.audit.signing import SigningKeyError, load_public_keys
from records.audit.verifying import stored_rows
from records.audit.verifying import verify as verify_rows
from records.backup.failures import BackupFailed, Damaged, NotEmpty, NotTheSame, WrongKey
from records.backup.keys import Opener
from records.backup.making import AUDIT, KEYS
from records.backup.manifest import Hashed, Manifest
from records.backup.reading import opened, verify
from records.backup.sealing import CHUNK_BYTES
from records.backup.snapshots import Store
from records.backup.stores import RECORDS, stores
from records.database import make_engine
from records.keys import NONCE_BYTES, Aead, sync_folder
from records.migrate import upgrade
from settings import Settings

# What a member may be called: nothing that leads out of the folder it is unpacked to.
_IN_FOLDERS = re.compile(rf"(media|spool|{AUDIT})(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)+")
_KEY_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has brought back and proven."""

    manifest: Manifest
    folder: Path
    with_keys: bool
    migrated: bool
    audit_rows: int


def restore(archive: Path, *, into: Path, opener: Opener, settings: Settings) -> Restored:
    """Bring ``archive`` back into the folder ``into`` (missing or empty) and, where ``settings`` name a PostgreSQL,
    into its empty databases. Raises :class:`BackupFailed`, and then nothing has changed."""
    into = into.absolute()
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NotEmpty(str(into))
    manifest = verify(archive, opener)
    with _beside(into) as staging:
        staged = settings.model_copy(update={"var": staging, "master_key_file": None})
        targets = _targets(staged, manifest)
        for store in targets.values():
            store.refuse_unless_empty()
        try:
            with_keys = _unpack(archive, opener, staging)
            for name, store in targets.items():
                store.restore(staging / manifest.databases[name].member)
            _prove(targets, manifest, staging)
            migrated, audit_rows = _migrate(staged, manifest)
            _put_in_place(staging, into)
        except BaseException:
            for store in targets.values():
                with suppress(BackupFailed):
                    store.clear()
            raise
    return Restored(manifest=manifest, folder=into, with_keys=with_keys, migrated=migrated, audit_rows=audit_rows)


@contextmanager
def _beside(into: Path) -> Iterator[Path]:
    """A folder beside ``into``: renaming it is then one step."""
    into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staging = into.parent / f".{into.name}.restoring"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _targets(staged: Settings, manifest: Manifest) -> dict[str, Store]:
    targets = {name: store for name, store in stores(staged).items() if name in manifest.databases}
    for name, copy in manifest.databases.items():
        if name not in targets or targets[name].engine != copy.engine:
            raise BackupFailed(
                f"备份里的 {name} 来自 {copy.engine}，请用同一种数据库恢复"
                "（XINGLIN_DATABASE_URL、XINGLIN_JOBS_DATABASE_URL）"
            )
    return targets


def _unpack(archive: Path, opener: Opener, staging: Path) -> bool:
    """Every member into ``staging``; returns whether the keys of the records were among them and could be opened."""
    with opened(archive, opener) as source:
        with_keys = False

        def take(name: str, content: Hashed) -> None:
            nonlocal with_keys
            if name == KEYS:
                sealed = b"".join(iter(lambda: content.read(CHUNK_BYTES), b""))
                if source.keys.records_keys is not None:
                    _unpack_keys(sealed, source.keys.records_keys, staging / "keys")
                    with_keys = True
                return
            if not _IN_FOLDERS.fullmatch(name) and not re.fullmatch(r"[a-z]+\.(db|dump)", name):
                raise Damaged(name)
            _write(staging / name, content)

        source.read(take)
    return with_keys


def _write(target: Path, content: Hashed) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as file:
        target.chmod(0o600)
        while data := content.read(CHUNK_BYTES):
            file.write(data)


def _unpack_keys(sealed: bytes, cipher: Aead, folder: Path) -> None:
    try:
        packed = cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], KEYS.encode())
    except InvalidTag:
        raise WrongKey from None
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None or not _KEY_NAME.fullmatch(member.name):
                raise Damaged(KEYS)
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.touch(0o600)
            target.write_bytes(content.read())


def _prove(targets: dict[str, Store], manifest: Manifest, staging: Path) -> None:
    """Raise :class:`NotTheSame` unless every table and every file is there as it was."""
    for name, store in targets.items():
        now, then = store.contents(), manifest.databases[name].contents
        for table in sorted(then.keys() | now.keys()):
            if now.get(table) != then.get(table):
                raise NotTheSame(f"{name} 的表 {table}")
    media = staging / "media"
    files = sum(1 for _ in media.iterdir()) if media.is_dir() else 0
    if files != manifest.media:
        raise NotTheSame(f"媒体文件 {files} 个，应为 {manifest.media} 个")


def _migrate(staged: Settings, manifest: Manifest) -> tuple[bool, int]:
    """Bring older records to this version's shape, verify the audit's chain and add to it that they were restored.

    Returns whether anything had to be migrated, and the number of verified rows.
    """
    then = manifest.databases[RECORDS].revision
    if then is None:
        return False, 0
    engine = make_engine(staged.database_owner_url or staged.records_url)
    try:
        upgrade(at=engine)
        rows = _verified_audit(engine, staged.var / AUDIT / staged.checkpoints_file.name)
        with Session(engine) as session, session.begin():
            revision = session.scalar(sql("SELECT version_num FROM alembic_version"))
            audit(
                session,
                actor=SYSTEM,
                action=Action.RESTORE_BACKUP,
                patient=None,
                subject="backup:records",
                details={"made": manifest.created_at.isoformat(), "rows": manifest.rows()},
            )
    finally:
        engine.dispose()
    return revision != then, rows


def _verified_audit(engine: Engine, checkpoints: Path) -> int:
    """Rows of the audit's chain, compared with the signed checkpoints that came with it; raises
    :class:`NotTheSame` when it is broken."""
    signed = CheckpointFile()
    if checkpoints.exists():
        try:
            signed = read_checkpoints(checkpoints, load_public_keys(public_key_beside(checkpoints)))
        except SigningKeyError as error:
            raise NotTheSame(f"审计的检查点，{error}") from None
    found = verify_rows(stored_rows(engine), checkpoints=signed.checkpoints)
    for problem in (*signed.problems, *(f"审计链第 {one.seq} 行：{one.what}" for one in found.findings)):
        raise NotTheSame(problem)
    return found.rows


def _put_in_place(staging: Path, into: Path) -> None:
    try:
        # Over an empty folder, or to where there is none: all of it appears at once.
        staging.rename(into)
    except OSError as error:
        raise BackupFailed(f"不能把恢复的内容放到 {into}（{error.strerror}）；请换一个新文件夹") from error
    sync_folder(into.parent)
