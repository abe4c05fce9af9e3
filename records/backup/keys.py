"""Who can open a backup: its own key file, a passphrase, or both; never the master key of the records.

An archive has a random key of its own, wrapped once for each of them. The key file is made on first use with mode
0600; without a copy of it elsewhere (or a passphrase) a burnt-down machine takes its backups along.
"""

from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag

from records.backup.failures import Damaged, KeyUnusable, WrongKey
from records.keys import KEY_BYTES, NONCE_BYTES, Aead, Algorithm, VaultKeyError, cipher_for
from records.keys.files import alone_in, read_secret, write_secret

_PREFIX = "xinglin-backup-key-1:"
# What each key is for: none of them says anything of another.
ARCHIVE, CONTENT, RECORDS_KEYS = "backup/archive", "backup/content", "backup/records-keys"
SALT_BYTES = 16
# RFC 9106, 4: the second recommended choice, for where 2 GiB are too much.
TIME_COST, MEMORY_KIB, LANES = 3, 64 * 1024, 4
# What a header may ask of us before anything of it is believed.
TIME_MAX, MEMORY_MAX_KIB, LANES_MAX = 16, 1024 * 1024, 16


@dataclass(frozen=True, slots=True)
class Opener:
    """What the operator has: a key file, a passphrase, or both."""

    key_file: Path | None = None
    passphrase: str = field(default="", repr=False)


def _stretched(passphrase: str, *, salt: bytes, time: int, memory_kib: int, lanes: int) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, time, memory_kib, lanes, KEY_BYTES, Type.ID)


def _wrap(cipher: Aead, secret: bytes) -> dict[str, str]:
    nonce = token_bytes(NONCE_BYTES)
    return {"nonce": nonce.hex(), "wrapped": cipher.encrypt(nonce, secret, b"").hex()}


def _unwrap(cipher: Aead, slot: dict[str, Any]) -> bytes:
    return cipher.decrypt(bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["wrapped"]), b"")


@dataclass(frozen=True, slots=True)
class ArchiveKeys:
    """The ciphers of one archive: of all its content, and (with a passphrase) of the records' keys inside it."""

    content: Aead = field(repr=False)
    records_keys: Aead | None = field(default=None, repr=False)


def new_archive(opener: Opener, algorithm: Algorithm) -> tuple[ArchiveKeys, dict[str, Any]]:
    """Ciphers for a new archive, and its header: how it was sealed and what opens it. Raises :class:`KeyUnusable`."""
    content = token_bytes(KEY_BYTES)
    slots: list[dict[str, Any]] = []
    records_keys = None
    if opener.key_file is not None:
        secret = _secret_of(opener.key_file, make=True)
        slots.append({"kind": "key-file", **_wrap(cipher_for(algorithm, secret, ARCHIVE), content)})
    if opener.passphrase:
        salt = token_bytes(SALT_BYTES)
        costs = {"time": TIME_COST, "memory_kib": MEMORY_KIB, "lanes": LANES}
        stretched = _stretched(opener.passphrase, salt=salt, **costs)
        slots.append(
            {
                "kind": "passphrase",
                "kdf": "argon2id",
                "salt": salt.hex(),
                **costs,
                **_wrap(cipher_for(algorithm, stretched, ARCHIVE), content),
            }
        )
        # From the passphrase alone: the key file on the machine must not open the keys of the records.
        records_keys = cipher_for(algorithm, stretched, RECORDS_KEYS)
    if not slots:
        raise KeyUnusable("既没有密钥文件，也没有口令")
    header = {"cipher": algorithm, "slots": slots}
    return ArchiveKeys(cipher_for(algorithm, content, CONTENT), records_keys), header


def open_archive(opener: Opener, header: dict[str, Any]) -> ArchiveKeys:
    """The archive's ciphers; raises :class:`WrongKey`, :class:`KeyUnusable` or :class:`Damaged`."""
    content = records_keys = None
    try:
        algorithm = Algorithm(header["cipher"])
        for slot in header["slots"]:
            if slot["kind"] == "passphrase" and opener.passphrase:
                found = _by_passphrase(opener.passphrase, slot, algorithm)
                if found is not None:
                    content, records_keys = found
            elif slot["kind"] == "key-file" and opener.key_file is not None and content is None:
                content = _by_key_file(opener.key_file, slot, algorithm)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Damaged("文件头") from None
    if content is None:
        raise WrongKey
    return ArchiveKeys(cipher_for(algorithm, content, CONTENT), records_keys)


def _by_passphrase(passphrase: str, slot: dict[str, Any], algorithm: Algorithm) -> tuple[bytes, Aead] | None:
    time, memory_kib, lanes = int(slot["time"]), int(slot["memory_kib"]), int(slot["lanes"])
    if time > TIME_MAX or memory_kib > MEMORY_MAX_KIB or lanes > LANES_MAX:
        raise Damaged("文件头")
    stretched = _stretched(passphrase, salt=bytes.fromhex(slot["salt"]), time=time, memory_kib=memory_kib, lanes=lanes)
    try:
        content = _unwrap(cipher_for(algorithm, stretched, ARCHIVE), slot)
        return content, cipher_for(algorithm, stretched, RECORDS_KEYS)
    except InvalidTag:
        return None


def _by_key_file(path: Path, slot: dict[str, Any], algorithm: Algorithm) -> bytes | None:
    if not path.exists():
        return None
    try:
        return _unwrap(cipher_for(algorithm, _secret_of(path), ARCHIVE), slot)
    except InvalidTag:
        return None


def _secret_of(path: Path, *, make: bool = False) -> bytes:
    """The 32 bytes in the key file; raises :class:`KeyUnusable`."""
    try:
        if make and not path.exists():
            with alone_in(path.parent):
                if not path.exists():
                    write_secret(path, f"{_PREFIX}{token_bytes(KEY_BYTES).hex()}\n")
        content = read_secret(path).strip()
    except VaultKeyError as error:
        # Who reads this holds no master key: the same file rules, another file.
        raise KeyUnusable(str(error).replace("master key", "backup key")) from None
    except OSError as error:
        raise KeyUnusable(f"{path}（{error.strerror}）") from None
    try:
        secret = bytes.fromhex(content.removeprefix(_PREFIX)) if content.startswith(_PREFIX) else b""
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyUnusable(f"{path} 已损坏")
    return secret
