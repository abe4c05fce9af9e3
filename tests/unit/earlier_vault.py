"""Writes as the vault did before there were data keys, so that tests can read it as an upgraded house does."""

import struct
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from records.database import new_id
from records.keys import MasterKey
from records.media import Media, media_path
from records.sealed_files import CHUNK_BYTES
from records.vault import VaultEntry
from records.vault.binding import bind


def earlier_key_file(path: Path, key: bytes) -> MasterKey:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(f"xinglin-key-1:{key.hex()}\n")
    path.chmod(0o600)
    return MasterKey(key)


def earlier_entry(session: Session, key: MasterKey, *, owner: str, kind: str, original: str) -> str:
    ref, nonce = new_id(), token_bytes(12)
    sealed = AESGCM(key.derive("vault/entry")).encrypt(nonce, original.encode(), bind("entry", owner, kind, ref))
    session.add(
        VaultEntry(ref=ref, owner=owner, kind=kind, nonce=nonce, ciphertext=sealed, key_id=key.id, shown="李**")
    )
    session.flush()
    return ref


def earlier_seal(key: MasterKey, data: bytes, *, context: str) -> bytes:
    nonce = token_bytes(12)
    sealed = AESGCM(key.derive("vault/seal")).encrypt(nonce, data, bind("seal", context))
    return b"\x01" + bytes.fromhex(key.id) + nonce + sealed


def earlier_media(session: Session, key: MasterKey, *, conversation_id: str, content: bytes) -> str:
    """Of one chunk at most."""
    assert len(content) <= CHUNK_BYTES
    media_id, secret = new_id(), token_bytes(32)
    header = earlier_seal(key, secret, context=f"media:{media_id}")
    chunk = AESGCM(secret).encrypt(bytes(12), content, bind("chunk", media_id, "0", "last"))
    path = media_path(media_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(b"XLM1" + struct.pack(">H", len(header)) + header + chunk)
    path.chmod(0o600)
    digest = sha256(content).hexdigest()
    session.add(
        Media(
            id=media_id,
            conversation_id=conversation_id,
            kind="photo",
            content_type="image/jpeg",
            size=len(content),
            sha256=digest,
        )
    )
    session.flush()
    return media_id
