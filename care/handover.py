"""Asking for a person: the conversation joins the queue that the console shows."""

from enum import StrEnum

import structlog
from sqlalchemy.orm import Session

from care.conversations import wait_for_person
from records.cases import CaseKind
from records.conversations import Conversation

log = structlog.get_logger(__name__)


class HandoverReason(StrEnum):
    """Why a person is asked for; goes to the log and to the case."""

    ASKED = "asked"  # the patient said so (PIPL art. 24: always granted)
    COMPLAINT = "complaint"
    NOT_UNDERSTOOD = "not_understood"
    IDENTITY = "identity"
    RED_FLAG = "red_flag"
    ERROR = "error"


def ask_for_person(session: Session, *, conversation_id: str, reason: HandoverReason) -> Conversation:
    """Put a conversation into the queue for a person and return it.

    A case is opened with it (``care.cases``). A conversation that waits already keeps its place, one that a seat holds
    stays there. Raises ConversationNotFound.
    """
    kind = CaseKind.COMPLAINT if reason is HandoverReason.COMPLAINT else CaseKind.HANDOVER
    conversation = wait_for_person(session, conversation_id=conversation_id, kind=kind, reason=reason)
    log.info("person_asked_for", conversation=conversation_id, reason=reason.value)
    return conversation
