"""What a turn gives back to the channel that brought the message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from care.replies import Reply
from channels.inbound import Inbound
from records.conversations import MessageState


@dataclass(frozen=True, slots=True)
class StoredReply:
    """One reply as it stands in the records; ``seq`` is its place in the conversation."""

    message_id: str
    seq: int
    author: str
    reply: Reply
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TurnResult:
    """The patient's stored message and the replies to it.

    ``duplicate`` says that this message had come before: nothing was run again, and ``replies`` are those of the
    first time. ``replies`` is empty when a person holds the conversation.
    """

    conversation_id: str
    message_id: str
    seq: int
    duplicate: bool
    replies: tuple[StoredReply, ...]


@dataclass(frozen=True, slots=True)
class Routed:
    """What a route decided: the replies, and whether a person must come.

    ``held``: the message waits for the patient's consent and nobody has heard it. ``taken_up`` are the ids of messages
    that waited so and have now been heard.
    """

    replies: list[Reply]
    person: bool = False
    held: bool = False
    taken_up: tuple[str, ...] = ()

    @property
    def state(self) -> MessageState:
        """How far the message has come with this."""
        if self.held:
            return MessageState.HELD
        return MessageState.WAITING if self.person else MessageState.ANSWERED


class TurnHandler(Protocol):
    """The way of one message, as a channel sees it."""

    async def handle(self, inbound: Inbound) -> TurnResult:
        """Take one message all the way; never raises for what a patient can send."""
        ...
