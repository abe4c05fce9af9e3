"""``make bench-recovery``: how long it takes from an archive to a gateway that answers, for 100,000 messages.

Conversations are invented here and now; the database is SQLite in a temporary folder, or the PostgreSQL that
``XINGLIN_TEST_DATABASE_URL`` names (it is emptied). The goal: under five minutes.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes, token_hex

import httpx
from sqlalchemy import insert
from sqlalchemy.orm import Session

from deploy.trial import free_port
from records.audit import SYSTEM, Action, audit
from records.backup import Opener, make_backup, restore
from records.backup.stores import RECORDS, store_at
from records.conversations import Author, Conversation, Message, MessageState
from records.database import engine, engine_for, new_id, session_scope
from records.masking import mask_into_vault
from records.media_store import store_media
from records.migrate import upgrade
from records.patients import Account
from records.vault import get_vault
from settings import ROOT, Settings, get_settings

GOAL_S = 300.0
PER_CONVERSATION = 50
PHOTO_EVERY = 20  # conversations
PHOTO_BYTES = 200_000
PASSPHRASE = "an invented passphrase of a measurement"
COMPLAINTS = ("头疼{}天了", "咳嗽{}天，晚上厉害", "肚子疼{}个小时", "膝盖疼{}个月，上楼更疼", "皮肤痒{}天，起红疹")
REPLIES = ("什么时候开始的？疼得厉害吗？", "建议先看门诊。需要帮您挂号吗？", "收到，请稍等。", "还有别的不舒服吗？")


@contextlib.contextmanager
def timed(what: str, took: dict[str, float]) -> Iterator[None]:
    started = time.monotonic()
    yield
    took[what] = time.monotonic() - started
    print(f"{what:<40} {took[what]:8.1f} s", flush=True)


def invent(session: Session, chance: random.Random, photo: Path | None) -> None:
    """One patient with ``PER_CONVERSATION`` messages, one of which names a phone number; perhaps a photo."""
    account = Account(channel="web", address_fingerprint=token_hex(32))
    session.add(account)
    session.flush()
    conversation = Conversation(account_id=account.id, last_seq=PER_CONVERSATION)
    session.add(conversation)
    session.flush()
    told = f"我的电话是138{chance.randrange(10**8):08d}，{chance.choice(COMPLAINTS).format(chance.randrange(1, 30))}"
    masked = mask_into_vault(session, get_vault(), owner=account.id, text=told)
    rows = []
    for seq in range(1, PER_CONVERSATION + 1):
        patient = seq % 2 == 1
        said = chance.choice(COMPLAINTS).format(chance.randrange(1, 30)) if patient else chance.choice(REPLIES)
        rows.append(
            {
                "id": new_id(),
                "conversation_id": conversation.id,
                "seq": seq,
                "author": Author.PATIENT if patient else Author.BOT,
                "kind": "text",
                "text": masked if seq == 1 else said,
                "state": MessageState.ANSWERED,
            }
        )
    session.execute(insert(Message), rows)
    if photo is not None:
        store_media(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="image",
            content_type="image/jpeg",
            source=photo,
        )
    for _ in range(PER_CONVERSATION // 10):
        audit(
            session,
            actor=SYSTEM,
            action=Action.VIEW_MESSAGES,
            patient=account.id,
            subject=f"conversation:{conversation.id}",
        )


def fill(messages: int, folder: Path) -> None:
    """Invent ``messages`` messages."""
    chance, photo = random.Random(8), folder / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + token_bytes(PHOTO_BYTES))
    for number in range(messages // PER_CONVERSATION):
        with session_scope() as session:
            invent(session, chance, None if number % PHOTO_EVERY else photo)


def gateway_answers(settings: Settings) -> None:
    """Start a gateway on what was restored, wait until it is well, and stop it."""
    port = free_port()
    values = {"XINGLIN_VAR": str(settings.var), "XINGLIN_PORT": str(port), "XINGLIN_RASA_PORT": str(free_port())}
    if settings.database_url:
        values["XINGLIN_DATABASE_URL"] = settings.database_url
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway"], cwd=ROOT, env=os.environ | values, stdout=subprocess.DEVNULL
    )
    try:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success:
                    return
            if process.poll() is not None:
                raise SystemExit("the gateway did not start")
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(30)


def main() -> int:
    """Measure and say so; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    asked = parser.parse_args()
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XINGLIN_VAR"] = str(folder / "var")
        if url := os.environ.get("XINGLIN_TEST_DATABASE_URL"):
            os.environ["XINGLIN_DATABASE_URL"] = url
            with contextlib.suppress(Exception):
                store_at(url, RECORDS).clear()
        get_settings.cache_clear()
        settings = get_settings()
        upgrade()
        with timed(f"inventing {asked.messages} messages", took):
            fill(asked.messages, folder)
        engine().dispose()
        opener = Opener(passphrase=PASSPHRASE)
        with timed("backup", took):
            archive, manifest = make_backup(settings, to=folder / "backups", opener=opener, with_keys=True)
        size = archive.stat().st_size / 1024 / 1024
        print(f"{'':<40} {manifest.rows()} rows, {manifest.media} files, {size:.0f} MB", flush=True)
        if url:
            # The machine is lost: the same database, empty.
            engine_for(settings.records_url).dispose()
            store_at(url, RECORDS).clear()
        with timed("restore: check, unpack, prove, audit", took):
            restore(archive, into=folder / "restored", opener=opener, settings=settings)
        with timed("until the gateway answers", took):
            gateway_answers(settings.model_copy(update={"var": folder / "restored"}))
    recovery = took["restore: check, unpack, prove, audit"] + took["until the gateway answers"]
    print(f"{'recovery':<40} {recovery:8.1f} s   goal {GOAL_S:.0f} s   {'reached' if recovery < GOAL_S else 'MISSED'}")
    return 0 if recovery < GOAL_S else 1


if __name__ == "__main__":
    sys.exit(main())
