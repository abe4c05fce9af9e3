"""Master keys in HashiCorp Vault's transit engine: they never leave it; it wraps and unwraps data keys for us.

Needs a token whose policy allows, below the engine's path, ``update`` on ``encrypt/``, ``decrypt/`` and
``keys/+/rotate``, and ``create, read, update`` on ``keys/``. Keys are of type aes256-gcm96. A version that is retired
stays in the engine behind ``min_decryption_version``; trimming it for good is left to whoever runs the engine.
"""

import base64
import binascii
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest
from hvac.exceptions import VaultError as HvacError
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from records.keys.files import read_secret
from records.keys.master import VaultKeyError
from records.keys.provider import KeyClass, Wrapped

TIMEOUT_S = 3.0
# Four tries within some three seconds: standby (429, 473), being unsealed (503), broken connections.
TRIES = Retry(
    total=3,
    backoff_factor=0.3,
    status_forcelist=(429, 473, 500, 502, 503, 504),
    allowed_methods=None,
    raise_on_status=False,
)
KEY_TYPE = "aes256-gcm96"


class TransitKeys:
    """A ``KeyProvider``: the normal master key is the engine's key ``key``, that of level 5 ``key``-sensitive."""

    def __init__(self, *, url: str, token_file: Path, mount: str, key: str, ca_file: Path | None = None) -> None:
        self._url = url
        self._token_file = token_file
        self._mount = mount
        self._names = {KeyClass.NORMAL: key, KeyClass.SENSITIVE: f"{key}-sensitive"}
        self._ca_file = ca_file
        self._local = threading.local()

    def __repr__(self) -> str:
        return f"TransitKeys({self._url})"

    def active_id(self, key_class: KeyClass) -> str:
        """See ``KeyProvider``; asks the server."""
        name = self._names[key_class]
        return _master_id(name, self._versions(name)[-1])

    def master_ids(self, key_class: KeyClass) -> list[str]:
        """See ``KeyProvider``; asks the server."""
        name = self._names[key_class]
        return [_master_id(name, version) for version in self._versions(name)]

    def holds(self, master_id: str) -> bool:
        """See ``KeyProvider``; by the form of the id alone."""
        return _split(master_id)[0] in self._names.values()

    def wrap(self, key_class: KeyClass, secret: bytes, *, associated: bytes) -> Wrapped:
        """See ``KeyProvider``."""
        name = self._names[key_class]
        given = {"plaintext": _text(secret), "associated_data": _text(associated)}
        with self._asking() as transit:
            try:
                answer = transit.encrypt_data(name, mount_point=self._mount, **given)
            except (InvalidPath, InvalidRequest):
                self._create(name)  # the first data key of this installation
                answer = transit.encrypt_data(name, mount_point=self._mount, **given)
            blob = str(answer["data"]["ciphertext"])
            return Wrapped(_master_id(name, int(blob.split(":")[1].removeprefix("v"))), blob.encode())

    def unwrap(self, wrapped: Wrapped, *, associated: bytes) -> bytes:
        """See ``KeyProvider``."""
        name, _ = _split(wrapped.master_id)
        with self._asking() as transit:
            try:
                answer = transit.decrypt_data(
                    name,
                    ciphertext=wrapped.blob.decode("ascii", "replace"),
                    associated_data=_text(associated),
                    mount_point=self._mount,
                )
            except (InvalidPath, InvalidRequest):
                raise VaultKeyError(
                    f"the key server does not open a data key: {wrapped.master_id} was retired, or the row altered"
                ) from None
            return base64.b64decode(answer["data"]["plaintext"], validate=True)

    def rotate(self, key_class: KeyClass) -> str:
        """See ``KeyProvider``."""
        name = self._names[key_class]
        self._versions(name)  # made when it is not there
        with self._asking() as transit:
            transit.rotate_key(name, mount_point=self._mount)
        return self.active_id(key_class)

    def retire(self, master_id: str) -> bool:
        """See ``KeyProvider``; only the oldest version can be retired, so another waits for those before it."""
        name, version = _split(master_id)
        versions = self._versions(name)
        if version == versions[-1]:
            raise VaultKeyError(f"master key {master_id} is the active one")
        if version != versions[0]:
            return False
        with self._asking() as transit:
            transit.update_key_configuration(name, min_decryption_version=version + 1, mount_point=self._mount)
        return True

    def earlier(self, master_id: str | None, purpose: str) -> bytes | None:
        """See ``KeyProvider``: there never was an earlier scheme here."""
        return None

    def _versions(self, name: str) -> list[int]:
        with self._asking() as transit:
            try:
                data = transit.read_key(name, mount_point=self._mount)["data"]
            except InvalidPath:
                self._create(name)
                data = transit.read_key(name, mount_point=self._mount)["data"]
            least = int(data["min_decryption_version"])
            return sorted(version for version in map(int, data["keys"]) if version >= least)

    def _create(self, name: str) -> None:
        with self._asking() as transit:
            transit.create_key(name, key_type=KEY_TYPE, mount_point=self._mount)

    @contextmanager
    def _asking(self) -> Iterator[hvac.api.secrets_engines.Transit]:
        """The engine; whatever it or the way to it has to complain about is one exception without a secret."""
        try:
            yield self._client().secrets.transit
        except Forbidden:
            raise VaultKeyError(f"the key server at {self._url} refuses our token") from None
        except requests.RequestException as error:
            reason = type(error).__name__
            raise VaultKeyError(f"the key server at {self._url} cannot be reached: {reason}") from None
        except HvacError as error:
            raise VaultKeyError(f"the key server at {self._url} fails: {type(error).__name__}") from None
        except (KeyError, IndexError, TypeError, ValueError, binascii.Error):
            raise VaultKeyError(f"the key server at {self._url} gives an answer of an unknown form") from None

    def _client(self) -> hvac.Client:
        # One a thread, as requests' sessions are; the token is read again, since an agent may renew it.
        if not hasattr(self._local, "client"):
            session = requests.Session()
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=TRIES))
            verify = str(self._ca_file) if self._ca_file else True
            session.verify = verify
            self._local.client = hvac.Client(url=self._url, timeout=TIMEOUT_S, session=session, verify=verify)
        client: hvac.Client = self._local.client
        client.token = read_secret(self._token_file, what="token of the key server").strip()
        return client


def _master_id(name: str, version: int) -> str:
    return f"{name}:v{version}"


def _split(master_id: str) -> tuple[str, int]:
    name, _, version = master_id.rpartition(":v")
    return (name, int(version)) if version.isdigit() else ("", 0)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
