"""What stands beside a case on its page: the patient's own words, and what was found and decided before."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.cases import Case
from records.conversations import Author, Message
from records.findings import Finding

WORDS = 6
EARLIER = 12


def said_before(session: Session, case: Case, *, most: int = WORDS) -> Sequence[Message]:
    """The patient's latest messages up to the one that the case is about, oldest first."""
    query = select(Message).where(Message.conversation_id == case.conversation_id, Message.author == Author.PATIENT)
    if case.message_id is not None:
        last = select(Message.seq).where(Message.id == case.message_id).scalar_subquery()
        query = query.where(Message.seq <= last)
    return list(reversed(session.scalars(query.order_by(Message.seq.desc()).limit(most)).all()))


def earlier_findings(session: Session, case: Case) -> Sequence[Finding]:
    """Other findings of the same kind about the same patient, the latest first."""
    query = select(Finding).where(Finding.conversation_id == case.conversation_id, Finding.kind == case.kind)
    if case.finding_id is not None:
        query = query.where(Finding.id != case.finding_id)
    return session.scalars(query.order_by(Finding.created_at.desc()).limit(EARLIER)).all()


def earlier_cases(session: Session, case: Case) -> Sequence[Case]:
    """Other cases of the same patient, the latest first."""
    return session.scalars(
        select(Case)
        .where(Case.conversation_id == case.conversation_id, Case.id != case.id)
        .order_by(Case.opened_at.desc())
        .limit(EARLIER)
    ).all()
