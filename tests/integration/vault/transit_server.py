"""The part of HashiCorp Vault's transit API that the house uses, over real HTTP and with real AES-256-GCM.

Written after the published API: there is no Vault to run here. ``failures`` are statuses that are answered first.
"""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_bytes
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass
class EngineKey:
    versions: dict[int, bytes] = field(default_factory=lambda: {1: token_bytes(32)})
    least: int = 1


@dataclass
class TransitServer:
    token: str
    keys: dict[str, EngineKey] = field(default_factory=dict)
    failures: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    delay_s: float = 0.0
    address: str = ""

    def answer(self, method: str, path: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body."""
        parts = path.removeprefix("/v1/transit/").split("/")
        name = parts[1] if len(parts) > 1 else ""
        match method, parts[0], parts[2:]:
            case "GET", "keys", []:
                if (key := self.keys.get(name)) is None:
                    return 404, {"errors": []}
                times = {str(version): 1_700_000_000 for version in key.versions if version >= key.least}
                return 200, {"data": {"keys": times, "min_decryption_version": key.least, "type": "aes256-gcm96"}}
            case "POST", "keys", []:
                self.keys.setdefault(name, EngineKey())
                return 200, {"data": {}}
            case "POST", "keys", ["rotate"]:
                versions = self.keys[name].versions
                versions[max(versions) + 1] = token_bytes(32)
                return 200, {"data": {}}
            case "POST", "keys", ["config"]:
                self.keys[name].least = int(given["min_decryption_version"])
                return 200, {"data": {}}
            case "POST", "encrypt", []:
                return self._encrypt(name, given)
            case "POST", "decrypt", []:
                return self._decrypt(name, given)
        return 404, {"errors": ["no handler for route"]}

    def _encrypt(self, name: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if (key := self.keys.get(name)) is None:
            return 400, {"errors": ["encryption key not found"]}
        version, nonce = max(key.versions), token_bytes(12)
        plain, associated = base64.b64decode(given["plaintext"]), base64.b64decode(given["associated_data"])
        sealed = nonce + AESGCM(key.versions[version]).encrypt(nonce, plain, associated)
        return 200, {
            "data": {"ciphertext": f"vault:v{version}:{base64.b64encode(sealed).decode()}", "key_version": version}
        }

    def _decrypt(self, name: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key = self.keys[name]
        try:
            _, named, content = str(given["ciphertext"]).split(":")
            version, sealed = int(named[1:]), base64.b64decode(content)
            if version < key.least:
                return 400, {"errors": ["ciphertext or signature version is disallowed by policy (too old)"]}
            associated = base64.b64decode(given["associated_data"])
            plain = AESGCM(key.versions[version]).decrypt(sealed[:12], sealed[12:], associated)
        except (InvalidTag, ValueError, KeyError):
            return 400, {"errors": ["cipher: message authentication failed"]}
        return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}


@contextmanager
def transit_server(token: str) -> Iterator[TransitServer]:
    """A running server."""
    engine = TransitServer(token)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        do_PUT = do_POST  # noqa: N815

        def _serve(self, method: str) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            engine.requests.append(f"{method} {self.path}")
            time.sleep(engine.delay_s)
            if engine.failures:
                status, body = engine.failures.pop(0), {"errors": ["Vault is sealed"]}
            elif self.headers.get("X-Vault-Token") != engine.token:
                status, body = 403, {"errors": ["permission denied"]}
            else:
                status, body = engine.answer(method, self.path, json.loads(content or b"{}"))
            answer = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    engine.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield engine
    finally:
        server.shutdown()
        server.server_close()
