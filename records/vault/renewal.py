"""Keys renewed while the house runs: small batches, each a transaction of its own, each safe to run again.

Three things can be out of date: a data key is wrapped under an earlier master key; something is sealed under an
earlier data key of its owner; something was sealed before there were data keys. Whoever asks gets a batch of it done
and where the next begins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from records.database import read_scope, session_scope
from records.keys import KeyClass, VaultKeyError
from records.media import Media, media_path
from records.media_store import MediaNotFound, open_media, owner_of
from records.sealed_files import seal_file
from records.vault.data_keys import note_master
from records.vault.entry import VaultEntry
from records.vault.exceptions import VaultError
from records.vault.sealed import SEALED_COLUMNS, SealedColumn
from records.vault.tables import DataKey
from records.vault.vault import Vault, entry_binding, key_id_of, level_of
from records.wiping import destroy_file

log = structlog.get_logger(__name__)

BATCH = 200
USES = tuple(map(str, KeyClass))  # the key of the fingerprints is never renewed: they could not be made anew


@dataclass(frozen=True, slots=True)
class Batch:
    """What a call did: how many were renewed, how many could not be, and where to go on ("" when all was seen)."""

    done: int
    failed: int
    after: str


def renewers() -> dict[str, Callable[[Vault, str], Batch]]:
    """Everything that is sealed under data keys, by name: each call renews a batch that begins after a place."""
    columns = {f"{one.column.class_.__tablename__}.{one.column.key}": partial(seal_anew, one) for one in SEALED_COLUMNS}
    return {"vault_entry": entries_anew, **columns, "media": media_anew}


def wrap_anew(vault: Vault, after: str) -> Batch:
    """Wrap data keys of earlier master keys under the active ones. Nothing that is sealed changes."""
    active = {vault.provider.active_id(key_class) for key_class in KeyClass}
    with read_scope() as session:
        rows = session.scalars(
            select(DataKey)
            .where(DataKey.master_id.not_in(active), DataKey.id > after)
            .order_by(DataKey.id)
            .limit(BATCH)
        ).all()
    # No transaction is open while a key server far away is asked.
    wrapped, failed = [], 0
    for row in rows:
        try:
            wrapped.append((row, vault.keys.wrapped_anew(row)))
        except VaultKeyError:
            failed += 1
            log.error("data_key_not_renewed", key=row.id)
    done = 0
    with session_scope() as session:
        for row, new in wrapped:
            note_master(session, new.master_id)
            changed = session.execute(
                update(DataKey)
                .where(DataKey.id == row.id, DataKey.master_id == row.master_id)
                .values(master_id=new.master_id, wrapped=new.blob)
                .returning(DataKey.id)
            )
            done += len(changed.all())
    return Batch(done, failed, rows[-1].id if len(rows) == BATCH else "")


def new_generations(vault: Vault, after: str, *, older_than: datetime) -> Batch:
    """A new data key for every owner and use whose newest was made before ``older_than``."""
    with session_scope() as session:
        rows = session.scalars(
            select(DataKey)
            .where(DataKey.id > after, DataKey.use.in_(USES), DataKey.created_at < older_than, ~_outdated(DataKey.id))
            .order_by(DataKey.id)
            .limit(BATCH)
            .with_for_update()
        ).all()
        for row in rows:
            vault.keys.make(session, owner=row.owner, use=row.use, generation=row.generation + 1)
    return Batch(len(rows), 0, rows[-1].id if len(rows) == BATCH else "")


def entries_anew(vault: Vault, after: str) -> Batch:
    """Re-encrypt entries of the earlier scheme and of outdated data keys, under the algorithm that is set now."""
    done = failed = 0
    with session_scope() as session:
        rows = session.execute(
            select(VaultEntry, DataKey)
            .outerjoin(DataKey, DataKey.id == VaultEntry.data_key_id)
            .where(VaultEntry.ref > after)
            .where(or_(VaultEntry.key_id.is_not(None), _outdated(VaultEntry.data_key_id)))
            .order_by(VaultEntry.ref)
            .limit(BATCH)
            .with_for_update(of=VaultEntry)
        ).all()
        for entry, row in rows:
            try:
                _entry_anew(session, vault, entry, row)
                done += 1
            except (VaultError, VaultKeyError):
                failed += 1
                log.error("entry_not_renewed", ref=entry.ref)
    return Batch(done, failed, rows[-1][0].ref if len(rows) == BATCH else "")


def _entry_anew(session: Session, vault: Vault, entry: VaultEntry, row: DataKey | None) -> None:
    plain = vault.plain(entry, row)
    use = row.use if row is not None else str(KeyClass.NORMAL)
    key = vault.keys.newest(session, owner=entry.owner, use=use)
    binding = entry_binding(entry.owner, key.use, entry.kind, entry.ref)
    entry.ciphertext = key.seal(vault.algorithm, plain, binding)
    entry.nonce, entry.key_id, entry.data_key_id = b"", None, key.id


def seal_anew(sealed: SealedColumn, vault: Vault, after: str) -> Batch:
    """Re-seal what a column holds of the earlier scheme and of outdated data keys."""
    done = failed = 0
    with session_scope() as session:
        rows = session.execute(
            select(sealed.key, sealed.column)
            .where(sealed.column.is_not(None), sealed.key > after)
            .order_by(sealed.key)
            .limit(BATCH)
        ).all()
        used = {key_id for _, value in rows if (key_id := key_id_of(value))}
        current = set(session.scalars(select(DataKey.id).where(DataKey.id.in_(used), ~_outdated(DataKey.id))))
        for key, value in rows:
            if key_id_of(value) in current:
                continue
            owner, context = sealed.owner(key), sealed.context(key)
            try:
                plain = vault.open(session, value, owner=owner, context=context)
                key_id = key_id_of(value)
                use = vault.keys.by_id(session, key_id).use if key_id else str(KeyClass.NORMAL)
                vault.keys.newest(session, owner=owner, use=use)
                anew = vault.seal(session, plain, owner=owner, context=context, level=level_of(use))
            except (VaultError, VaultKeyError):
                failed += 1
                log.error("column_not_renewed", table=sealed.column.class_.__tablename__)
                continue
            session.execute(
                update(sealed.column.class_)
                .where(sealed.key == key, sealed.column == value)
                .values({sealed.column: anew})
                .execution_options(synchronize_session=False)
            )
            done += 1
    return Batch(done, failed, rows[-1][0] if len(rows) == BATCH else "")


def media_anew(vault: Vault, after: str) -> Batch:
    """Re-encrypt one file of the earlier scheme or of an outdated data key."""
    with session_scope() as session:
        media = session.scalars(
            select(Media)
            .where(Media.id > after, ~Media.shredded)
            .where(or_(Media.data_key_id.is_(None), _outdated(Media.data_key_id)))
            .order_by(Media.id)
            .limit(1)
        ).first()
        if media is None:
            return Batch(0, 0, "")
        owner = owner_of(session, media.conversation_id)
        earlier = session.get(DataKey, media.data_key_id) if media.data_key_id else None
        use = earlier.use if earlier is not None else str(KeyClass.NORMAL)
        vault.keys.newest(session, owner=owner, use=use)
    try:
        # Reading only: nobody waits while a long video is written.
        with read_scope() as session:
            written = seal_file(
                session,
                vault,
                owner=owner,
                name=media.id,
                chunks=open_media(session, vault, media.id),
                target=media_path(media.id),
                level=level_of(use),
            )
    except (VaultError, VaultKeyError, MediaNotFound, FileNotFoundError):
        log.error("media_not_renewed", media=media.id)
        return Batch(0, 1, media.id)
    with session_scope() as session:
        kept = session.execute(
            update(Media)
            .where(Media.id == media.id, ~Media.shredded)
            .values(data_key_id=written.data_key_id)
            .returning(Media.id)
        ).all()
    if not kept:
        # Erased meanwhile: what was just written under the new name of the old file must not stay.
        destroy_file(media_path(media.id))
    return Batch(len(kept), 0, media.id)


def _outdated(key_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether the owner of a data key has a newer one for the same use."""
    old, new = aliased(DataKey), aliased(DataKey)
    newer = and_(new.owner == old.owner, new.use == old.use, new.generation > old.generation)
    return select(old.id).join(new, newer).where(old.id == key_id).exists()
