"""Master keys on a key server: they never come here, and the way there may break."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from records.audit import Actor, ActorKind
from records.database import session_scope, utc_now
from records.keys import KeyClass, VaultKeyError, Wrapped
from records.keys import transit as transit_module
from records.keys.transit import TransitKeys
from records.masking import PersonalKind
from records.vault import DataKey, Vault, VaultEntry, get_vault, rotating, vault_for
from records.vault import job as job_module
from records.vault.retiring import status
from settings import Settings, get_settings
from tests.integration.vault.transit_server import TransitServer, transit_server

TOKEN = "token-of-the-test"
SECRET = bytes(range(32))
OWNER = "a" * 16
OPERATOR = Actor(ActorKind.SYSTEM, "cli:test")


@pytest.fixture
def server() -> Iterator[TransitServer]:
    with transit_server(TOKEN) as running:
        yield running


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def keys(server: TransitServer, token_file: Path) -> TransitKeys:
    return TransitKeys(url=server.address, token_file=token_file, mount="transit", key="xinglin")


@pytest.fixture
def moved(server: TransitServer, token_file: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a house with a key server."""
    monkeypatch.setenv("XINGLIN_VAULT_URL", server.address)
    monkeypatch.setenv("XINGLIN_VAULT_TOKEN_FILE", str(token_file))
    get_settings.cache_clear()
    return get_settings()


def test_a_key_is_wrapped_and_unwrapped_under_what_it_belongs_to(keys: TransitKeys, server: TransitServer) -> None:
    for key_class, name in ((KeyClass.NORMAL, "xinglin"), (KeyClass.SENSITIVE, "xinglin-sensitive")):
        wrapped = keys.wrap(key_class, SECRET, associated=b"row")
        assert wrapped.master_id == f"{name}:v1" == keys.active_id(key_class)
        assert SECRET not in wrapped.blob
        assert keys.unwrap(wrapped, associated=b"row") == SECRET
        with pytest.raises(VaultKeyError, match="row altered"):
            keys.unwrap(wrapped, associated=b"another row")
    assert set(server.keys) == {"xinglin", "xinglin-sensitive"}


def test_rotated_and_retired(keys: TransitKeys) -> None:
    first = keys.wrap(KeyClass.NORMAL, SECRET, associated=b"")
    assert keys.rotate(KeyClass.NORMAL) == "xinglin:v2"
    assert keys.rotate(KeyClass.NORMAL) == "xinglin:v3"
    assert keys.unwrap(first, associated=b"") == SECRET
    assert keys.master_ids(KeyClass.NORMAL) == ["xinglin:v1", "xinglin:v2", "xinglin:v3"]
    assert not keys.retire("xinglin:v2")  # v1 is older
    assert keys.retire("xinglin:v1")
    with pytest.raises(VaultKeyError, match="retired"):
        keys.unwrap(first, associated=b"")
    with pytest.raises(VaultKeyError, match="active"):
        keys.retire("xinglin:v3")


@pytest.mark.parametrize("status_code", [429, 500, 502, 503])
def test_a_server_that_fails_for_a_moment_is_asked_again(
    keys: TransitKeys, server: TransitServer, status_code: int
) -> None:
    server.failures = [status_code, status_code]
    assert keys.wrap(KeyClass.NORMAL, SECRET, associated=b"").master_id == "xinglin:v1"


@pytest.mark.parametrize(
    ("failures", "says"),
    [
        ([503] * 99, "fails: VaultDown"),  # sealed
        ([403] * 99, "refuses our token"),
        ([418] * 99, "fails"),
    ],
)
def test_a_server_that_goes_on_failing_is_one_clear_exception(
    keys: TransitKeys, server: TransitServer, failures: list[int], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transit_module.TRIES, "backoff_factor", 0.0)
    server.failures = failures
    with pytest.raises(VaultKeyError, match=says) as raised:
        keys.wrap(KeyClass.NORMAL, SECRET, associated=b"")
    assert TOKEN not in str(raised.value)
    assert len(server.requests) <= 4


def test_a_server_that_is_not_there_or_too_slow(
    keys: TransitKeys, server: TransitServer, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transit_module.TRIES, "total", 0)
    away = TransitKeys(url="http://127.0.0.1:9", token_file=token_file, mount="transit", key="xinglin")
    with pytest.raises(VaultKeyError, match="cannot be reached"):
        away.active_id(KeyClass.NORMAL)
    monkeypatch.setattr(transit_module, "TIMEOUT_S", 0.2)
    server.delay_s = 0.6
    with pytest.raises(VaultKeyError, match="cannot be reached"):
        keys.active_id(KeyClass.NORMAL)


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"data": {"ciphertext": "?"}}, {"data": None}])
def test_an_answer_of_an_unknown_form(
    keys: TransitKeys, server: TransitServer, answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "answer", lambda *_: (200, answer))
    with pytest.raises(VaultKeyError, match="unknown form"):
        keys.wrap(KeyClass.NORMAL, SECRET, associated=b"")


def test_the_token_is_read_again_and_is_for_this_user_alone(
    keys: TransitKeys, server: TransitServer, token_file: Path
) -> None:
    keys.active_id(KeyClass.NORMAL)
    server.token = "renewed"
    with pytest.raises(VaultKeyError, match="refuses our token"):
        keys.active_id(KeyClass.NORMAL)
    token_file.write_text("renewed")
    keys.active_id(KeyClass.NORMAL)
    token_file.chmod(0o644)
    with pytest.raises(VaultKeyError, match=r"token of the key server .* read by others"):
        keys.active_id(KeyClass.NORMAL)
    token_file.unlink()
    with pytest.raises(VaultKeyError, match="no token"):
        keys.active_id(KeyClass.NORMAL)


@pytest.mark.parametrize("blob", [b"", b"vault:v1:", b"vault:v9:AAAA", b"\xff"])
def test_a_wrapped_key_that_was_altered_does_not_open(keys: TransitKeys, blob: bytes) -> None:
    keys.active_id(KeyClass.NORMAL)
    with pytest.raises(VaultKeyError):
        keys.unwrap(Wrapped("xinglin:v1", blob), associated=b"")


def stored(vault: Vault, original: str) -> str:
    with session_scope() as session:
        return vault.store(session, owner=OWNER, kind=PersonalKind.NAME, original=original, shown="*")


@pytest.mark.usefixtures("database")
def test_a_message_costs_no_round_trip(moved: Settings, server: TransitServer) -> None:
    vault = get_vault()
    with session_scope() as session:
        vault.prepare(session)
    refs = [stored(vault, "李雷") for _ in range(2)]
    vault.fingerprint("x", purpose="y")
    server.requests.clear()
    for _ in range(20):
        refs.append(stored(vault, "李雷"))
        vault.fingerprint("x", purpose="y")
        with session_scope() as session:
            assert vault.reveal(session, owner=OWNER, ref=refs[-1]) == "李雷"
    assert server.requests == []
    assert not moved.key_file.exists()


@pytest.mark.usefixtures("database")
def test_a_house_moves_from_its_key_file_to_a_key_server(
    installation: Settings, moved: Settings, server: TransitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_id: str, *, data_keys_before: datetime | None, retire: bool, grace_s: float) -> None:
        job_module.renew_keys.__wrapped__(job_module.Plan(data_keys_before=None, retire=retire, grace_s=0))

    monkeypatch.setattr(rotating, "enqueue_renewal", run)
    monkeypatch.setattr(job_module.DBOS, "set_event", lambda *_: None)
    monkeypatch.setattr(job_module.DBOS, "sleep", lambda *_: None)
    before = vault_for(installation)
    with session_scope() as session:
        before.prepare(session)
    ref, fingerprint = stored(before, "李雷"), before.fingerprint("x", purpose="y")
    vault_for.cache_clear()
    after = get_vault()
    with session_scope() as session:
        after.prepare(session)
        assert after.reveal(session, owner=OWNER, ref=ref) == "李雷"
    rotating.rotate_keys(after, actor=OPERATOR, data_keys=False, retire=True, now=utc_now())
    with session_scope() as session:
        assert {key.split(":")[0] for key in session.scalars(select(DataKey.master_id))} == {"xinglin"}
    assert status(after).missing == []
    installation.key_file.unlink()
    vault_for.cache_clear()
    with session_scope() as session:
        get_vault().prepare(session)
        assert get_vault().reveal(session, owner=OWNER, ref=ref) == "李雷"
        assert len(session.scalars(select(VaultEntry)).all()) == 1
    assert get_vault().fingerprint("x", purpose="y") == fingerprint


def test_a_key_server_without_a_token_is_a_clear_mistake(
    server: TransitServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINGLIN_VAULT_URL", server.address)
    get_settings.cache_clear()
    with pytest.raises(VaultKeyError, match="XINGLIN_VAULT_TOKEN_FILE"):
        get_vault()
