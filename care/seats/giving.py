"""Who a case can be given to: who could have taken it themself."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.cases import CONVERSATION_KINDS
from care.conversations import HeldByAnother
from care.seats.terms import OtherGroup, SeatFull, refuse_more
from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.conversations import Conversation, Holder

# Who has one of these has the conversation with it.
ASKED_FOR_A_PERSON = frozenset({CaseKind.HANDOVER, CaseKind.COMPLAINT})


def refuse_giving(
    session: Session, case: Case, conversation: Conversation, *, to: str, givers: Collection[str | None]
) -> None:
    """Whether the seat ``to`` can have ``case`` from ``givers``: who has it, and who gives it away. Raises
    HeldByAnother and, unless it is an emergency, OtherGroup (also of a conversation that was taken over: it is still
    that group's) or SeatFull."""
    if case.kind not in ASKED_FOR_A_PERSON or _has(conversation, to):
        return
    if conversation.holder == Holder.SEAT and conversation.seat not in givers:
        raise HeldByAnother(conversation.seat)
    if not _is_urgent(session, case):
        refuse_more(session, to, conversation.skill_group)


def may_be_given(session: Session, case: Case, *, to: str, by: str) -> bool:
    """Whether ``by`` can give ``case`` to the seat ``to``, who has it not yet."""
    conversation = session.get_one(Conversation, case.conversation_id)
    try:
        refuse_giving(session, case, conversation, to=to, givers={case.claimed_by, by})
    except (HeldByAnother, OtherGroup, SeatFull):
        return False
    return case.claimed_by != to


def _has(conversation: Conversation, seat: str) -> bool:
    return conversation.holder == Holder.SEAT and conversation.seat == seat


def _is_urgent(session: Session, case: Case) -> bool:
    unclaimed = select(Case.id).where(
        Case.conversation_id == case.conversation_id,
        Case.kind.in_(CONVERSATION_KINDS),
        Case.state == CaseState.OPEN,
        Case.level == CaseLevel.EMERGENCY,
    )
    return case.level == CaseLevel.EMERGENCY or session.scalar(unclaimed.limit(1)) is not None
