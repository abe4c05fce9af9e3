"""Whom a patient saw lately, as the hospital's records have it: what a new complaint may well be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from care.booking.patients import SELF, patients_by_kinship
from care.consent import Purpose, has_consent
from care.texts import text
from hospital.protocol import HospitalSystem, Visit
from settings import get_settings

LATELY = timedelta(days=30)
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class RecentVisit:
    """One visit: the department, the doctor, the day by the hospital's clock."""

    department: str
    doctor: str
    day: date


def recent_visits(
    session: Session,
    hospital: HospitalSystem,
    *,
    account_id: str,
    kinship: str | None,
    now: datetime,
    within: timedelta = LATELY,
) -> list[RecentVisit]:
    """The latest visits of the one who is spoken of, latest first: of ``kinship``, or of the account's own person.

    Nobody else's: a son's visits say nothing about his mother. Empty without the consent to use what is known of
    somebody's health (PIPL art. 29).
    """
    if not has_consent(session, account_id, Purpose.CONSULTATION):
        return []
    patients = patients_by_kinship(session, account_id=account_id, kinship=kinship or SELF)
    if len(patients) != 1:  # of two children it is not known which is meant
        return []
    found = hospital.visits(session, patient_ids=(patients[0].id,), since=now - within, until=now)
    return [_recent(visit) for visit in found]


def _recent(visit: Visit) -> RecentVisit:
    return RecentVisit(visit.department, visit.doctor, visit.at.astimezone(get_settings().zone).date())


def departments_of(visits: Sequence[RecentVisit]) -> tuple[str, ...]:
    """The departments, the latest first, each once."""
    return tuple(dict.fromkeys(visit.department for visit in visits))


def when_ago(day: date, *, today: date) -> str:
    """How a person speaks of a day not long ago: 今天, 昨天, 这周, 上周, 11月2日."""
    days = (today - day).days
    if days <= 1:
        return text("recent.today" if days == 0 else "recent.yesterday")
    monday = today - timedelta(days=today.weekday())
    if day >= monday:
        return text("recent.this_week")
    if day >= monday - timedelta(days=DAYS_OF_A_WEEK):
        return text("recent.last_week")
    return text("recent.day", month=day.month, day=day.day)
