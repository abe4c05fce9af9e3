"""Media: what was stored comes back, and nothing that was touched does."""

import random
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from records.conversations import Conversation
from records.keys import TAG_BYTES
from records.media import Media, media_path
from records.media_store import MediaNotFound, open_media, read_media, store_media
from records.patients import Account
from records.sealed_files import CHUNK_BYTES
from records.vault import VaultEntryDamaged, VaultKeyError, get_vault
from settings import Settings, get_settings
from tests.unit.earlier_vault import earlier_key_file, earlier_media
from tests.unit.test_vault import another_vault

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]


@pytest.fixture
def conversation_id(session: Session) -> str:
    account = Account(channel="web", address_fingerprint="f")
    session.add(account)
    session.flush()
    conversation = Conversation(account_id=account.id)
    session.add(conversation)
    session.flush()
    return conversation.id


def kept(session: Session, conversation_id: str, source: Path, content: bytes) -> Media:
    source.write_bytes(content)
    return store_media(
        session,
        get_vault(),
        conversation_id=conversation_id,
        kind="video",
        content_type="video/mp4",
        source=source,
    )


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back(session: Session, conversation_id: str, tmp_path: Path, size: int) -> None:
    content = random.Random(size).randbytes(size)  # not secret, only repeatable
    media = kept(session, conversation_id, tmp_path / "plain", content)
    assert read_media(session, get_vault(), media.id) == content
    assert (media.size, media.sha256) == (size, sha256(content).hexdigest())
    assert (tmp_path / "plain").exists()  # the caller's to delete
    assert [path.name for path in media_path(media.id).parent.iterdir()] == [media.id]
    assert media_path(media.id).stat().st_mode & 0o077 == 0
    assert max(map(len, open_media(session, get_vault(), media.id))) <= CHUNK_BYTES


def test_nothing_in_clear_on_disk(session: Session, conversation_id: str, tmp_path: Path) -> None:
    media = kept(session, conversation_id, tmp_path / "plain", b"a patient's photograph" * 100)
    assert b"photograph" not in media_path(media.id).read_bytes()


def test_altered_files_do_not_open(session: Session, conversation_id: str, tmp_path: Path) -> None:
    vault = get_vault()
    media = kept(session, conversation_id, tmp_path / "plain", bytes(2 * CHUNK_BYTES + 5))
    path = media_path(media.id)
    whole = path.read_bytes()
    sealed = CHUNK_BYTES + TAG_BYTES
    header = len(whole) - 2 * sealed - 5 - TAG_BYTES
    first, second, third = (
        whole[header : header + sealed],
        whole[header + sealed : header + 2 * sealed],
        whole[header + 2 * sealed :],
    )
    head = whole[:header]
    for what, altered in {
        "cut at a chunk's end": head + first + second,
        "cut inside a chunk": whole[:-3],
        "chunks exchanged": head + second + first + third,
        "a chunk left out": head + first + third,
        "a chunk twice": head + first + first + second + third,
        "something added": whole + b"x",
        "one bit": whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:],
        "header": b"\0" + whole[1:],
        "header's length": whole[:4] + b"\xff\xff" + whole[6:],
        "only a header": head,
        "empty": b"",
    }.items():
        path.write_bytes(altered)
        with pytest.raises(VaultEntryDamaged):
            read_media(session, vault, media.id)
            pytest.fail(what)
    path.write_bytes(whole)
    assert len(read_media(session, vault, media.id)) == 2 * CHUNK_BYTES + 5


def test_one_file_in_place_of_another_does_not_open(session: Session, conversation_id: str, tmp_path: Path) -> None:
    mine = kept(session, conversation_id, tmp_path / "plain", b"mine")
    other = kept(session, conversation_id, tmp_path / "plain", b"other")
    media_path(other.id).replace(media_path(mine.id))
    with pytest.raises(VaultEntryDamaged):
        read_media(session, get_vault(), mine.id)
    with pytest.raises(MediaNotFound):
        read_media(session, get_vault(), other.id)


def test_another_key_is_named(session: Session, conversation_id: str, tmp_path: Path) -> None:
    media = kept(session, conversation_id, tmp_path / "plain", b"mine")
    get_settings().key_file.unlink()
    with pytest.raises(VaultKeyError):
        read_media(session, another_vault(get_settings()), media.id)


@pytest.mark.parametrize(
    "first", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 5, 2 * CHUNK_BYTES + 6, 99 * CHUNK_BYTES]
)
def test_a_reader_may_begin_anywhere(session: Session, conversation_id: str, tmp_path: Path, first: int) -> None:
    content = random.Random(5).randbytes(2 * CHUNK_BYTES + 7)
    media = kept(session, conversation_id, tmp_path / "plain", content)
    assert b"".join(open_media(session, get_vault(), media.id, first=first)) == content[first:]


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "sm4-gcm"])
def test_media_open_under_either_cipher_whatever_is_set_later(
    session: Session, conversation_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cipher: str
) -> None:
    monkeypatch.setenv("XINGLIN_CIPHER", cipher)
    get_settings.cache_clear()
    media = kept(session, conversation_id, tmp_path / "plain", b"mine")
    monkeypatch.delenv("XINGLIN_CIPHER")
    get_settings.cache_clear()
    assert read_media(session, get_vault(), media.id) == b"mine"


def test_media_of_an_earlier_version_open(session: Session, conversation_id: str, installation: Settings) -> None:
    key = earlier_key_file(installation.key_file, bytes(range(32)))
    media_id = earlier_media(session, key, conversation_id=conversation_id, content=b"an old photo")
    assert read_media(session, get_vault(), media_id) == b"an old photo"


def test_a_source_that_cannot_be_read_leaves_nothing(session: Session, conversation_id: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store_media(
            session,
            get_vault(),
            conversation_id=conversation_id,
            kind="image",
            content_type="image/jpeg",
            source=tmp_path / "gone",
        )
    assert list(media_path("x").parent.glob("*")) == []


def test_unknown_media(session: Session) -> None:
    with pytest.raises(MediaNotFound):
        open_media(session, get_vault(), "0" * 16)
