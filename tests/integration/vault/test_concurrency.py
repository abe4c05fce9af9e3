"""Many at once: one data key for an owner, and nothing sealed under a key that is being destroyed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from records.database import session_scope
from records.masking import PersonalKind
from records.vault import DataKey, VaultEntry, VaultEntryShredded, shred
from settings import Settings
from tests.unit.test_vault import another_vault

pytestmark = pytest.mark.usefixtures("database")

OWNER = "a" * 16
PROCESSES = 6


def test_whoever_comes_first_makes_the_key(installation: Settings) -> None:
    """Each with a memory of its own, as separate processes have."""

    def store(number: int) -> str:
        vault = another_vault(installation)
        with session_scope() as session:
            return vault.store(session, owner=OWNER, kind=PersonalKind.NAME, original=str(number), shown="*")

    with ThreadPoolExecutor(PROCESSES) as pool:
        refs = list(pool.map(store, range(PROCESSES)))
    with session_scope() as session:
        assert len(session.scalars(select(DataKey)).all()) == 1
        vault = another_vault(installation)
        opened = [vault.reveal(session, owner=OWNER, ref=ref) for ref in refs]
    assert opened == [str(number) for number in range(PROCESSES)]


def test_erasure_and_writing_at_once_leave_no_entry_that_nobody_can_open(installation: Settings) -> None:
    """What is committed either opens, under a key that is there, or was erased."""

    def write(number: int) -> int:
        vault, refused = another_vault(installation), 0
        for _ in range(15):
            try:
                with session_scope() as session:
                    vault.store(session, owner=OWNER, kind=PersonalKind.NAME, original="李雷", shown="*")
            except DBAPIError:  # the key went in this moment: the caller's transaction is run again
                refused += 1
        return refused

    def erase() -> None:
        for _ in range(5):
            with session_scope() as session:
                shred(session, owner=OWNER)

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, number) for number in range(3)]
        pool.submit(erase).result()
        for writer in writers:
            assert writer.result() < 15
    fresh = another_vault(installation)
    with session_scope() as session:  # the last erasure may have come after all that was written at the same time
        fresh.store(session, owner=OWNER, kind=PersonalKind.NAME, original="李雷", shown="*")
    outcomes = set()
    with session_scope() as session:
        for entry in session.scalars(select(VaultEntry)).all():
            try:
                outcomes.add(fresh.reveal(session, owner=OWNER, ref=entry.ref))
            except VaultEntryShredded:
                assert (entry.ciphertext, entry.shown) == (b"", "")
                outcomes.add("erased")
    assert "李雷" in outcomes
