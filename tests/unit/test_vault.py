"""What the vault keeps, and from whom."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.database import engine, session_scope
from records.keys import Algorithm, FileKeys, KeyClass, VaultKeyError
from records.masking.kinds import PersonalKind
from records.vault import (
    HOUSE,
    DataKey,
    Vault,
    VaultEntry,
    VaultEntryDamaged,
    VaultEntryNotFound,
    VaultEntrySensitive,
    get_vault,
)
from settings import Settings, get_settings
from tests.unit.earlier_vault import earlier_entry, earlier_key_file, earlier_seal

OWNER, STRANGER = "a" * 16, "b" * 16
EARLIER_KEY = bytes(range(32))


def another_vault(settings: Settings, *, algorithm: Algorithm = Algorithm.AES_256_GCM, cache_s: float = 300.0) -> Vault:
    """As another process of the same house sees it, with nothing in its memory."""
    return Vault(FileKeys(settings.key_file, algorithm=algorithm), engine=engine, algorithm=algorithm, cache_s=cache_s)


def stored(session: Session, vault: Vault, original: str = "李雷", *, level: int = 3, owner: str = OWNER) -> str:
    kind = PersonalKind.NAME
    return vault.store(session, owner=owner, kind=kind, original=original, shown="李**", level=level)


@pytest.fixture(params=["aes-256-gcm", "sm4-gcm"])
def cipher(request: pytest.FixtureRequest, installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XINGLIN_CIPHER", request.param)
    get_settings.cache_clear()
    yield request.param


@pytest.mark.usefixtures("cipher")
def test_an_original_comes_back_to_its_owner(session: Session) -> None:
    vault = get_vault()
    ref = stored(session, vault)
    assert len(ref) == 16
    assert vault.reveal(session, owner=OWNER, ref=ref) == "李雷"
    assert another_vault(get_settings()).reveal(session, owner=OWNER, ref=ref) == "李雷"


def test_what_was_sealed_before_the_setting_changed_stays_readable(session: Session, installation: Settings) -> None:
    aes, sm4 = (another_vault(installation, algorithm=algorithm) for algorithm in Algorithm)
    for writer in (aes, sm4):
        ref = stored(session, writer)
        sealed = writer.seal(session, b"x", owner=OWNER, context="c")
        for reader in (aes, sm4):
            assert reader.reveal(session, owner=OWNER, ref=ref) == "李雷"
            assert reader.open(session, sealed, owner=OWNER, context="c") == b"x"
    codes = {row[0][0] for row in session.execute(select(VaultEntry.ciphertext))}
    assert codes == {Algorithm.AES_256_GCM.code, Algorithm.SM4_GCM.code}


def test_a_stranger_sees_what_is_seen_when_there_is_nothing(session: Session) -> None:
    vault = get_vault()
    ref = stored(session, vault)
    with pytest.raises(VaultEntryNotFound):
        vault.reveal(session, owner=STRANGER, ref=ref)
    with pytest.raises(VaultEntryNotFound):
        vault.reveal(session, owner=OWNER, ref="0" * 16)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("owner", STRANGER),  # moved to another account
        ("kind", "PHONE"),  # relabelled
        ("ciphertext", b"\1" + b"\0" * 40),
        ("ciphertext", b"\7" + b"\0" * 40),  # no such algorithm
        ("ciphertext", b"\1"),
        ("ciphertext", b""),
    ],
)
@pytest.mark.usefixtures("cipher")
def test_an_altered_row_does_not_open(session: Session, column: str, value: object) -> None:
    vault = get_vault()
    ref = stored(session, vault)
    session.execute(update(VaultEntry).where(VaultEntry.ref == ref).values({column: value}))
    session.expire_all()
    with pytest.raises(VaultEntryDamaged):
        vault.reveal(session, owner=STRANGER if column == "owner" else OWNER, ref=ref)


def test_two_rows_cannot_exchange_what_they_hold(session: Session) -> None:
    """Not within an owner, nor with another owner's row and its data key: each has other associated data."""
    vault = get_vault()
    mine, other, theirs = stored(session, vault), stored(session, vault), stored(session, vault, owner=STRANGER)
    for source in (other, theirs):
        taken = session.get_one(VaultEntry, source)
        session.execute(
            update(VaultEntry)
            .where(VaultEntry.ref == mine)
            .values(ciphertext=taken.ciphertext, data_key_id=taken.data_key_id)
        )
        session.expire_all()
        with pytest.raises(VaultEntryDamaged):
            vault.reveal(session, owner=OWNER, ref=mine)


def test_a_data_key_given_to_another_owner_does_not_unwrap(session: Session, installation: Settings) -> None:
    ref = stored(session, get_vault())
    session.execute(update(DataKey).where(DataKey.owner == OWNER).values(owner=STRANGER))
    session.expire_all()
    with pytest.raises(VaultKeyError, match="moved from another row"):
        another_vault(installation).reveal(session, owner=OWNER, ref=ref)


def test_each_owner_and_each_level_has_its_own_key(session: Session) -> None:
    """GB/T 39725-2020: level 5 under a key of its own, wrapped under a master key of its own."""
    vault = get_vault()
    for owner in (OWNER, STRANGER):
        for level in (1, 3, 4, 5):
            stored(session, vault, owner=owner, level=level)
    keys = session.scalars(select(DataKey)).all()
    assert {(key.owner, key.use) for key in keys} == {
        (owner, use) for owner in (OWNER, STRANGER) for use in ("normal", "sensitive")
    }
    assert len({key.master_id for key in keys if key.use == "sensitive"}) == 1
    assert (
        {key.master_id for key in keys if key.use == "sensitive"}
        == {vault.provider.active_id(KeyClass.SENSITIVE)}
        != {vault.provider.active_id(KeyClass.NORMAL)}
    )


def test_level_5_opens_only_for_whoever_asks_for_it(session: Session) -> None:
    vault = get_vault()
    ref, usual = stored(session, vault, level=5), stored(session, vault)
    with pytest.raises(VaultEntrySensitive):
        vault.reveal(session, owner=OWNER, ref=ref)
    assert vault.reveal(session, owner=OWNER, ref=ref, level=5) == "李雷"
    assert vault.reveal(session, owner=OWNER, ref=usual, level=5) == "李雷"


def test_the_database_holds_no_original(session: Session) -> None:
    stored(session, get_vault(), "13800138000")
    row = session.execute(text("SELECT * FROM vault_entry")).one()
    assert b"13800138000" not in b"".join(v if isinstance(v, bytes) else str(v).encode() for v in row)


def test_a_lost_key_file_is_noticed_before_a_fresh_one_writes_beside_it(
    session: Session, installation: Settings
) -> None:
    vault = get_vault()
    ref = stored(session, vault)
    vault.prepare(session)
    installation.key_file.unlink()
    with pytest.raises(VaultKeyError, match="put the right file back"):
        another_vault(installation).reveal(session, owner=OWNER, ref=ref)
    with pytest.raises(VaultKeyError, match="put the right file back"):
        another_vault(installation).prepare(session)


def test_fingerprints_find_the_same_again_but_not_across_purposes_or_houses(session: Session) -> None:
    vault = get_vault()
    mine = vault.fingerprint("13800138000", purpose="phone")
    assert len(mine) == 64
    assert mine == vault.fingerprint("13800138000", purpose="phone")
    assert mine != vault.fingerprint("13800138000", purpose="address")
    assert vault.fingerprint("bc", purpose="a") != vault.fingerprint("c", purpose="ab")
    get_settings().key_file.unlink()
    assert mine != another_vault(get_settings()).fingerprint("13800138000", purpose="phone")


@pytest.mark.usefixtures("cipher", "database")
def test_fingerprints_stay_the_same_whatever_is_prepared_rotated_or_set(installation: Settings) -> None:
    vault = get_vault()
    first = vault.fingerprint("13800138000", purpose="phone")
    with session_scope() as session:
        vault.prepare(session)
        vault.prepare(session)
        assert len(session.scalars(select(DataKey).where(DataKey.owner == HOUSE)).all()) == 1
    vault.provider.rotate(KeyClass.NORMAL)
    for algorithm in Algorithm:
        assert another_vault(installation, algorithm=algorithm).fingerprint("13800138000", purpose="phone") == first


def test_an_earlier_house_keeps_its_data_and_its_fingerprints(session: Session, installation: Settings) -> None:
    key = earlier_key_file(installation.key_file, EARLIER_KEY)
    ref = earlier_entry(session, key, owner=OWNER, kind="NAME", original="李雷")
    sealed = earlier_seal(key, b"openid", context="address:1")
    vault = another_vault(installation, algorithm=Algorithm.SM4_GCM)
    vault.prepare(session)
    assert vault.reveal(session, owner=OWNER, ref=ref) == "李雷"
    assert vault.open(session, sealed, owner=OWNER, context="address:1") == b"openid"
    with pytest.raises(VaultEntryDamaged):
        vault.open(session, sealed, owner=OWNER, context="address:2")
    session.commit()
    # HMAC-SHA256 as it was, although the new setting would use SM3.
    assert vault.fingerprint("13800138000", purpose="phone") == another_vault(installation).fingerprint(
        "13800138000", purpose="phone"
    )


@pytest.mark.usefixtures("cipher")
@given(data=st.binary(max_size=200), context=st.text(max_size=20), level=st.integers(1, 5))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_sealed_data_opens_for_its_owner_and_context_only(
    session: Session, data: bytes, context: str, level: int
) -> None:
    vault = get_vault()
    sealed = vault.seal(session, data, owner=OWNER, context=context, level=level)
    assert vault.open(session, sealed, owner=OWNER, context=context) == data
    with pytest.raises(VaultEntryDamaged):
        vault.open(session, sealed, owner=OWNER, context=context + "x")
    with pytest.raises(VaultEntryDamaged):
        vault.open(session, sealed, owner=STRANGER, context=context)


@given(data=st.one_of(st.binary(max_size=100), st.binary(max_size=100).map(lambda tail: b"\x02" + tail)))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_was_never_sealed_is_refused(session: Session, data: bytes) -> None:
    with pytest.raises((VaultEntryDamaged, VaultKeyError)):
        get_vault().open(session, data, owner=OWNER, context="")


@given(original=st.text(max_size=50))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_text_comes_back(session: Session, original: str) -> None:
    vault = get_vault()
    assert vault.reveal(session, owner=OWNER, ref=stored(session, vault, original)) == original


@pytest.mark.usefixtures("database")
def test_a_key_that_was_rolled_back_seals_nothing_afterwards(installation: Settings) -> None:
    vault = get_vault()
    with pytest.raises(ZeroDivisionError), session_scope() as session:
        stored(session, vault)
        raise ZeroDivisionError
    with session_scope() as session:
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            stored(session, vault)
            raise ZeroDivisionError
        ref = stored(session, vault)
    with session_scope() as session:
        assert another_vault(installation).reveal(session, owner=OWNER, ref=ref) == "李雷"


@pytest.mark.usefixtures("database")
def test_a_known_owner_costs_no_query_but_the_entrys_own() -> None:
    vault = get_vault()
    for _ in range(2):  # the first makes the key, the second reads it back
        with session_scope() as session:
            vault.prepare(session)
            ref = stored(session, vault)
    vault.fingerprint("x", purpose="y")
    asked: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    with session_scope() as session:
        stored(session, vault)
        vault.seal(session, b"x", owner=OWNER, context="c")
        vault.fingerprint("x", purpose="y")
    assert [line.split()[0] for line in asked if line.startswith(("INSERT", "SELECT"))] == ["INSERT"], asked
    asked.clear()
    with session_scope() as session:
        vault.reveal(session, owner=OWNER, ref=ref)
    assert len([line for line in asked if line.startswith("SELECT")]) == 1


@pytest.mark.usefixtures("database")
def test_an_entry_under_a_key_that_another_process_destroyed_is_refused_and_then_gets_a_new_key(
    installation: Settings,
) -> None:
    vault, another = get_vault(), another_vault(installation)
    for _ in range(2):
        with session_scope() as session:
            stored(session, another)
    with session_scope() as session:
        session.execute(update(VaultEntry).values(data_key_id=None, ciphertext=b""))
        for key in session.scalars(select(DataKey).where(DataKey.owner == OWNER)):
            session.delete(key)
    with pytest.raises(IntegrityError), session_scope() as session:
        stored(session, another)
    with session_scope() as session:
        ref = stored(session, another)
        assert vault.reveal(session, owner=OWNER, ref=ref) == "李雷"


@pytest.mark.usefixtures("database")
def test_a_cached_key_is_forgotten_in_time(installation: Settings) -> None:
    vault = another_vault(installation, cache_s=0.0)
    with session_scope() as session:
        stored(session, vault)
        key = session.scalars(select(DataKey).where(DataKey.owner == OWNER)).one()
        assert vault.opened.by_id(key.id) is None
        assert vault.opened.current(OWNER, "normal") is None


def test_no_secret_in_a_repr(session: Session) -> None:
    vault = get_vault()
    key = vault.keys.current(session, owner=OWNER, use="normal")
    assert key.secret.hex() not in repr(vault) + repr(key) + repr(vars(key).keys())
