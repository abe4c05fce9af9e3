"""The real assistant for tests: Rasa with its model and the action server, on free ports, and a demo hospital."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_bytes, token_hex

import httpx
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

import hospital.demo.tables
import records.tables  # noqa: F401
from care.booking.identity import check_digit
from care.conversations import offered_options
from care.replies import Reply
from deploy import model
from deploy.processes import bare_environment, model_file, rasa_environment, tracker_key_file
from deploy.trial import checkout_settings, free_port
from hospital.demo import seed
from records.conversations import Author, Conversation, Message
from records.database import Base, engine_for
from records.masking import mask_into_vault
from records.patients import Account
from records.sensitivity import seal_sensitive
from records.vault import vault_for
from settings import ROOT, Settings

STARTS_WITHIN_S = 120.0
RASA = ROOT / "bot" / ".venv" / "bin" / "rasa"


def invented_number(serial: int, *, born: str = "19900307") -> str:
    """A number with a valid check digit that nobody has (district 0000 does not exist)."""
    body = f"110000{born}{serial:03d}"
    return body + check_digit(body)


@dataclass
class Assistant:
    """A running assistant and its records."""

    settings: Settings
    log: Path

    @contextmanager
    def records(self) -> Iterator[Session]:
        with sessionmaker(engine_for(self.settings.records_url), expire_on_commit=False).begin() as session:
            yield session

    def patient(self) -> "Patient":
        """Somebody who has never written before."""
        with self.records() as session:
            account = Account(channel="web", address_fingerprint=token_hex(32))
            session.add(account)
            session.flush()
            conversation = Conversation(account_id=account.id)
            session.add(conversation)
            session.flush()
            return Patient(self, account.id, conversation.id)


@dataclass
class Patient:
    """Writes as the gateway would hand it on: masked, a number or a title standing for what was offered last."""

    assistant: Assistant
    account_id: str
    conversation_id: str
    replies: list[Reply] = field(default_factory=list)
    spoken: int = 0

    def says(self, words: str) -> str:
        """Type ``words``; returns all that was answered, as one text."""
        vault = vault_for(self.assistant.settings)
        with self.assistant.records() as session:
            masked = mask_into_vault(session, vault, owner=self.account_id, text=words)
            masked = seal_sensitive(session, vault, owner=self.account_id, text=masked).text
            self.spoken += 1
            session.add(
                Message(
                    conversation_id=self.conversation_id,
                    seq=self.spoken,
                    author=Author.PATIENT,
                    kind="text",
                    text=masked,
                )
            )
        return self.hears(masked)

    def presses(self, title: str) -> str:
        """Press the first button or card row whose title holds ``title``."""
        for option in self.offered:
            if title in option.title:
                return self.hears(option.payload)
        raise AssertionError(f"{title} is not offered: {[option.title for option in self.offered]}")

    def hears(self, message: str) -> str:
        """Send a message as it is (a button's payload)."""
        answer = httpx.post(
            f"{self.assistant.settings.rasa_address}/webhooks/rest/webhook",
            json={"sender": self.conversation_id, "message": message},
            timeout=30,
            trust_env=False,
        )
        answer.raise_for_status()
        self.replies = [Reply.model_validate(item["custom"]) for item in answer.json()]
        return "\n".join(reply.text for reply in self.replies)

    @property
    def offered(self) -> list[object]:
        return list(offered_options(self.replies[-1])) if self.replies else []

    @property
    def card(self) -> object:
        return self.replies[-1].card if self.replies else None

    @property
    def conversation(self) -> Conversation:
        with self.assistant.records() as session:
            return session.get_one(Conversation, self.conversation_id)


@contextmanager
def running_assistant(folder: Path, *, now: datetime) -> Iterator[Assistant]:
    """Start both servers in ``folder`` and wait until they answer; killed by their own ids afterwards."""
    checkout = checkout_settings()
    if not model.is_current(checkout):
        model.train(checkout)
    values = {"XINGLIN_VAR": str(folder)}
    values |= {"XINGLIN_RASA_PORT": str(free_port()), "XINGLIN_ACTIONS_PORT": str(free_port())}
    if url := os.environ.get("XINGLIN_TEST_DATABASE_URL"):
        values["XINGLIN_DATABASE_URL"] = url
    settings = Settings(**{name.removeprefix("XINGLIN_").lower(): value for name, value in values.items()})  # type: ignore[arg-type]
    _prepare(settings, now)
    log = folder / "log" / "assistant.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    commands = [
        ([sys.executable, "-m", "actions.server"], bare_environment() | values),
        (
            [
                str(RASA), "run", "--model", str(model_file(checkout)), "--endpoints", "endpoints.yml",
                "--credentials", "credentials.yml", "--port", str(settings.rasa_port), "--interface", "127.0.0.1",
            ],
            rasa_environment(settings),
        ),
    ]  # fmt: skip
    started = []
    with log.open("wb") as output:
        try:
            for command, environment in commands:
                started.append(
                    subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
                )
            _wait(settings, log)
            yield Assistant(settings, log)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _prepare(settings: Settings, now: datetime) -> None:
    engine = engine_for(settings.records_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    Base.metadata.create_all(engine)
    with sessionmaker(engine).begin() as session:
        seed(session, now, days=14)
    key = tracker_key_file(settings)
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_bytes(token_bytes(32))


def _wait(settings: Settings, log: Path) -> None:
    addresses = [f"{settings.rasa_address}/webhooks/rest/", f"http://127.0.0.1:{settings.actions_port}/health"]
    deadline = time.monotonic() + STARTS_WITHIN_S
    for address in addresses:
        while True:
            try:
                if httpx.get(address, timeout=2, trust_env=False).status_code == httpx.codes.OK:
                    break
            except httpx.HTTPError:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(f"the assistant did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.3)


__all__ = ["Assistant", "Patient", "hospital", "invented_number", "running_assistant"]
