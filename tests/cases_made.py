"""Cases for tests: as an alert, a request for a person, or an engine opens them."""

from typing import Any

from sqlalchemy import select

from care.analysis import Seen, keep_findings
from care.cases import open_case
from care.emergency import screen
from care.emergency.alerts import raise_alert
from care.handover import HandoverReason, ask_for_person
from records.cases import Case, CaseKind, CaseLevel
from records.conversations import Author, Conversation, Message
from records.database import session_scope
from records.findings import FileRole, FindingKind
from records.media_store import store_bytes
from records.vault import get_vault
from tests.console_client import conversation_saying

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
EMERGENCY = "我爸叫不醒"


def first_message(conversation: Conversation) -> Message:
    with session_scope() as session:
        query = select(Message).where(Message.conversation_id == conversation.id, Message.author == Author.PATIENT)
        message = session.scalars(query.order_by(Message.seq)).first()
        assert message is not None
        return message


def emergency() -> tuple[Case, Conversation]:
    """Somebody whose message matched a red flag."""
    conversation = conversation_saying(EMERGENCY)
    message = first_message(conversation)
    with session_scope() as session:
        alert = raise_alert(
            session, conversation_id=conversation.id, message_id=message.id, screening=screen(EMERGENCY)
        )
        ask_for_person(session, conversation_id=conversation.id, reason=HandoverReason.RED_FLAG)
        return session.scalars(select(Case).where(Case.alert_id == alert.id)).one(), conversation


def handover(said: str = "我要找人", *, reason: HandoverReason = HandoverReason.ASKED) -> tuple[Case, Conversation]:
    """Somebody who asked for a person."""
    conversation = conversation_saying(said)
    with session_scope() as session:
        ask_for_person(session, conversation_id=conversation.id, reason=reason)
        return session.scalars(select(Case).where(Case.conversation_id == conversation.id)).one(), conversation


def opened(
    conversation: Conversation,
    *,
    kind: CaseKind = CaseKind.SKIN,
    level: CaseLevel = CaseLevel.ROUTINE,
    department: str = "",
    key: str = "",
) -> Case:
    """A case without findings."""
    with session_scope() as session:
        return open_case(
            session,
            kind=kind,
            level=level,
            conversation_id=conversation.id,
            message_id=first_message(conversation).id,
            department=department,
            complaint="背上一颗痣变大了",
            reasons=("high_risk",),
            dedupe_key=key or f"test:{conversation.id}",
        )


def found(data: dict[str, Any], *, kind: FindingKind = FindingKind.SKIN, level: int = 3) -> tuple[Case, Conversation]:
    """A case about findings, with the patient's photo and an overlay."""
    conversation = conversation_saying("背上一颗痣变大了")
    message = first_message(conversation)
    with session_scope() as session:
        photo = store_bytes(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="photo",
            content_type="image/jpeg",
            content=b"\xff\xd8\xff" + bytes(3000),
        )
        session.get_one(Message, message.id).media_id = photo.id
        session.flush()
        seen = Seen(version="test-1", data=data, files={FileRole.OVERLAY: ("image/png", PIXEL)}, level=level)
        finding = keep_findings(session, get_vault(), message_id=message.id, kind=kind, seen=seen)
        case = open_case(
            session,
            kind=CaseKind(kind.value),
            level=CaseLevel.URGENT,
            conversation_id=conversation.id,
            message_id=message.id,
            finding_id=finding.id,
            department="皮肤科",
            complaint="背上一颗痣变大了",
            reasons=("high_risk",),
            dedupe_key=f"finding:{finding.id}",
        )
    return case, conversation
