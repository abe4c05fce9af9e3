"""An installation with migrated tables and something in it, on SQLite or PostgreSQL, and an empty one beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from records.audit import SYSTEM, Action, audit
from records.backup import Opener
from records.conversations import Author, Conversation, Message
from records.database import engine, engine_for, session_scope
from records.masking import mask_into_vault
from records.media_store import store_media
from records.migrate import upgrade
from records.patients import Account
from records.vault import get_vault
from settings import Settings, get_settings

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def migrated(installation: Settings) -> Iterator[Settings]:
    """Tables as the migrations make them."""
    if engine().dialect.name == "postgresql":
        with engine().begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    upgrade()
    yield installation
    engine().dispose()


@dataclass(frozen=True, slots=True)
class Place:
    """Where to restore to: a folder that is not there yet, and settings whose databases are empty."""

    folder: Path
    settings: Settings

    def restored(self) -> Settings:
        """Settings of the installation that was brought back."""
        return self.settings.model_copy(update={"var": self.folder})


@pytest.fixture
def place(installation: Settings, tmp_path: Path) -> Iterator[Place]:
    """An empty folder's name; with PostgreSQL an empty database, dropped afterwards."""
    url = installation.database_url
    if not url:
        yield Place(tmp_path / "restored", installation)
        return
    name = f"restored_{token_hex(4)}"
    server = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    empty = make_url(url).set(database=name).render_as_string(hide_password=False)
    try:
        yield Place(tmp_path / "restored", installation.model_copy(update={"database_url": empty}))
    finally:
        engine_for(empty).dispose()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def opener(installation: Settings) -> Opener:
    return Opener(key_file=installation.backup_key)


def converse(session: Session, words: str, *, photo: Path | None = None) -> str:
    """A new patient who says ``words`` and perhaps sends a photo; returns the conversation's id."""
    account = Account(channel="web", address_fingerprint=token_hex(32))
    session.add(account)
    session.flush()
    conversation = Conversation(account_id=account.id, last_seq=1)
    session.add(conversation)
    session.flush()
    masked = mask_into_vault(session, get_vault(), owner=account.id, text=words)
    message = Message(conversation_id=conversation.id, seq=1, author=Author.PATIENT, kind="text", text=masked)
    session.add(message)
    if photo is not None:
        message.media_id = store_media(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="image",
            content_type="image/jpeg",
            source=photo,
        ).id
    audit(
        session,
        actor=SYSTEM,
        action=Action.VIEW_MESSAGES,
        patient=account.id,
        subject=f"conversation:{conversation.id}",
    )
    return conversation.id


@pytest.fixture
def filled(migrated: Settings, tmp_path: Path) -> Settings:
    """Twenty patients, one of whom sent a photo of two chunks, and an upload that waits for its job."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(1_500_000))
    with session_scope() as session:
        for number in range(20):
            converse(
                session, f"我叫王小明，头疼{number}天了，电话13800138{number:03d}", photo=None if number else photo
            )
    spool = migrated.var / "spool"
    spool.mkdir(mode=0o700)
    (spool / "waiting").write_bytes(b"\xff\xd8\xffan upload that waits")
    return get_settings()
