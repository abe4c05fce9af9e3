"""Keys that nothing uses any more are forgotten; and what still uses which."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import LargeBinary, delete, exists, func, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from records.database import read_scope, session_scope
from records.keys import KeyClass
from records.media import Media, media_path
from records.sealed_files import data_key_of, earlier_master_of
from records.vault.entry import VaultEntry
from records.vault.renewal import USES
from records.vault.sealed import SEALED_COLUMNS
from records.vault.tables import DataKey, MasterKeyUsed
from records.vault.vault import SEALED_EARLIER, Vault, earlier_master_id, key_id_of
from settings import get_settings

# Where encrypted files lie: media, uploads that wait for consent, exports that wait to be fetched.
FOLDERS = ("media", "spool", "exports")


@dataclass(frozen=True, slots=True)
class MasterKeyStatus:
    """One master key: how many data keys it wraps, and how much the earlier scheme sealed under it directly."""

    id: str
    key_class: KeyClass
    active: bool
    data_keys: int
    earlier: int


@dataclass(frozen=True, slots=True)
class Status:
    """What ``xinglin keys status`` shows; ``missing`` are master keys that the records need and nobody holds."""

    masters: list[MasterKeyStatus]
    data_keys: int
    owners: int
    outdated: int
    missing: list[str] = field(default_factory=list)


def drop_outdated(session: Session) -> int:
    """Delete data keys that have a newer one and seal nothing; returns how many. The foreign keys of entries and media
    refuse what was sealed under one in this moment."""
    newer, older = aliased(DataKey), DataKey
    elsewhere = _sealed_elsewhere(session)
    idle = session.scalars(
        select(older.id).where(
            older.use.in_(USES),
            exists().where(newer.owner == older.owner, newer.use == older.use, newer.generation > older.generation),
            ~exists().where(VaultEntry.data_key_id == older.id),
            ~exists().where(Media.data_key_id == older.id),
        )
    ).all()
    dropped = [key_id for key_id in idle if key_id not in elsewhere]
    for key_id in dropped:
        session.execute(delete(DataKey).where(DataKey.id == key_id))
    return len(dropped)


def _sealed_elsewhere(session: Session) -> set[str]:
    """Data keys that sealed bytes of other columns, files of media and files in the spool name themselves."""
    used: set[str | None] = set()
    for sealed in SEALED_COLUMNS:
        used |= {key_id_of(value) for value in session.scalars(select(sealed.column).where(sealed.column.is_not(None)))}
    for folder in FOLDERS:
        used |= {data_key_of(path) for path in (get_settings().var / folder).glob("*")}
    return {key_id for key_id in used if key_id}


def retire_masters(vault: Vault) -> int:
    """Forget every master key that is neither active nor used; returns how many. The row goes first: from then on the
    database refuses data keys under it, whoever still holds it."""
    retired = 0
    for key_class in KeyClass:
        active = vault.provider.active_id(key_class)
        for master_id in vault.provider.master_ids(key_class):
            if master_id != active and _forgotten(master_id):
                retired += vault.provider.retire(master_id)
    return retired


def _forgotten(master_id: str) -> bool:
    try:
        with session_scope() as session:
            if earlier_use(session)[master_id]:
                return False
            session.execute(delete(MasterKeyUsed).where(MasterKeyUsed.id == master_id))
    except IntegrityError:
        return False
    return True


def earlier_use(session: Session) -> Counter[str]:
    """How much was sealed directly under which master key, before there were data keys."""
    found: Counter[str] = Counter()
    entries = select(VaultEntry.key_id, func.count()).where(VaultEntry.key_id.is_not(None)).group_by(VaultEntry.key_id)
    for key_id, count in session.execute(entries):
        found[str(key_id)] += count
    for sealed in SEALED_COLUMNS:
        # Every hour the worker asks: only what begins as the earlier scheme's did is fetched.
        begins = func.substr(sealed.column, 1, 1) == literal(SEALED_EARLIER, LargeBinary)
        for value in session.scalars(select(sealed.column).where(begins)):
            if master_id := earlier_master_id(value):
                found[master_id] += 1
    for media_id in session.scalars(select(Media.id).where(Media.data_key_id.is_(None), ~Media.shredded)):
        if master_id := earlier_master_of(media_path(media_id)):
            found[master_id] += 1
    return found


def status(vault: Vault) -> Status:
    """How the keys stand. Raises ``VaultKeyError`` when the provider cannot be asked."""
    with read_scope() as session:
        wraps = dict(session.execute(select(DataKey.master_id, func.count()).group_by(DataKey.master_id)).all())
        earlier = earlier_use(session)
        total = session.scalar(select(func.count()).select_from(DataKey)) or 0
        owners = session.scalar(select(func.count(DataKey.owner.distinct()))) or 0
        newest = select(DataKey.owner, DataKey.use).group_by(DataKey.owner, DataKey.use).subquery()
        current = session.scalar(select(func.count()).select_from(newest)) or 0
    masters = [
        MasterKeyStatus(one, key_class, one == vault.provider.active_id(key_class), wraps.get(one, 0), earlier[one])
        for key_class in KeyClass
        for one in vault.provider.master_ids(key_class)
    ]
    known = {master.id for master in masters}
    missing = sorted((set(wraps) | set(earlier)) - known)
    return Status(masters, total, owners, total - current, missing)
