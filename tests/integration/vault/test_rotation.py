"""New keys while the house runs: nothing becomes unreadable, whatever is killed, and what is old goes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.addresses import seal_address
from records.audit import Action, Actor, ActorKind, AuditEntry
from records.conversations import Conversation
from records.database import session_scope, utc_now
from records.keys import Algorithm, KeyClass, VaultKeyError
from records.masking import PersonalKind
from records.media import Media, media_path
from records.media_store import read_media, store_media
from records.patients import Account
from records.sealed_files import data_key_of, open_file, seal_file
from records.tokens import WechatToken
from records.vault import DataKey, MasterKeyUsed, VaultEntry, VaultEntryShredded, get_vault, renewal, rotating, shred
from records.vault import job as job_module
from records.vault.renewal import Batch
from records.vault.retiring import drop_outdated, retire_masters, status
from records.vault.rotating import renew_what_is_due, rotate_keys
from settings import ROOT, Settings, get_settings
from tests.unit.earlier_vault import earlier_entry, earlier_key_file, earlier_media, earlier_seal
from tests.unit.test_vault import another_vault

pytestmark = pytest.mark.usefixtures("database")

OPERATOR = Actor(ActorKind.SYSTEM, "cli:test")
OWNERS = 20
ORIGINALS = ("李雷", "韩梅")


@dataclass(frozen=True)
class Kept:
    owner: str
    refs: tuple[str, str]
    media: str


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (job_module, rotating):
        monkeypatch.setattr(module, "grace_s", lambda: 0.2)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """The job runs where it is asked for, without a worker; what it did, each time."""
    done: list[dict[str, int]] = []

    def run(_workflow_id: str, *, data_keys_before: datetime | None, retire: bool, grace_s: float) -> None:
        before = data_keys_before.isoformat() if data_keys_before else None
        done.append(
            job_module.renew_keys.__wrapped__(job_module.Plan(data_keys_before=before, retire=retire, grace_s=0))
        )

    monkeypatch.setattr(rotating, "enqueue_renewal", run)
    monkeypatch.setattr(job_module.DBOS, "set_event", lambda *_: None)
    monkeypatch.setattr(job_module.DBOS, "sleep", lambda *_: None)
    return done


def keep(folder: Path, number: int) -> Kept:
    vault = get_vault()
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint=str(number))
        session.add(account)
        session.flush()
        seal_address(session, account, f"browser {number}")
        conversation = Conversation(account_id=account.id)
        session.add(conversation)
        session.flush()
        usual, sensitive = (
            vault.store(session, owner=account.id, kind=PersonalKind.NAME, original=one, shown="*", level=level)
            for one, level in zip(ORIGINALS, (3, 5), strict=True)
        )
        plain = folder / "plain"
        plain.write_bytes(f"photo {number}".encode())
        media = store_media(
            session, vault, conversation_id=conversation.id, kind="photo", content_type="image/jpeg", source=plain
        )
        return Kept(account.id, (usual, sensitive), media.id)


def assert_opens(settings: Settings, kept: Kept, number: int) -> None:
    """All of it, in a process that starts now."""
    vault = another_vault(settings)
    with session_scope() as session:
        for ref, original in zip(kept.refs, ORIGINALS, strict=True):
            assert vault.reveal(session, owner=kept.owner, ref=ref, level=5) == original
        account = session.get_one(Account, kept.owner)
        assert account.address_sealed is not None
        context = f"address:{kept.owner}"
        assert vault.open(session, account.address_sealed, owner=kept.owner, context=context) == b"browser %d" % number
        assert read_media(session, vault, kept.media) == b"photo %d" % number


@pytest.fixture
def house(tmp_path: Path, installation: Settings) -> Iterator[list[Kept]]:
    with session_scope() as session:
        get_vault().prepare(session)
    yield [keep(tmp_path, number) for number in range(OWNERS)]


def work(nth: int = 0, point: str = "never") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name.startswith(("XINGLIN_", "PATH"))}
    command = [sys.executable, "-m", "tests.integration.vault.worker", str(nth), point]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False)


def assert_finished(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert "{'SUCCESS': 1}" in done.stdout, done.stdout + done.stderr


def test_a_rotation_killed_again_and_again_ends_with_everything_under_new_keys(
    house: list[Kept], installation: Settings
) -> None:
    running = get_vault()  # a process that goes on all the while, with the old keys in its memory
    old = {key_class: running.provider.active_id(key_class) for key_class in KeyClass}
    fingerprint = running.fingerprint("13800138000", purpose="phone")
    with session_scope() as session:
        old_keys = set(session.scalars(select(DataKey.id).where(DataKey.owner != "house")))
        sealed_before = set(session.scalars(select(VaultEntry.ciphertext)))
    operators = another_vault(installation)
    made = rotate_keys(operators, actor=OPERATOR, data_keys=True, retire=True, now=utc_now())
    for nth, point in ((1, "after"), (6, "before")):
        assert work(nth, point).returncode == -9, (nth, point)
        for number in (0, OWNERS - 1):
            assert_opens(installation, house[number], number)
    assert_finished(work())
    for number, kept in enumerate(house):
        assert_opens(installation, kept, number)
    with session_scope() as session:
        keys = session.scalars(select(DataKey)).all()
        assert {key.master_id for key in keys} == set(made.values())
        assert not old_keys & {key.id for key in keys}
        assert len(keys) == 2 * OWNERS + 1
        assert not sealed_before & set(session.scalars(select(VaultEntry.ciphertext)))
        ids = {key.id for key in keys}
        assert {data_key_of(media_path(kept.media)) for kept in house} <= ids
        assert set(session.scalars(select(Media.data_key_id))) <= ids
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.ROTATE_KEYS)).all()
        assert [row.subject for row in rows] == [f"master_key:{made[KeyClass.NORMAL]}"]
    for key_class in KeyClass:
        assert another_vault(installation).provider.master_ids(key_class) == [made[key_class]]
        assert old[key_class] not in installation.key_file.read_text()
    assert running.fingerprint("13800138000", purpose="phone") == fingerprint
    assert another_vault(installation).fingerprint("13800138000", purpose="phone") == fingerprint
    # The process that was never restarted reads and writes on.
    with session_scope() as session:
        assert running.reveal(session, owner=house[0].owner, ref=house[0].refs[0]) == ORIGINALS[0]
        fresh = running.store(session, owner="f" * 16, kind=PersonalKind.NAME, original="新来", shown="*")
    with session_scope() as session:
        assert another_vault(installation).reveal(session, owner="f" * 16, ref=fresh) == "新来"


def test_wrapping_anew_changes_no_entry_and_the_old_key_may_be_kept(
    house: list[Kept], at_once: list[dict[str, int]], installation: Settings
) -> None:
    with session_scope() as session:
        before = set(session.scalars(select(VaultEntry.ciphertext)))
    made = rotate_keys(get_vault(), actor=OPERATOR, data_keys=False, retire=False, now=utc_now())
    with session_scope() as session:
        assert set(session.scalars(select(VaultEntry.ciphertext))) == before
    found = status(another_vault(installation))
    assert [(master.active, master.data_keys) for master in found.masters] == [
        (False, 0), (True, 1 + OWNERS), (False, 0), (True, OWNERS),
    ]  # fmt: skip
    assert {master.id for master in found.masters if master.active} == set(made.values())
    assert (found.missing, found.outdated) == ([], 0)
    for number, kept in enumerate(house):
        assert_opens(installation, kept, number)


def test_a_house_of_an_earlier_version_is_sealed_anew_and_its_key_retired(
    installation: Settings, at_once: list[dict[str, int]]
) -> None:
    key = earlier_key_file(installation.key_file, bytes(range(32)))
    with session_scope() as session:
        owner = "a" * 16
        account = Account(id=owner, channel="web", address_fingerprint="1")
        account.address_sealed = earlier_seal(key, b"browser 1", context=f"address:{owner}")
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=owner)
        token = WechatToken(name="access_token:x", value=earlier_seal(key, b"secret", context="access_token:x"))
        session.add_all((conversation, token))
        session.flush()
        refs = tuple(
            earlier_entry(session, key, owner=owner, kind="NAME", original=original) for original in ORIGINALS * 10
        )
        media = earlier_media(session, key, conversation_id=conversation.id, content=b"photo 1")
    fingerprint = get_vault().fingerprint("13800138000", purpose="phone")
    found = status(get_vault())
    assert [(master.id, master.earlier) for master in found.masters] == [(key.id, 23)] + [
        (found.masters[-1].id, 0) for _ in found.masters[1:]
    ]
    assert renew_what_is_due()
    assert at_once[0]["vault_entry"] == 20
    assert not renew_what_is_due()
    rotate_keys(get_vault(), actor=OPERATOR, data_keys=False, retire=True, now=utc_now())
    assert key.id not in another_vault(installation).provider.master_ids(KeyClass.NORMAL)
    assert bytes(range(32)).hex() not in installation.key_file.read_text()
    with session_scope() as session:
        vault = another_vault(installation)
        assert vault.reveal(session, owner=owner, ref=refs[1]) == ORIGINALS[1]
        assert (
            vault.open(
                session,
                session.get_one(WechatToken, "access_token:x").value or b"",
                owner="house",
                context="access_token:x",
            )
            == b"secret"
        )
    assert_opens(installation, Kept(owner, (refs[0], refs[1]), media), 1)
    assert another_vault(installation).fingerprint("13800138000", purpose="phone") == fingerprint


def test_renewing_data_keys_moves_everything_to_the_cipher_that_is_set(
    house: list[Kept], at_once: list[dict[str, int]], installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINGLIN_CIPHER", "sm4-gcm")
    get_settings.cache_clear()
    rotate_keys(get_vault(), actor=OPERATOR, data_keys=True, retire=True, now=utc_now())
    with session_scope() as session:
        assert {value[0] for value in session.scalars(select(VaultEntry.ciphertext))} == {Algorithm.SM4_GCM.code}
        assert {value[9] for value in session.scalars(select(Account.address_sealed)) if value} == {2}
        assert {value[0] for value in session.scalars(select(DataKey.wrapped))} == {Algorithm.SM4_GCM.code}
    assert {media_path(kept.media).read_bytes()[4] for kept in house} == {Algorithm.SM4_GCM.code}
    for number, kept in enumerate(house):
        assert_opens(installation, kept, number)


def test_a_damaged_entry_holds_up_nobody_else_and_keeps_its_keys(
    house: list[Kept], at_once: list[dict[str, int]], installation: Settings
) -> None:
    with session_scope() as session:
        entry = session.get_one(VaultEntry, house[3].refs[0])
        entry.ciphertext = entry.ciphertext[:-1] + b"\0"
        key_id = entry.data_key_id
    rotate_keys(get_vault(), actor=OPERATOR, data_keys=True, retire=True, now=utc_now())
    assert_opens(installation, house[4], 4)
    with session_scope() as session:
        assert session.get(DataKey, key_id) is not None
        assert session.get_one(VaultEntry, house[3].refs[0]).data_key_id == key_id


def test_an_owner_shredded_during_a_rotation_stays_shredded(
    house: list[Kept], at_once: list[dict[str, int]], installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, mine = job_module._batch, house[2]

    def shredding(name: str, after: str, before: str) -> Batch:
        if name == "media" and after == sorted(kept.media for kept in house)[5]:
            with session_scope() as session:
                shred(session, owner=mine.owner)
        return plain(name, after, before)

    monkeypatch.setattr(job_module, "_batch", shredding)
    rotate_keys(get_vault(), actor=OPERATOR, data_keys=True, retire=True, now=utc_now())
    with session_scope() as session, pytest.raises(VaultEntryShredded):
        another_vault(installation).reveal(session, owner=mine.owner, ref=mine.refs[0])
    assert not media_path(mine.media).exists()
    assert_opens(installation, house[1], 1)


@pytest.mark.parametrize("written", [False, True])
def test_a_file_erased_while_it_is_encrypted_anew_does_not_come_back(
    house: list[Kept], monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    mine = min(house, key=lambda kept: kept.media)
    vault, seal = get_vault(), renewal.seal_file

    def late(*given: Any, **named: Any) -> Any:
        done = seal(*given, **named) if written else None
        with session_scope() as session:
            shred(session, owner=mine.owner)
        return done or seal(*given, **named)

    with session_scope() as session:
        vault.keys.make(session, owner=mine.owner, use="normal", generation=2)
    monkeypatch.setattr(renewal, "seal_file", late)
    renewal.media_anew(vault, "")
    assert not media_path(mine.media).exists()


def test_a_master_key_in_use_is_never_forgotten(house: list[Kept], installation: Settings) -> None:
    vault = get_vault()
    old = vault.provider.active_id(KeyClass.NORMAL)
    vault.provider.rotate(KeyClass.NORMAL)
    assert retire_masters(vault) == 0
    assert old in vault.provider.master_ids(KeyClass.NORMAL)
    assert_opens(installation, house[0], 0)


def test_a_lost_master_key_is_named(house: list[Kept], installation: Settings) -> None:
    lost = get_vault().provider.active_id(KeyClass.NORMAL)
    installation.key_file.unlink()
    another = another_vault(installation)
    with pytest.raises(VaultKeyError, match="put the right file back"):
        another.provider.master_ids(KeyClass.NORMAL)
    another.provider.active_id(KeyClass.NORMAL)  # somebody made a fresh one
    assert lost in status(another).missing


def test_data_keys_that_seal_something_are_not_dropped(house: list[Kept]) -> None:
    vault = get_vault()
    with session_scope() as session:
        count = len(session.scalars(select(DataKey)).all())
        for key in session.scalars(select(DataKey).where(DataKey.owner == house[0].owner)).all():
            vault.keys.make(session, owner=key.owner, use=key.use, generation=2)
        assert drop_outdated(session) == 0
        assert len(session.scalars(select(DataKey)).all()) == count + 2
        assert session.scalars(select(MasterKeyUsed)).first() is not None


@pytest.mark.parametrize("folder", ["spool", "exports"])
def test_a_data_key_that_only_a_waiting_file_needs_is_kept(installation: Settings, folder: str) -> None:
    vault, path = get_vault(), installation.var / folder / "waiting"
    with session_scope() as session:
        vault.prepare(session)
        written = seal_file(session, vault, owner="a" * 16, name="n", chunks=iter([b"x"]), target=path)
    with session_scope() as session:
        vault.keys.make(session, owner="a" * 16, use="normal", generation=2)
        assert drop_outdated(session) == 0
    with session_scope() as session:
        assert b"".join(open_file(session, vault, owner="a" * 16, name="n", source=path).chunks()) == b"x"
        path.unlink()
        assert drop_outdated(session) == 1
        assert session.get(DataKey, written.data_key_id) is None


def test_a_rotation_cut_off_before_its_job_is_taken_up_by_the_worker(
    house: list[Kept], at_once: list[dict[str, int]], installation: Settings
) -> None:
    vault = get_vault()
    assert not renew_what_is_due()
    vault.provider.rotate(KeyClass.NORMAL)  # and then the command was killed
    assert renew_what_is_due()
    assert at_once[0]["wrapped"] == OWNERS + 1
    assert not renew_what_is_due()
    assert len(vault.provider.master_ids(KeyClass.NORMAL)) == 2  # retiring was not asked for
    assert_opens(installation, house[0], 0)
