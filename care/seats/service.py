"""What a seat does, with everything that follows: who takes a conversation over has its cases and has seen its alerts;
who gives it back or closes its last case lets the assistant speak again. In the caller's transaction, audited here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care import cases, conversations
from care.cases import CONVERSATION_KINDS
from care.emergency.alerts import AlertNotFound
from care.emergency.alerts import acknowledge as acknowledge_alert
from care.seats.giving import ASKED_FOR_A_PERSON, refuse_giving
from care.seats.groups import group
from care.seats.notes import write_note
from care.seats.satisfaction import ask_satisfaction
from care.seats.terms import NobodyThere, refuse_more, seats_of
from records.alerts import Alert
from records.audit import Action, Actor, audit
from records.cases import Case, CaseKind, CaseLevel, CaseState
from records.conversations import Author, Conversation, Holder, Message
from records.database import utc_now

ANSWERED = "answered"
# Whoever was in an emergency is not asked how they liked it.
QUIET_AFTER_EMERGENCY = timedelta(hours=24)


def take_over(session: Session, *, conversation_id: str, actor: Actor, now: datetime | None = None) -> Conversation:
    """Give the conversation to ``actor``, with its cases that nobody has. Raises ConversationNotFound, HeldByAnother,
    and, unless it is an emergency, SeatFull, or OtherGroup for one that waits for a group ``actor`` is not of."""
    conversation = conversations.lock_conversation(session, conversation_id)
    if conversation.holder == Holder.SEAT and conversation.seat == actor.id:
        return conversation
    unclaimed = _conversation_cases(session, conversation_id, CaseState.OPEN)
    if not any(case.level == CaseLevel.EMERGENCY for case in unclaimed):
        refuse_more(session, actor.id, conversation.skill_group if conversation.holder == Holder.WAITING else "")
    conversations.take_over(session, conversation_id=conversation_id, seat=actor.id)
    conversation.promised_at = None
    _audit(session, actor, Action.TAKE_OVER, conversation)
    for case in unclaimed:
        cases.claim(session, case_id=case.id, actor=actor, now=now)
    return conversation


def give_back(session: Session, *, conversation_id: str, actor: Actor, now: datetime | None = None) -> Conversation:
    """Give the conversation back to the assistant: requests for a person that ``actor`` has are answered with it.
    An emergency or a complaint stays open until somebody closes it. Raises ConversationNotFound."""
    conversation = conversations.lock_conversation(session, conversation_id)
    seat = conversation.seat
    for case in _conversation_cases(session, conversation_id, CaseState.OPEN, CaseState.CLAIMED):
        if case.kind == CaseKind.HANDOVER and case.claimed_by in (None, actor.id):
            cases.close(session, case_id=case.id, outcome=ANSWERED, actor=actor, now=now)
    return _ended(session, conversation, actor, seat, now or utc_now())


def acknowledge(session: Session, *, alert_id: str, actor: Actor, now: datetime | None = None) -> bool:
    """``actor`` has seen the alert, and has its case when nobody had it; returns whether they were the first. Raises
    AlertNotFound."""
    known = session.get(Alert, alert_id)
    if known is None:
        raise AlertNotFound(alert_id)
    first = known.acknowledged_at is None
    acknowledge_alert(session, alert_id=alert_id, by=actor.id, now=now)
    patient = session.get_one(Conversation, known.conversation_id).account_id
    audit(
        session,
        actor=actor,
        action=Action.ACKNOWLEDGE_ALERT,
        patient=patient,
        subject=f"alert:{alert_id}",
        details={"first": int(first)},
    )
    case = session.scalar(select(Case).where(Case.alert_id == alert_id))
    if case is not None and case.state == CaseState.OPEN:
        cases.claim(session, case_id=case.id, actor=actor, now=now)
    return first


def claim(session: Session, *, case_id: str, actor: Actor, now: datetime | None = None) -> Case:
    """Claim a case; one of a patient who asked for a person takes the conversation over with it. Raises as
    ``care.cases.claim`` and ``take_over``."""
    case = cases.claim(session, case_id=case_id, actor=actor, now=now)
    if case.kind in ASKED_FOR_A_PERSON:
        take_over(session, conversation_id=case.conversation_id, actor=actor, now=now)
    return case


def release(session: Session, *, case_id: str, actor: Actor, now: datetime | None = None) -> Case:
    """Put a case back; the patient of a released conversation waits again, in the place they had. Raises as
    ``care.cases.release``."""
    case = cases.release(session, case_id=case_id, actor=actor, now=now)
    if case.kind in CONVERSATION_KINDS:
        conversation = conversations.lock_conversation(session, case.conversation_id)
        if conversation.holder == Holder.SEAT and conversation.seat == actor.id:
            _wait_again(conversation, since=case.opened_at)
            _audit(session, actor, Action.GIVE_BACK, conversation, waits=1)
    return case


def reassign(session: Session, *, case_id: str, to: str, actor: Actor, now: datetime | None = None) -> Case:
    """Give a case to ``to``, with the conversation where its seat had both or the patient waits for a person. Raises
    as ``care.cases.reassign`` and, where ``to`` could not have taken it, as ``refuse_giving``."""
    before = session.scalar(select(Case.claimed_by).where(Case.id == case_id))
    case = cases.reassign(session, case_id=case_id, to=to, actor=actor, now=now)
    if case.kind not in CONVERSATION_KINDS:
        return case
    conversation = conversations.lock_conversation(session, case.conversation_id)
    refuse_giving(session, case, conversation, to=to, givers={before, actor.id})
    waits = conversation.holder == Holder.WAITING and case.kind in ASKED_FOR_A_PERSON
    if waits or (conversation.holder == Holder.SEAT and conversation.seat == before):
        conversation.holder, conversation.seat, conversation.waiting_since = Holder.SEAT, to, None
        conversation.promised_at = None
        _audit(session, actor, Action.TRANSFER_CONVERSATION, conversation, to=to)
    return case


def close(session: Session, *, case_id: str, outcome: str, actor: Actor, now: datetime | None = None) -> Case:
    """Close a case; with the last one of a conversation the assistant speaks again. Raises as ``care.cases.close``."""
    case = cases.close(session, case_id=case_id, outcome=outcome, actor=actor, now=now)
    if case.kind not in CONVERSATION_KINDS:
        return case
    conversation = conversations.lock_conversation(session, case.conversation_id)
    ours = conversation.holder == Holder.WAITING or conversation.seat == actor.id
    if ours and not _conversation_cases(session, conversation.id, CaseState.OPEN, CaseState.CLAIMED):
        _ended(session, conversation, actor, conversation.seat, now or utc_now())
    return case


def transfer(
    session: Session, *, conversation_id: str, to: str, actor: Actor, note: str = "", now: datetime | None = None
) -> Conversation:
    """Hand the conversation to the group ``to``: the patient waits in its queue, with a note for who takes it. Raises
    ConversationNotFound, NoSuchGroup, NobodyThere, HeldByAnother."""
    at, target = now or utc_now(), group(to)
    if not seats_of(session, target.id):
        raise NobodyThere(target.name)
    conversation = conversations.lock_conversation(session, conversation_id)
    if conversation.holder == Holder.SEAT and conversation.seat != actor.id:
        raise conversations.HeldByAnother(conversation.seat)
    claimed = _conversation_cases(session, conversation_id, CaseState.CLAIMED)
    for case in claimed:
        if case.claimed_by == actor.id:
            cases.release(session, case_id=case.id, actor=actor, now=at)
    _wait_again(conversation, since=conversation.waiting_since or at)
    conversation.skill_group = target.id
    if not _conversation_cases(session, conversation_id, CaseState.OPEN, CaseState.CLAIMED):
        conversations.open_handover(session, conversation, kind=CaseKind.HANDOVER, reason="transferred", now=at)
    write_note(session, conversation_id=conversation_id, actor=actor, text=f"转到{target.name}：{note}".rstrip("："))
    _audit(session, actor, Action.TRANSFER_CONVERSATION, conversation, to=target.id)
    return conversation


def _wait_again(conversation: Conversation, *, since: datetime) -> None:
    conversation.holder, conversation.seat, conversation.waiting_since = Holder.WAITING, None, since


def _ended(session: Session, conversation: Conversation, actor: Actor, seat: str | None, now: datetime) -> Conversation:
    begun = conversation.holder != Holder.BOT
    conversations.give_back(session, conversation_id=conversation.id)
    conversation.skill_group, conversation.promised_at = "", None
    _audit(session, actor, Action.GIVE_BACK, conversation)
    if begun and seat is not None and _may_be_asked(session, conversation.id, now):
        ask_satisfaction(session, conversation_id=conversation.id, seat=seat, now=now)
    return conversation


def _may_be_asked(session: Session, conversation_id: str, now: datetime) -> bool:
    """Only who was answered by a person since they asked for one, and was in no emergency."""
    lately = select(Case).where(Case.conversation_id == conversation_id, Case.kind.in_(CONVERSATION_KINDS))
    last = session.scalar(lately.order_by(Case.opened_at.desc()).limit(1))
    if last is None:
        return False
    emergency = session.scalar(
        lately.where(Case.kind == CaseKind.EMERGENCY, Case.opened_at > now - QUIET_AFTER_EMERGENCY).limit(1)
    )
    answered = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.author == Author.STAFF,
        Message.created_at >= last.opened_at,
    )
    return emergency is None and session.scalar(answered.limit(1)) is not None


def _conversation_cases(session: Session, conversation_id: str, *states: CaseState) -> Sequence[Case]:
    return session.scalars(
        select(Case)
        .where(Case.conversation_id == conversation_id, Case.state.in_(states), Case.kind.in_(CONVERSATION_KINDS))
        .order_by(Case.rank, Case.opened_at)
    ).all()


def _audit(session: Session, actor: Actor, action: Action, conversation: Conversation, **details: str | int) -> None:
    audit(
        session,
        actor=actor,
        action=action,
        patient=conversation.account_id,
        subject=f"conversation:{conversation.id}",
        details=details,
    )
