"""What the vault keeps, and from whom."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from records.keys import MasterKey, load_key, load_or_create_key
from records.masking.kinds import PersonalKind
from records.vault import (
    Vault,
    VaultEntry,
    VaultEntryDamaged,
    VaultEntryNotFound,
    VaultKeyError,
    get_vault,
)
from settings import Settings

OWNER, STRANGER = "a" * 16, "b" * 16
KEY = MasterKey(bytes(range(32)))


def stored(session: Session, vault: Vault, original: str = "李雷") -> str:
    return vault.store(session, owner=OWNER, kind=PersonalKind.NAME, original=original, shown="李**")


def test_an_original_comes_back_to_its_owner(session: Session) -> None:
    vault = get_vault()
    ref = stored(session, vault)
    assert len(ref) == 16
    assert vault.reveal(session, owner=OWNER, ref=ref) == "李雷"


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
        ("nonce", b"\0" * 12),
        ("nonce", b""),
        ("ciphertext", b"\0" * 40),
        ("ciphertext", b""),
    ],
)
def test_an_altered_row_does_not_open(session: Session, column: str, value: object) -> None:
    vault = get_vault()
    ref = stored(session, vault)
    session.execute(update(VaultEntry).where(VaultEntry.ref == ref).values({column: value}))
    session.expire_all()
    with pytest.raises(VaultEntryDamaged):
        vault.reveal(session, owner=STRANGER if column == "owner" else OWNER, ref=ref)


def test_the_database_holds_no_original(session: Session) -> None:
    stored(session, get_vault(), "13800138000")
    row = session.execute(text("SELECT * FROM vault_entry")).one()
    assert b"13800138000" not in b"".join(v if isinstance(v, bytes) else str(v).encode() for v in row)


def test_another_key_is_named_as_the_trouble(session: Session) -> None:
    ref = stored(session, get_vault())
    other = Vault(KEY)
    with pytest.raises(VaultKeyError, match="put the right file back"):
        other.reveal(session, owner=OWNER, ref=ref)
    with pytest.raises(VaultKeyError):
        other.verify_key(session)
    get_vault().verify_key(session)


def test_fingerprints_find_the_same_again_but_not_across_purposes_or_keys() -> None:
    vault, other = Vault(KEY), Vault(MasterKey(bytes(32)))
    mine = vault.fingerprint("13800138000", purpose="phone")
    assert len(mine) == 64
    assert mine == vault.fingerprint("13800138000", purpose="phone")
    assert mine != vault.fingerprint("13800138000", purpose="address")
    assert mine != other.fingerprint("13800138000", purpose="phone")
    assert vault.fingerprint("bc", purpose="a") != vault.fingerprint("c", purpose="ab")


@given(st.binary(max_size=200), st.text(max_size=20))
def test_sealed_data_opens_under_its_context_only(data: bytes, context: str) -> None:
    vault = Vault(KEY)
    sealed = vault.seal(data, context=context)
    assert vault.open(sealed, context=context) == data
    with pytest.raises(VaultEntryDamaged):
        vault.open(sealed, context=context + "x")


@given(st.binary(max_size=100))
def test_what_was_never_sealed_is_refused(data: bytes) -> None:
    with pytest.raises((VaultEntryDamaged, VaultKeyError)):
        Vault(KEY).open(data, context="")


@given(original=st.text(max_size=50))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_text_comes_back(session: Session, original: str) -> None:
    vault = get_vault()
    assert vault.reveal(session, owner=OWNER, ref=stored(session, vault, original)) == original


def test_the_key_file_is_private_and_stays_the_same(installation: Settings) -> None:
    first = load_or_create_key(installation.key_file)
    assert stat.S_IMODE(installation.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(installation.key_file.parent.stat().st_mode) == 0o700
    assert load_or_create_key(installation.key_file).derive("x") == first.derive("x")
    assert [path.name for path in installation.key_file.parent.iterdir()] == [installation.key_file.name]


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (None, 0o600, "no master key"),
        ("", 0o600, "damaged"),
        ("xinglin-key-1:00", 0o600, "damaged"),
        ("xinglin-key-1:" + "zz" * 32, 0o600, "damaged"),
        ("钥匙", 0o600, "damaged"),
        ("xinglin-key-1:" + "00" * 32, 0o640, "read by others"),
        ("xinglin-key-1:" + "00" * 32, 0o604, "read by others"),
    ],
)
def test_an_unusable_key_file_is_one_clear_exception(tmp_path: Path, content: str | None, mode: int, says: str) -> None:
    path = tmp_path / "master.key"
    if content is not None:
        path.write_text(content, encoding="utf-8")
        path.chmod(mode)
    with pytest.raises(VaultKeyError, match=says):
        load_key(path)


def test_a_folder_that_cannot_be_made_is_the_same_exception(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultKeyError):
        load_or_create_key(tmp_path / "file" / "master.key")


def _key_id(path: Path) -> str:
    return load_or_create_key(path).id


def test_processes_that_start_at_once_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        ids = set(pool.map(_key_id, [path] * 16))
    assert len(ids) == 1
    assert os.listdir(path.parent) == ["master.key"]  # noqa: PTH208


def test_no_secret_in_a_repr() -> None:
    assert "000102" not in repr(KEY) + repr(Vault(KEY))
