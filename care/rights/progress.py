"""What a patient has done of their rehabilitation and answered of follow-ups, as values of their own (PIPL art. 45)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.followup import plan_for
from care.rehab import exercise
from records.conversations import Message
from records.followup import FollowUp, FollowUpQuestion, QuestionState
from records.masking import shown
from records.rehab import RehabProgramme, RehabSession
from settings import get_settings


def rehab_progress(session: Session, account_id: str) -> Iterator[dict[str, Any]]:
    """Each session, oldest first: what was counted and measured (degrees, seconds); the score only where the hospital
    tells patients grades (NMPA 2021 No. 47)."""
    settings = get_settings()
    query = (
        select(RehabSession)
        .join(RehabProgramme, RehabProgramme.id == RehabSession.programme_id)
        .where(RehabProgramme.account_id == account_id)
        .order_by(RehabSession.at, RehabSession.id)
    )
    for row in session.scalars(query):
        yield {
            "at": row.at.astimezone(settings.zone).isoformat(timespec="seconds"),
            "exercise": exercise(row.exercise).title,
            "repetitions": row.repetitions,
            "range_deg": row.range_deg,
            "held_s": row.held_s,
            "score": row.score if settings.grades_patient_visible else None,
        }


def follow_up_answers(session: Session, account_id: str) -> Iterator[dict[str, Any]]:
    """Each question that was asked, oldest first, with its answer; what it was taken to mean is the clinicians'."""
    zone = get_settings().zone
    query = (
        select(FollowUpQuestion, FollowUp, Message.text)
        .join(FollowUp, FollowUp.id == FollowUpQuestion.follow_up_id)
        .outerjoin(Message, Message.id == FollowUpQuestion.answer_id)
        .where(FollowUp.account_id == account_id, FollowUpQuestion.state != QuestionState.SKIPPED)
        .order_by(FollowUpQuestion.asked_at, FollowUpQuestion.place)
    )
    for row, follow_up, said in session.execute(query):
        plan = plan_for(follow_up)
        yield {
            "at": row.asked_at.astimezone(zone).isoformat(timespec="seconds"),
            "plan": plan.name,
            "ask": plan.asked[row.place].question.ask,
            "answer": row.answer or shown(said or ""),
        }
