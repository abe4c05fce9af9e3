"""A patient who talks to the real turn, with a stand-in for Rasa over real HTTP: for tests of consent and rights."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from care.replies import Reply
from channels.admission import Admission
from channels.inbound import Channel, Inbound, Kind
from channels.rasa import RasaClient
from channels.results import StoredReply, TurnResult
from channels.turn import Turn
from records.conversations import Author, Conversation, Message
from records.database import session_scope, utc_now
from records.patients import Account
from records.vault import get_vault
from tests.posted import answering_posts

Meaning = tuple[str, list[str]]
COMPLAINT: Meaning = ("describe_complaint", ["symptom"])


@dataclass
class Assistant:
    """Stands where Rasa would. ``heard`` is what reached a conversation, ``parsed`` what was only asked about;
    ``meanings`` are the intent and entities of the texts it knows, every other is a complaint."""

    meanings: Mapping[str, Meaning] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    parsed: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str, body: dict[str, Any]) -> Any:
        match path.rpartition("/")[2]:
            case "parse":
                self.parsed.append(body["text"])
                intent, entities = self.meanings.get(body["text"], COMPLAINT)
                return {"intent": intent, "confidence": 0.99, "entities": entities}
            case "forget":
                self.forgotten.append(body["sender"])
                return {"forgotten": True}
            case _:
                self.heard.append(body["message"])
                return [{"text": f"听到：{body['message']}"}]


@contextmanager
def standing_in(assistant: Assistant) -> Iterator[Assistant]:
    """Serve it on a free port while the block runs."""

    def answer(path: str, content: Any) -> tuple[int, bytes]:
        return 200, json.dumps(assistant.answer(path, content)).encode()

    with answering_posts(answer) as assistant.url:
        yield assistant


@dataclass
class Anna:
    """One patient on one channel; each message meets a gateway process of its own, so nothing is kept in memory."""

    assistant: Assistant
    channel: Channel = Channel.WECHAT
    sender: str = "anna"
    media: list[str] = field(default_factory=list)
    sent: int = 0

    def says(self, words: str, **more: Any) -> list[StoredReply]:
        return list(self.sends(self.message(words, **more)).replies)

    def hears(self, words: str, **more: Any) -> str:
        """Say ``words``; returns what is answered, as one text."""
        return texts(self.says(words, **more))

    def presses(self, title: str) -> list[StoredReply]:
        with session_scope() as session:
            offered = session.scalars(select(Conversation)).one().offered
        payload = next(option["payload"] for option in offered if option["title"] == title)
        return self.says(title, kind=Kind.CHOICE, payload=payload)

    def message(self, words: str, **more: Any) -> Inbound:
        self.sent += 1
        return Inbound(
            **{
                "channel": self.channel,
                "sender": self.sender,
                "dedupe_key": f"msg:{self.sent}",
                "kind": Kind.TEXT,
                "received_at": utc_now(),
                "text": words,
                **more,
            }
        )

    def sends(self, *inbounds: Inbound) -> TurnResult:
        async def scenario() -> TurnResult:
            rasa = RasaClient(address=self.assistant.url, timeout_s=5)
            turn = self.turn(rasa)
            results = await asyncio.gather(*(turn.handle(inbound) for inbound in inbounds))
            await turn.settle()
            await rasa.close()
            return results[-1]

        return asyncio.run(scenario())

    def turn(self, rasa: RasaClient) -> Turn:
        return Turn(rasa=rasa, take_media=self._take, text_max_chars=400, welcome=Reply(text="您好"))

    def _take(self, admission: Admission) -> None:
        self.media.append(admission.message_id)

    @property
    def account(self) -> str:
        with session_scope() as session:
            fingerprint = get_vault().fingerprint(self.sender, purpose=f"address:{self.channel}")
            return session.scalars(select(Account.id).where(Account.address_fingerprint == fingerprint)).one()


def texts(replies: list[StoredReply]) -> str:
    return "\n".join(stored.reply.text for stored in replies)


def patients_messages() -> list[Message]:
    """What patients have written, in order."""
    with session_scope() as session:
        return list(session.scalars(select(Message).where(Message.author == Author.PATIENT).order_by(Message.seq)))
