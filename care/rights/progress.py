"""What a patient has done of their rehabilitation, as values of their own (PIPL art. 45)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.rehab import exercise
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
