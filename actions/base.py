"""What every action shares: one thread, one transaction, replies as cards, and a kind word when something breaks."""

import asyncio
import traceback
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.buttons import PERSON
from actions.hearing import Heard, hear
from care.handover import HandoverReason, ask_for_person
from care.replies import Reply
from care.texts import text
from records.conversations import Conversation
from records.database import session_scope
from settings import get_settings

log = structlog.get_logger(__name__)

Event = dict[str, Any]
REQUESTED = "requested_slot"


def clock() -> datetime:
    """Now, by the hospital's clock."""
    return datetime.now(get_settings().zone)


@dataclass(frozen=True)
class Turn:
    """One call of an action: the open transaction, the tracker, and what was said."""

    session: Session
    tracker: Tracker
    now: datetime

    @cached_property
    def heard(self) -> Heard:
        return hear(self.tracker, now=self.now)

    @property
    def conversation_id(self) -> str:
        return str(self.tracker.sender_id)

    @cached_property
    def account_id(self) -> str:
        """The account that writes; raises when the conversation is not in the records."""
        query = select(Conversation.account_id).where(Conversation.id == self.conversation_id)
        return self.session.scalars(query).one()

    def kept(self, name: str) -> Any:
        """The value of a Rasa slot, None when it was never set."""
        return self.tracker.slots.get(name)

    def ask_for_person(self, reason: HandoverReason) -> None:
        ask_for_person(self.session, conversation_id=self.conversation_id, reason=reason)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action says and what it leaves in the tracker."""

    replies: Sequence[Reply] = ()
    events: Sequence[Event] = field(default_factory=tuple)


def keep(**values: Any) -> list[Event]:
    """Events that set Rasa slots; None empties one."""
    return [SlotSet(name, value) for name, value in values.items()]


def leave_form() -> list[Event]:
    """Events that end whatever form is open."""
    return [ActiveLoop(None), SlotSet(REQUESTED, None)]


class HouseAction(Action):  # type: ignore[misc]  # rasa_sdk has no types
    """An action with a name, whose :meth:`respond` may block: it runs in a thread, in one transaction."""

    action: ClassVar[str]

    def name(self) -> str:
        return self.action

    @abstractmethod
    def respond(self, turn: Turn) -> Outcome:
        """Answer the turn. An exception rolls the transaction back and asks for a person."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        outcome = await asyncio.to_thread(self._answer, tracker)
        for reply in outcome.replies:
            dispatcher.utter_message(json_message=reply.model_dump(mode="json"))
        return list(outcome.events)

    def _answer(self, tracker: Tracker) -> Outcome:
        try:
            with session_scope() as session:
                return self.respond(Turn(session=session, tracker=tracker, now=clock()))
        except Exception as error:
            _log_failure(self.action, error)
            return _apologise(str(tracker.sender_id))


def _log_failure(action: str, error: Exception) -> None:
    # The message of an exception may hold what the patient wrote (SQL parameters do); its type and place do not.
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-3:]]
    log.error("action_failed", action=action, error=type(error).__name__, places=places)


def _apologise(conversation_id: str) -> Outcome:
    try:
        with session_scope() as session:
            ask_for_person(session, conversation_id=conversation_id, reason=HandoverReason.ERROR)
        said = text("dialogue.trouble_person_asked")
    except Exception as error:
        _log_failure("ask_for_person", error)
        said = text("dialogue.trouble")
    return Outcome([Reply(text=said, quick_replies=(PERSON,))], leave_form())
