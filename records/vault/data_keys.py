"""Data keys: found, made and unwrapped."""

from secrets import token_bytes

from sqlalchemy import Select, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction

from records.database import new_id
from records.keys import KEY_BYTES, KeyClass, KeyProvider, VaultKeyError, Wrapped
from records.vault.binding import bind
from records.vault.exceptions import VaultEntryShredded
from records.vault.opened import OpenedKey, OpenedKeys
from records.vault.tables import DataKey, MasterKeyUsed, ShreddedKey

# Names in a session's own notes.
_MADE = "vault.made"
_USED = "vault.used"

_TRIES = 3


def class_of(use: str) -> KeyClass:
    """Which master key a use belongs to."""
    return KeyClass.SENSITIVE if use == KeyClass.SENSITIVE else KeyClass.NORMAL


def newest(owner: str, use: str) -> Select[DataKey]:
    """The query for the key that seals now."""
    of_owner = select(DataKey).where(DataKey.owner == owner, DataKey.use == use)
    return of_owner.order_by(DataKey.generation.desc()).limit(1)


class DataKeys:
    """The data keys of one installation. A key that this transaction made is taken for current by it alone."""

    def __init__(self, provider: KeyProvider, opened: OpenedKeys) -> None:
        self._provider = provider
        self.opened = opened

    def current(self, session: Session, *, owner: str, use: str) -> OpenedKey:
        """The key that seals for this owner; made with the first thing that is kept for them."""
        if (known := self.opened.current(owner, use)) is not None:
            # Should the key have been destroyed meanwhile, the foreign key refuses the entry and this forgets it.
            session.info.setdefault(_USED, {})[owner] = self.opened
            return known
        return self.newest(session, owner=owner, use=use)

    def newest(self, session: Session, *, owner: str, use: str) -> OpenedKey:
        """As ``current``, asking the database: a key that was renewed is seen, and used from now on."""
        row = session.scalar(newest(owner, use)) or self.make(session, owner=owner, use=use)
        return self.unwrapped(row, current=row.id not in session.info.get(_MADE, ()))

    def by_id(self, session: Session, key_id: str) -> OpenedKey:
        """The key that something was sealed under; raises ``VaultEntryShredded`` or ``VaultKeyError``."""
        if (known := self.opened.by_id(key_id)) is not None:
            return known
        row = session.get(DataKey, key_id)
        if row is not None:
            return self.unwrapped(row)
        if session.get(ShreddedKey, key_id) is not None:
            raise VaultEntryShredded
        raise VaultKeyError(f"data key {key_id} is not in the database: is it an older copy?")

    def unwrapped(self, row: DataKey, *, current: bool = False) -> OpenedKey:
        """The key of a row; raises ``VaultKeyError``."""
        key = self.opened.by_id(row.id)
        if key is None:
            wrapped = Wrapped(row.master_id, row.wrapped)
            secret = self._provider.unwrap(wrapped, associated=_associated(row.id, row.owner, row.use))
            key = OpenedKey(key_id=row.id, owner=row.owner, use=row.use, secret=secret)
        self.opened.keep(key, current=current)
        return key

    def make(
        self, session: Session, *, owner: str, use: str, secret: bytes | None = None, generation: int = 1
    ) -> DataKey:
        """A new key, or the one that another transaction made in this moment."""
        key_id = new_id()
        wrapped = self.wrap(session, key_id, owner=owner, use=use, secret=secret or token_bytes(KEY_BYTES))
        row = DataKey(
            id=key_id,
            owner=owner,
            use=use,
            generation=generation,
            master_id=wrapped.master_id,
            wrapped=wrapped.blob,
        )
        session.flush()
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            found: DataKey | None = session.scalar(newest(owner, use))
            if found is None or found.generation < generation:
                raise
            return found
        session.info.setdefault(_MADE, set()).add(row.id)
        return row

    def wrapped_anew(self, row: DataKey) -> Wrapped:
        """The key of a row under the active master key; asks no database."""
        associated = _associated(row.id, row.owner, row.use)
        secret = self._provider.unwrap(Wrapped(row.master_id, row.wrapped), associated=associated)
        return self._provider.wrap(class_of(row.use), secret, associated=associated)

    def wrap(self, session: Session, key_id: str, *, owner: str, use: str, secret: bytes) -> Wrapped:
        """``secret`` under the active master key, whose row is there."""
        for _ in range(_TRIES):
            wrapped = self._provider.wrap(class_of(use), secret, associated=_associated(key_id, owner, use))
            note_master(session, wrapped.master_id)
            # Asked after the row is there: a master key that is retired between the two is noticed.
            if self._provider.active_id(class_of(use)) == wrapped.master_id:
                return wrapped
        raise VaultKeyError("the master key is being changed again and again")


def note_master(session: Session, master_id: str) -> None:
    """Have the row of a master key in the database."""
    if session.get(MasterKeyUsed, master_id) is not None:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(MasterKeyUsed).values(id=master_id).on_conflict_do_nothing())


def _associated(key_id: str, owner: str, use: str) -> bytes:
    return bind("data-key", key_id, owner, use)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _transaction: SessionTransaction) -> None:
    for owner, opened in session.info.pop(_USED, {}).items():
        opened.forget(owner=owner)
