"""The file of the master keys: private, whole, and understood by processes that were running before it changed."""

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from records.keys import FileKeys, KeyClass, MasterKey, VaultKeyError, Wrapped, load_key, load_or_create_key
from settings import Settings

EARLIER = "xinglin-key-1:" + bytes(range(32)).hex() + "\n"
SECRET = bytes(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.key"


def earlier_file(path: Path) -> Path:
    path.parent.mkdir(mode=0o700)
    path.write_text(EARLIER)
    path.chmod(0o600)
    return path


def test_the_key_file_is_private_and_stays_the_same(installation: Settings) -> None:
    file = installation.key_file
    first = load_or_create_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert load_or_create_key(file).derive("x") == first.derive("x")
    FileKeys(file).rotate(KeyClass.NORMAL)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (None, 0o600, "no master key"),
        ("", 0o600, "damaged"),
        ("xinglin-key-1:00", 0o600, "damaged"),
        ("xinglin-key-1:" + "zz" * 32, 0o600, "damaged"),
        ("钥匙", 0o600, "damaged"),
        ("{}", 0o600, "damaged"),
        ('{"version": 2, "keys": []}', 0o600, "damaged"),
        ('{"version": 2, "keys": [1]}', 0o600, "damaged"),
        ('{"version": 3, "keys": []}', 0o600, "later version"),
        (EARLIER, 0o640, "read by others"),
        (EARLIER, 0o604, "read by others"),
    ],
)
def test_an_unusable_key_file_is_one_clear_exception(path: Path, content: str | None, mode: int, says: str) -> None:
    if content is not None:
        path.parent.mkdir()
        path.write_text(content, encoding="utf-8")
        path.chmod(mode)
    with pytest.raises(VaultKeyError, match=says):
        load_key(path)


def test_one_changed_digit_of_a_key_is_noticed(path: Path) -> None:
    load_or_create_key(path)
    content = path.read_text()
    at = content.index('"secret": "') + len('"secret": "')
    path.write_text(content[:at] + ("1" if content[at] == "0" else "0") + content[at + 1 :])
    with pytest.raises(VaultKeyError, match="damaged"):
        load_key(path)


def test_a_folder_that_cannot_be_made_is_the_same_exception(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(VaultKeyError):
        load_or_create_key(tmp_path / "file" / "master.key")


def _ids(path: Path) -> tuple[str, str]:
    keys = FileKeys(path)
    return keys.active_id(KeyClass.NORMAL), keys.active_id(KeyClass.SENSITIVE)


def test_processes_that_start_at_once_get_one_key(path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        ids = set(pool.map(_ids, [path] * 16))
    assert len(ids) == 1
    assert len(set(ids.pop())) == 2
    assert os.listdir(path.parent) == ["master.key"]  # noqa: PTH208


def test_an_earlier_key_file_is_taken_into_the_ring(path: Path) -> None:
    keys, old = FileKeys(earlier_file(path)), MasterKey(bytes(range(32)))
    assert keys.master_ids(KeyClass.NORMAL) == [old.id]
    assert path.read_text() == EARLIER  # nothing is written for reading
    wrapped = keys.wrap(KeyClass.NORMAL, SECRET, associated=b"row")
    new = keys.rotate(KeyClass.NORMAL)
    assert keys.master_ids(KeyClass.NORMAL) == [old.id, new]
    assert keys.unwrap(wrapped, associated=b"row") == SECRET
    assert keys.earlier(old.id, "vault/entry") == old.derive("vault/entry")
    assert keys.earlier(None, "vault/fingerprint") == old.derive("vault/fingerprint")


def test_level_5_has_a_master_key_of_its_own(path: Path) -> None:
    keys = FileKeys(earlier_file(path))
    wrapped = keys.wrap(KeyClass.SENSITIVE, SECRET, associated=b"")
    assert wrapped.master_id in keys.master_ids(KeyClass.SENSITIVE)
    assert wrapped.master_id not in keys.master_ids(KeyClass.NORMAL)
    with pytest.raises(VaultKeyError):
        keys.unwrap(Wrapped(keys.active_id(KeyClass.NORMAL), wrapped.blob), associated=b"")


def test_a_running_process_sees_a_rotation_by_another(path: Path) -> None:
    running, another = FileKeys(path), FileKeys(path)
    before = running.wrap(KeyClass.NORMAL, SECRET, associated=b"")
    new = another.rotate(KeyClass.NORMAL)
    after = another.wrap(KeyClass.NORMAL, SECRET, associated=b"")
    assert after.master_id == new
    assert running.unwrap(after, associated=b"") == SECRET  # an id it never heard of
    assert running.wrap(KeyClass.NORMAL, SECRET, associated=b"").master_id == new
    another.retire(before.master_id)
    with pytest.raises(VaultKeyError, match="put the right file back"):
        FileKeys(path).unwrap(before, associated=b"")


def test_the_active_key_is_not_retired(path: Path) -> None:
    keys = FileKeys(path)
    with pytest.raises(VaultKeyError, match="active"):
        keys.retire(keys.active_id(KeyClass.NORMAL))


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x09" + bytes(80), b"\x01" + bytes(80)])
def test_a_wrapped_key_that_was_altered_does_not_open(path: Path, blob: bytes) -> None:
    keys = FileKeys(path)
    with pytest.raises(VaultKeyError):
        keys.unwrap(Wrapped(keys.active_id(KeyClass.NORMAL), blob), associated=b"")


def test_no_secret_in_a_repr(path: Path) -> None:
    shown = (
        repr(MasterKey(bytes(range(32)))) + repr(FileKeys(earlier_file(path))) + repr(Wrapped("id", bytes(range(9))))
    )
    assert "000102" not in shown
    assert "\\x01" not in shown
