"""Small files, and messages that brought them."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from secrets import token_hex

from channels.inbound import Kind
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope
from records.patients import Account
from settings import Settings

PLACE = b"HERE-IS-WHERE-I-LIVE"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 40, height: int = 30) -> bytes:
    """A red picture that carries a text about where it was taken."""
    rows = (b"\0" + b"\xd0\x40\x40" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"tEXt", b"Location\0" + PLACE)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("photo.jpg", "not one")
    return written.getvalue()


def sent(house: Settings, data: bytes, *, kind: Kind = Kind.IMAGE, state: str = MessageState.ANSWERED) -> str:
    """A stored media message whose bytes lie in the spool; returns its id."""
    spool = house.var / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"web-{token_hex(8)}"
    (spool / name).write_bytes(data)
    return stored(kind, {"spool": name, "claimed_type": "image/jpeg", "size": len(data)}, state=state)


def stored(kind: Kind, source: dict[str, object], *, state: str = MessageState.ANSWERED) -> str:
    """A patient's message with its media source, in a conversation of its own."""
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint=token_hex(32))
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=account.id, last_seq=1)
        session.add(conversation)
        session.flush()
        message = Message(
            conversation_id=conversation.id,
            seq=1,
            dedupe_key=token_hex(8),
            author=Author.PATIENT,
            kind=kind,
            media_source=source,
            state=state,
        )
        session.add(message)
        session.flush()
        return message.id


def spooled(house: Settings) -> list[Path]:
    return list((house.var / "spool").iterdir())
