"""Erasing an account's data (PIPL art. 47): what may go goes at once, what the law keeps is shut away until it may."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from care.consent import Purpose, standing, withdraw
from care.followup import stop_all
from care.retention import (
    ClockName,
    holds,
    remove_account,
    remove_dialogue,
    remove_originals,
    remove_unrelated,
    times,
)
from records.appointments import Appointment
from records.audit import Action, Actor, audit
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import new_id, utc_now
from records.deliveries import Delivery, DeliveryState
from records.filings import ReportFiling
from records.findings import Finding
from records.followup import FollowUpEnd
from records.media import Media
from records.patients import Account, Consent, Patient, Relation
from records.rehab import RehabProgramme


class UnderLegalHold(Exception):
    """A legal hold stands on this account: nothing of it may be erased now."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would do. ``dialogue_until`` and ``records_until`` say until when something must stay, None when
    it goes at once; ``filed`` reports are in the hospital's own records, and stay there."""

    messages: int
    media: int
    appointments: int
    programmes: int
    filed: int
    dialogue_until: datetime | None
    records_until: datetime | None
    held: bool

    @property
    def everything_goes(self) -> bool:
        return self.dialogue_until is None and self.records_until is None


def plan_erasure(session: Session, account_id: str) -> ErasurePlan:
    """What of the account may go now, and what must stay until when. Changes nothing.

    A dialogue is a record of care, to be kept for three years, once anybody was allowed to care: a consent to
    consultation or media was given, or a person wrote. A booked visit is an outpatient record.
    """
    mine = select(Conversation.id).where(Conversation.account_id == account_id)
    messages = list(session.scalars(select(Message.author).where(Message.conversation_id.in_(mine))))
    cared = session.scalars(
        select(Consent.id).where(
            Consent.account_id == account_id, Consent.purpose.in_([Purpose.CONSULTATION, Purpose.MEDIA])
        )
    ).first()
    appointments = len(session.scalars(select(Appointment.id).where(Appointment.account_id == account_id)).all())
    programmes = len(session.scalars(select(RehabProgramme.id).where(RehabProgramme.account_id == account_id)).all())
    filed = (
        select(func.count())
        .select_from(ReportFiling)
        .join(Finding, Finding.id == ReportFiling.finding_id)
        .where(Finding.conversation_id.in_(mine), ReportFiling.filed_at.is_not(None))
    )
    (seen,) = times(session, [account_id])
    return ErasurePlan(
        messages=sum(author == Author.PATIENT for author in messages),
        media=len(session.scalars(select(Media.id).where(Media.conversation_id.in_(mine))).all()),
        appointments=appointments,
        programmes=programmes,
        filed=session.scalar(filed) or 0,
        dialogue_until=seen.ends(ClockName.DIALOGUE) if cared or Author.STAFF in messages else None,
        records_until=seen.ends(ClockName.OUTPATIENT) if appointments or programmes else None,
        held=bool(holds(session, account_id)),
    )


def erase(session: Session, account_id: str, *, actor: Actor) -> dict[str, int]:
    """Erase what may go and restrict the rest; returns rows by table. Raises :class:`UnderLegalHold`.

    The assistant must have forgotten the account's conversation before. Once this is committed the account's address
    leads to nobody: whoever writes from it is somebody new.
    """
    plan = plan_erasure(session, account_id)
    if plan.held:
        raise UnderLegalHold
    for grant in standing(session, account_id).grants:
        withdraw(session, account_id, grant.purpose, actor=actor)
    gone = remove_account(session, account_id) if plan.everything_goes else _restrict(session, account_id, plan, actor)
    audit(
        session,
        actor=actor,
        action=Action.ERASE,
        patient=account_id,
        subject=f"account:{account_id}",
        details={"restricted": int(not plan.everything_goes), **gone},
    )
    return gone


def _restrict(session: Session, account_id: str, plan: ErasurePlan, actor: Actor) -> dict[str, int]:
    gone: dict[str, int] = {}
    if plan.dialogue_until is None:
        gone = remove_dialogue(session, account_id)
    relatives = _people_without_visits(session, account_id)
    unbooked = delete(Relation).where(Relation.account_id == account_id, Relation.patient_id.in_(relatives))
    if rows := session.connection().execute(unbooked).rowcount:
        gone["relation"] = rows
    if patients := remove_unrelated(session, relatives):
        gone["patient"] = patients
    session.expire_all()
    if originals := remove_originals(session, account_id):
        gone["vault_entry"] = gone.get("vault_entry", 0) + originals
    account = session.get_one(Account, account_id)
    account.restricted_at, account.address_sealed = utc_now(), None
    account.address_fingerprint = f"erased:{new_id()}"
    stop_all(session, account_id, why=FollowUpEnd.ERASED, actor=actor)
    _close_conversation(session, account_id)
    session.flush()
    return gone


def _people_without_visits(session: Session, account_id: str) -> set[str]:
    people = (
        select(Patient.id)
        .join(Relation, Relation.patient_id == Patient.id)
        .where(
            Relation.account_id == account_id,
            Patient.id.not_in(select(Appointment.patient_id).where(Appointment.account_id == account_id)),
        )
    )
    return set(session.scalars(people))


def _close_conversation(session: Session, account_id: str) -> None:
    """Nobody waits for an answer here any more, and nothing goes out."""
    mine = select(Conversation.id).where(Conversation.account_id == account_id)
    session.execute(
        update(Conversation)
        .where(Conversation.account_id == account_id)
        .values(holder=Holder.BOT, seat=None, waiting_since=None, offered=[], asking="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Message)
        .where(Message.conversation_id.in_(mine), Message.state != MessageState.ANSWERED)
        .values(state=MessageState.ANSWERED)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.conversation_id.in_(mine), Delivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.FAILED, error_code="erased")
        .execution_options(synchronize_session=False)
    )
