"""Erasure by destroying keys: what was sealed for an owner stays noise, in every copy of the database too."""

from contextlib import suppress
from pathlib import Path

from sqlalchemy import event, select, update
from sqlalchemy.orm import Session, SessionTransaction

from records.conversations import Conversation, Message
from records.media import Media, media_path
from records.vault.entry import VaultEntry
from records.vault.installed import get_vault
from records.vault.sealed import SEALED_COLUMNS
from records.vault.tables import HOUSE, DataKey, ShreddedKey
from records.wiping import destroy_file
from settings import get_settings

# What a session still has to do when it is committed as a whole; any rollback, of a savepoint too, leaves it to the
# sweep.
_AFTER_COMMIT = "vault.after_commit"


def shred(session: Session, *, owner: str) -> int:
    """Destroy the data keys of ``owner`` (an account id); returns how many there were. Twice is once.

    With the transaction everything sealed for them is unreadable: entries and media raise ``VaultEntryShredded`` in
    every process at once; bytes from ``seal``, where somebody still has them, after the setting ``key_cache_s`` at the
    latest. Their files are overwritten and removed when the transaction is committed; should the process die just
    then, by the worker's next sweep. What is stored for the owner afterwards gets new keys.
    """
    if owner == HOUSE:
        raise ValueError("the keys of the house belong to nobody who could ask for erasure")
    # Locked, so that nobody else's transaction adds an entry under them until they are gone.
    keys = session.scalars(select(DataKey).where(DataKey.owner == owner).with_for_update()).all()
    # Emptied too: what the earlier scheme sealed would still open with the master key.
    session.execute(
        update(VaultEntry)
        .where(VaultEntry.owner == owner)
        .values(ciphertext=b"", nonce=b"", key_id=None, data_key_id=None, shown="")
    )
    files = _empty_media(session, owner)
    for sealed in SEALED_COLUMNS:
        session.execute(update(sealed.column.class_).where(sealed.key == owner).values({sealed.column: None}))
    for key in keys:
        session.add(ShreddedKey(id=key.id, owner=owner))
        session.delete(key)
    session.flush()
    get_vault().opened.forget(owner=owner)
    session.info.setdefault(_AFTER_COMMIT, []).append((owner, files))
    return len(keys)


def _empty_media(session: Session, owner: str) -> list[Path]:
    """The files of an owner: those that are kept, and those that still wait in the spool."""
    theirs = select(Conversation.id).where(Conversation.account_id == owner)
    kept = session.scalars(select(Media.id).where(Media.conversation_id.in_(theirs))).all()
    sources = session.scalars(
        select(Message.media_source).where(Message.conversation_id.in_(theirs), Message.media_source.is_not(None))
    ).all()
    emptied = update(Media).where(Media.conversation_id.in_(theirs))
    session.execute(emptied.values(data_key_id=None, shredded=True, sha256=""))
    spool = get_settings().var / "spool"
    names = [Path(str(source["spool"])).name for source in sources if source and source.get("spool")]
    spooled = [spool / f"{prefix}{name}" for name in names for prefix in ("", "held-")]
    return [media_path(media_id) for media_id in kept] + spooled


@event.listens_for(Session, "after_commit")
def _destroy(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for owner, files in session.info.pop(_AFTER_COMMIT, ()):
        # Again: another thread may have read the key back while its row was still there.
        get_vault().opened.forget(owner=owner)
        for file in files:
            with suppress(OSError):
                destroy_file(file)


@event.listens_for(Session, "after_soft_rollback")
def _spare(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop(_AFTER_COMMIT, None)
