"""The assistant over its REST channel: masked text in, replies out."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from pydantic import ValidationError

from care.replies import QuickReply, Reply

log = structlog.get_logger(__name__)

# After a failure the assistant is left alone this long, so that patients are handed to a person at once instead of
# each waiting for a time-out of their own.
REST_AFTER_FAILURE_S = 5.0


class AssistantUnavailable(Exception):
    """The assistant is loading, down, or gave nothing that can be read."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means: its intent, how likely that is (0 to 1), and which kinds of entities it holds."""

    intent: str
    confidence: float
    entities: frozenset[str]


class RasaClient:
    """Asks Rasa for the replies to one message. The caller puts messages of one conversation in order."""

    def __init__(self, *, address: str, timeout_s: float) -> None:
        self._http = httpx.AsyncClient(base_url=address, timeout=httpx.Timeout(timeout_s, connect=1.0), trust_env=False)
        self._resting_until = 0.0

    async def replies(self, *, conversation_id: str, text: str) -> list[Reply]:
        """The assistant's replies, at least one; raises :class:`AssistantUnavailable`."""
        if time.monotonic() < self._resting_until:
            raise AssistantUnavailable("resting after a failure")
        try:
            answer = await self._http.post("/webhooks/rest/webhook", json={"sender": conversation_id, "message": text})
            answer.raise_for_status()
            replies = [reply for item in answer.json() if (reply := read_reply(item))]
        except (httpx.HTTPError, ValueError) as error:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE_S
            log.warning("assistant_unavailable", error=type(error).__name__)
            raise AssistantUnavailable(type(error).__name__) from error
        if not replies:
            log.warning("assistant_silent", conversation=conversation_id)
            raise AssistantUnavailable("no reply")
        return replies

    async def meaning(self, text: str) -> Meaning:
        """What ``text`` means, without any conversation hearing it; raises :class:`AssistantUnavailable`."""
        if time.monotonic() < self._resting_until:
            raise AssistantUnavailable("resting after a failure")
        try:
            answer = await self._http.post("/webhooks/rest/parse", json={"text": text})
            answer.raise_for_status()
            body = answer.json()
            return Meaning(
                intent=str(body["intent"]),
                confidence=float(body["confidence"]),
                entities=frozenset(map(str, body["entities"])),
            )
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE_S
            log.warning("assistant_unavailable", error=type(error).__name__)
            raise AssistantUnavailable(type(error).__name__) from error

    async def forget(self, conversation_id: str) -> None:
        """Have the assistant delete what it keeps of a conversation; raises :class:`AssistantUnavailable`."""
        try:
            answer = await self._http.post("/webhooks/rest/forget", json={"sender": conversation_id})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise AssistantUnavailable(type(error).__name__) from error

    async def ready(self) -> bool:
        """Whether Rasa answers and has a model loaded."""
        try:
            answer = await self._http.get("/webhooks/rest/", timeout=2.0)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def close(self) -> None:
        await self._http.aclose()


def read_reply(item: dict[str, Any]) -> Reply | None:
    """One message of Rasa's as a Reply: ``custom`` is one already, else text and buttons; None when unreadable."""
    if custom := item.get("custom"):
        try:
            return Reply.model_validate(custom)
        except ValidationError as error:
            log.error("reply_unreadable", problems=[problem["type"] for problem in error.errors()])
            return None
    buttons = tuple(
        QuickReply(title=button["title"], payload=button["payload"]) for button in item.get("buttons") or ()
    )
    text = str(item.get("text") or "").strip()
    return Reply(text=text, quick_replies=buttons) if text else None
