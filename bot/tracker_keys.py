"""Keys of the tracker store: a file with a key a line, the newest last, which seals; the others still open.

A key is 32 bytes in base64 (a file of 32 raw bytes is one key). ``XINGLIN_CIPHER`` says what is sealed with:
AES-256-GCM, or SM4-GCM with SM3 (GB/T 39786). A sealed tracker says its cipher and its key.
"""

import base64
import binascii
import fcntl
import hashlib
import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from rasa.shared.exceptions import RasaException

KEY_FILE = "XINGLIN_TRACKER_KEY_FILE"
CIPHER = "XINGLIN_CIPHER"
_KEY_BYTES, _NONCE_BYTES, _TAG_BYTES, _ID_BYTES = 32, 12, 16, 4
_EARLIER, _VERSION = b"\x01", b"\x02"
_AES, _SM4 = b"\x01", b"\x02"
_CIPHERS = {"aes-256-gcm": _AES, "sm4-gcm": _SM4}


class TrackerKeyMissing(RasaException):
    """The key of the tracker store is not there, or not 32 bytes."""


class TrackerUnreadable(RasaException):
    """A stored tracker was sealed with another key, belongs to another conversation or was changed."""


def read_keys(path: Optional[Text]) -> List[bytes]:
    """The keys in the key file, the newest last. Raises ``TrackerKeyMissing``."""
    if not path:
        raise TrackerKeyMissing(f"{KEY_FILE} names no key file")
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise TrackerKeyMissing(f"the key file of the tracker store cannot be read: {error.strerror}") from error
    if len(content) == _KEY_BYTES:
        return [content]
    try:
        keys = [base64.b64decode(line, validate=True) for line in content.split()]
    except (binascii.Error, ValueError) as error:
        raise TrackerKeyMissing("the key file of the tracker store holds no key") from error
    if not keys or any(len(key) != _KEY_BYTES for key in keys):
        raise TrackerKeyMissing("a key of the tracker store is not 32 bytes long")
    return keys


def keep_newest(path: Text, newest: bytes) -> bool:
    """Drop every key but ``newest`` from the file; False when another was added meanwhile."""
    file = Path(path)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # as whoever adds a key does
        if read_keys(path)[-1] != newest:
            return False
        temporary = file.with_name(f".{file.name}.newest")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            written.write(base64.b64encode(newest) + b"\n")
            written.flush()
            os.fsync(written.fileno())
        temporary.replace(file)
        return True
    finally:
        os.close(folder)


class TrackerKeys:
    """Seals under the newest key and opens under any; sees a changed file without a restart."""

    def __init__(self, path: Optional[Text], cipher: Optional[Text] = None) -> None:
        try:
            self._cipher = _CIPHERS[cipher or "aes-256-gcm"]
        except KeyError:
            raise TrackerKeyMissing(f"{CIPHER} is neither aes-256-gcm nor sm4-gcm") from None
        self._path = path
        self._keys: Dict[bytes, bytes] = {}
        self._ciphers: Dict[Tuple[bytes, bytes], Any] = {}
        self._seen: Tuple[int, int] = (0, 0)
        self._load()

    @property
    def prefix(self) -> bytes:
        """How a tracker begins that is sealed as trackers are now."""
        return _VERSION + self._cipher + self._newest[0]

    @property
    def has_older(self) -> bool:
        """Whether the file holds keys that are only there to open."""
        self._load()
        return len(self._keys) > 1

    def drop_older(self) -> bool:
        """Forget all keys but the newest, in the file too; False when another was added meanwhile."""
        return bool(self._path) and keep_newest(str(self._path), self._newest[1])

    def seal(self, sender_id: Text, plain: bytes) -> bytes:
        """``plain`` for one conversation."""
        self._load()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._sealing(self._cipher, self._newest[0]).encrypt(nonce, plain, sender_id.encode())
        return self.prefix + nonce + bytes(sealed)

    def open(self, sender_id: Text, sealed: bytes) -> bytes:
        """What was sealed for this conversation. Raises ``TrackerUnreadable``."""
        try:
            if sealed[:1] == _EARLIER:
                return self._open_earlier(sender_id, sealed[1:])
            if sealed[:1] != _VERSION or sealed[1:2] not in _CIPHERS.values():
                raise TrackerUnreadable("a stored tracker has an unknown form")
            key_id, rest = sealed[2 : 2 + _ID_BYTES], sealed[2 + _ID_BYTES :]
            if key_id not in self._keys:
                self._load()
            if key_id not in self._keys:
                raise TrackerUnreadable("a stored tracker was sealed with a key that is not in the key file")
            cipher = self._sealing(sealed[1:2], key_id)
            return bytes(cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], sender_id.encode()))
        except (InvalidTag, ValueError) as error:
            raise TrackerUnreadable("a stored tracker cannot be opened with this key") from error

    def _open_earlier(self, sender_id: Text, rest: bytes) -> bytes:
        for key in self._keys.values():
            try:
                return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], sender_id.encode())
            except InvalidTag:
                continue
        raise TrackerUnreadable("a stored tracker cannot be opened with any key there is")

    @property
    def _newest(self) -> Tuple[bytes, bytes]:
        return list(self._keys.items())[-1]

    def _load(self) -> None:
        try:
            found = Path(self._path or "").stat()
        except OSError:
            found = None
        if found is not None and self._keys and (found.st_mtime_ns, found.st_ino) == self._seen:
            return
        self._keys = {_id_of(key): key for key in read_keys(self._path)}
        assert found is not None
        self._seen = (found.st_mtime_ns, found.st_ino)

    def _sealing(self, cipher: bytes, key_id: bytes) -> Any:
        if (cipher, key_id) not in self._ciphers:
            made = AESGCM if cipher == _AES else _Sm4Gcm
            self._ciphers[cipher, key_id] = made(_derived(cipher, self._keys[key_id]))
        return self._ciphers[cipher, key_id]


class _Sm4Gcm:
    """SM4 in GCM with a tag of 16 bytes (RFC 8998)."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return bytes(encryptor.update(data) + encryptor.finalize() + encryptor.tag)

    def decrypt(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-_TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated)
        return bytes(decryptor.update(data[:-_TAG_BYTES]) + decryptor.finalize())


def _derived(cipher: bytes, key: bytes) -> bytes:
    name, length, hashed = (b"aes-256-gcm", 32, SHA256()) if cipher == _AES else (b"sm4-gcm", 16, SM3())
    return HKDF(algorithm=hashed, length=length, salt=None, info=b"xinglin/tracker/" + name).derive(key)


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"xinglin/tracker/id" + key).digest()[:_ID_BYTES]
