"""Encrypted files that nobody speaks of are destroyed, and no file that somebody is about to.

GB/T 22239-2019, 8.1.4.10 (residual information).
"""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from records.conversations import Conversation
from records.database import session_scope
from records.media import Media, media_folder, media_path
from records.media_store import read_media, store_media
from records.media_sweep import SPARED_FOR, sweep_media
from records.patients import Account
from records.vault import get_vault

pytestmark = pytest.mark.usefixtures("database")

AT_ONCE = timedelta(0)


@pytest.fixture
def conversation_id() -> str:
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint="f")
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=account.id)
        session.add(conversation)
        session.flush()
        return conversation.id


def kept(session: Session, conversation_id: str, folder: Path) -> Media:
    plain = folder / "plain"
    plain.write_bytes(b"a photo")
    return store_media(
        session, get_vault(), conversation_id=conversation_id, kind="photo", content_type="image/jpeg", source=plain
    )


def aged(path: Path) -> Path:
    long_ago = time.time() - SPARED_FOR.total_seconds() - 60
    os.utime(path, (long_ago, long_ago))
    return path


def test_what_a_rolled_back_transaction_left_is_destroyed(conversation_id: str, tmp_path: Path) -> None:
    with session_scope() as session:
        stays = kept(session, conversation_id, tmp_path)
    with pytest.raises(ZeroDivisionError), session_scope() as session:
        orphan = kept(session, conversation_id, tmp_path)
        raise ZeroDivisionError
    assert media_path(orphan.id).exists()
    assert sweep_media() == 0  # it might belong to a transaction that still runs
    for media in (stays, orphan):
        aged(media_path(media.id))
    assert sweep_media() == 1
    assert not media_path(orphan.id).exists()
    with session_scope() as session:
        assert read_media(session, get_vault(), stays.id) == b"a photo"


def test_an_unfinished_file_goes_and_a_stranger_stays(conversation_id: str) -> None:
    media_folder().mkdir(parents=True)
    unfinished, stranger = media_folder() / f".{'a' * 16}.{'b' * 8}", media_folder() / "README"
    for path in (unfinished, stranger):
        path.write_bytes(b"x")
    assert sweep_media() == 0
    aged(unfinished), aged(stranger)
    assert sweep_media() == 1
    assert stranger.exists()


def test_the_file_of_an_erased_owner_goes_at_once(conversation_id: str, tmp_path: Path) -> None:
    """The process that erased may have died between its commit and the files."""
    with session_scope() as session:
        media = kept(session, conversation_id, tmp_path)
        media.shredded, media.data_key_id = True, None
    assert sweep_media() == 1
    assert not media_path(media.id).exists()


def test_sweeping_again_and_again_takes_no_file_of_a_running_transaction(conversation_id: str, tmp_path: Path) -> None:
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            sweep_media(spared_for=timedelta(seconds=5))

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        stored = []
        for _ in range(20):
            with session_scope() as session:
                stored.append(kept(session, conversation_id, tmp_path).id)
    finally:
        stop.set()
        sweeper.join()
    with session_scope() as session:
        assert [read_media(session, get_vault(), media_id) for media_id in stored] == [b"a photo"] * 20


def test_no_folder_is_no_failure() -> None:
    assert sweep_media(spared_for=AT_ONCE) == 0
