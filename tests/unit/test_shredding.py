"""Erasure: what was sealed for an owner is noise, for every process, and nobody else's is (PIPL art. 47)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from channels.addresses import address_of, seal_address
from records.conversations import Conversation, Message
from records.database import engine, session_scope
from records.masking import PersonalKind
from records.media import media_path
from records.media_store import open_media, read_media, store_media
from records.patients import Account
from records.vault import DataKey, ShreddedKey, VaultEntryShredded, VaultKeyError, get_vault, shred
from records.wiping import wipe_write_ahead_log
from settings import Settings
from tests.unit.earlier_vault import earlier_entry, earlier_key_file, earlier_media, earlier_seal
from tests.unit.test_vault import another_vault


@dataclass(frozen=True)
class Kept:
    """Everything that a house may keep of one account."""

    owner: str
    conversation: str
    usual: str
    sensitive: str
    media: str
    sealed: bytes


def keep_everything(session: Session, folder: Path) -> Kept:
    vault = get_vault()
    account = Account(channel="web", address_fingerprint=str(folder))
    session.add(account)
    session.flush()
    seal_address(session, account, "browser")
    conversation = Conversation(account_id=account.id)
    session.add(conversation)
    session.flush()
    kind, original = PersonalKind.NAME, "李雷"
    usual, sensitive = (
        vault.store(session, owner=account.id, kind=kind, original=original, shown="李**", level=level)
        for level in (3, 5)
    )
    plain = folder / "plain"
    plain.parent.mkdir(parents=True, exist_ok=True)
    plain.write_bytes(b"a photo")
    media = store_media(
        session, vault, conversation_id=conversation.id, kind="photo", content_type="image/jpeg", source=plain
    )
    sealed = vault.seal(session, b"note", owner=account.id, context="note")
    return Kept(account.id, conversation.id, usual, sensitive, media.id, sealed)


@pytest.fixture
def two(database: None, tmp_path: Path) -> Iterator[tuple[Kept, Kept]]:
    with session_scope() as session:
        both = keep_everything(session, tmp_path / "1"), keep_everything(session, tmp_path / "2")
    yield both


def opens_all(session: Session, kept: Kept) -> bool:
    vault = get_vault()
    return (
        vault.reveal(session, owner=kept.owner, ref=kept.usual) == "李雷"
        and vault.reveal(session, owner=kept.owner, ref=kept.sensitive, level=5) == "李雷"
        and vault.open(session, kept.sealed, owner=kept.owner, context="note") == b"note"
        and read_media(session, vault, kept.media) == b"a photo"
        and address_of(session, kept.owner) == "browser"
    )


def test_everything_of_one_owner_is_gone_and_nothing_of_another(two: tuple[Kept, Kept]) -> None:
    mine, other = two
    vault = get_vault()
    with session_scope() as session:
        assert opens_all(session, mine)
        assert shred(session, owner=mine.owner) == 2
    with session_scope() as session:
        for ref, level in ((mine.usual, 3), (mine.usual, 5), (mine.sensitive, 5), (mine.sensitive, 3)):
            with pytest.raises(VaultEntryShredded):
                vault.reveal(session, owner=mine.owner, ref=ref, level=level)
        with pytest.raises(VaultEntryShredded):
            vault.open(session, mine.sealed, owner=mine.owner, context="note")
        with pytest.raises(VaultEntryShredded):
            open_media(session, vault, mine.media)
        with pytest.raises(LookupError):
            address_of(session, mine.owner)
        assert not media_path(mine.media).exists()
        assert opens_all(session, other)
        assert shred(session, owner=mine.owner) == 0


def test_another_process_notices_at_once_where_a_row_is_read(two: tuple[Kept, Kept], installation: Settings) -> None:
    mine, _ = two
    another = another_vault(installation)
    with session_scope() as session:
        another.reveal(session, owner=mine.owner, ref=mine.usual)
        another.open(session, mine.sealed, owner=mine.owner, context="note")
    with session_scope() as session:
        shred(session, owner=mine.owner)
    with session_scope() as session:
        with pytest.raises(VaultEntryShredded):
            another.reveal(session, owner=mine.owner, ref=mine.usual)
        with pytest.raises(VaultEntryShredded):
            open_media(session, another, mine.media)


def test_another_process_opens_sealed_bytes_no_longer_than_its_cache_lasts(
    two: tuple[Kept, Kept], installation: Settings
) -> None:
    mine, _ = two
    another = another_vault(installation, cache_s=0.0)
    with session_scope() as session:
        another.open(session, mine.sealed, owner=mine.owner, context="note")
        shred(session, owner=mine.owner)
    with session_scope() as session, pytest.raises(VaultEntryShredded):
        another.open(session, mine.sealed, owner=mine.owner, context="note")


def test_with_an_older_copy_of_the_rows_but_not_of_the_keys_nothing_opens(two: tuple[Kept, Kept]) -> None:
    """What lies in a write-ahead log or a dump of the entries is noise: the key is what was destroyed."""
    mine, _ = two
    with session_scope() as session:
        old = session.execute(
            text("SELECT ciphertext, data_key_id FROM vault_entry WHERE ref = :ref"), {"ref": mine.usual}
        ).one()
        shred(session, owner=mine.owner)
    with session_scope() as session:
        assert session.get(DataKey, old.data_key_id) is None
        sealed = b"\x02" + bytes.fromhex(old.data_key_id) + bytes(old.ciphertext)
        with pytest.raises(VaultEntryShredded):
            get_vault().open(session, sealed, owner=mine.owner, context="")


def test_erased_is_told_from_lost(two: tuple[Kept, Kept]) -> None:
    mine, _ = two
    with session_scope() as session:
        shred(session, owner=mine.owner)
    with session_scope() as session:
        session.query(ShreddedKey).delete()
        with pytest.raises(VaultKeyError, match="older copy"):
            get_vault().open(session, mine.sealed, owner=mine.owner, context="note")


def test_what_an_earlier_version_sealed_is_gone_too(database: None, installation: Settings, tmp_path: Path) -> None:
    key = earlier_key_file(installation.key_file, bytes(range(32)))
    with session_scope() as session:
        mine = keep_everything(session, tmp_path / "1")
        ref = earlier_entry(session, key, owner=mine.owner, kind="NAME", original="李雷")
        media = earlier_media(session, key, conversation_id=mine.conversation, content=b"x")
        account = session.get_one(Account, mine.owner)
        account.address_sealed = earlier_seal(key, b"browser", context=f"address:{mine.owner}")
        session.flush()
        assert address_of(session, mine.owner) == "browser"
        shred(session, owner=mine.owner)
    with session_scope() as session:
        with pytest.raises(VaultEntryShredded):
            get_vault().reveal(session, owner=mine.owner, ref=ref)
        with pytest.raises(VaultEntryShredded):
            open_media(session, get_vault(), media)
        with pytest.raises(LookupError):
            address_of(session, mine.owner)
    assert not media_path(media).exists()


def test_a_rolled_back_erasure_erases_nothing(two: tuple[Kept, Kept]) -> None:
    mine, _ = two
    with pytest.raises(ZeroDivisionError), session_scope() as session:
        shred(session, owner=mine.owner)
        raise ZeroDivisionError
    with session_scope() as session, pytest.raises(ZeroDivisionError), session.begin_nested():
        shred(session, owner=mine.owner)
        raise ZeroDivisionError
    with session_scope() as session:
        assert opens_all(session, mine)


def test_files_go_only_with_the_whole_transaction(two: tuple[Kept, Kept]) -> None:
    mine, _ = two
    with session_scope() as session:
        with session.begin_nested():
            shred(session, owner=mine.owner)
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        assert media_path(mine.media).exists()
    assert not media_path(mine.media).exists()


def test_a_plain_upload_that_still_waits_goes_too(two: tuple[Kept, Kept], installation: Settings) -> None:
    mine, _ = two
    spool = installation.var / "spool"
    spool.mkdir()
    for name in ("web-1", "held-web-2", "web-3"):
        (spool / name).write_bytes(b"a photo")
    with session_scope() as session:
        for number, name in enumerate(("web-1", "web-2", "../media/x")):
            source = {"spool": name, "claimed_type": "image/jpeg", "size": 7}
            session.add(
                Message(
                    conversation_id=mine.conversation, seq=number, author="patient", kind="image", media_source=source
                )
            )
        session.flush()
        shred(session, owner=mine.owner)
    assert [path.name for path in spool.iterdir()] == ["web-3"]


def test_whoever_comes_back_gets_new_keys(two: tuple[Kept, Kept]) -> None:
    mine, _ = two
    with session_scope() as session:
        shred(session, owner=mine.owner)
        ref = get_vault().store(session, owner=mine.owner, kind=PersonalKind.NAME, original="韩梅", shown="韩*")
    with session_scope() as session:
        assert get_vault().reveal(session, owner=mine.owner, ref=ref) == "韩梅"
        old = set(session.scalars(select(ShreddedKey.id)))
        assert not old & set(session.scalars(select(DataKey.id)))


def test_the_house_itself_is_not_shredded(session: Session) -> None:
    with pytest.raises(ValueError, match="house"):
        shred(session, owner="house")


def test_the_destroyed_keys_lie_in_no_file_of_the_database(two: tuple[Kept, Kept], installation: Settings) -> None:
    """Whoever had the master key could open them: they are gone from the write-ahead log and the free pages too."""
    if engine().dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its log for recovery: rotating the master key makes what is in it useless")
    mine, other = two
    with session_scope() as session:
        wrapped = session.scalars(select(DataKey.wrapped).where(DataKey.owner == mine.owner)).all()
        kept = session.scalars(select(DataKey.wrapped).where(DataKey.owner == other.owner)).all()
        shred(session, owner=mine.owner)

    def found(blobs: Sequence[bytes]) -> int:
        contents = [path.read_bytes() for path in installation.var.glob("records.db*")]
        return sum(any(blob in content for content in contents) for blob in blobs)

    assert len(wrapped) == 2
    assert found(wrapped) == 2  # in the log, until the worker's round
    assert wipe_write_ahead_log(engine())
    assert found(wrapped) == 0
    assert found(kept) == 2
