"""Whose report it is: another name than the patient's is asked about, and filed for nobody before it is answered."""

from datetime import date

from sqlalchemy.orm import Session

from care.booking import family
from care.booking.patients import SELF
from care.report.items import Report
from records.database import utc_now
from records.patients import Patient
from records.vault import VaultEntryNotFound, VaultEntryShredded, get_vault

OTHER = "other"
"""``whose`` of a report of somebody whom this account does not act for: explained to nobody, kept for nobody."""
DAYS_A_YEAR = 365.25


def own_name(session: Session, account_id: str) -> str | None:
    """The name of the account's own person, for the engine to compare; None where nobody is registered."""
    own = next((one.patient for one in family(session, account_id=account_id) if one.kinship == SELF), None)
    if own is None or own.name_ref is None:
        return None
    try:
        return get_vault().reveal(session, owner=account_id, ref=own.name_ref)
    except (VaultEntryNotFound, VaultEntryShredded):  # registered by another account, or erased
        return None


def person_of(session: Session, account_id: str, report: Report) -> Patient | None:
    """The registered person whose report it is; None where nobody knows, or the account does not act for them."""
    if report.whose is None and report.name_matches is False:
        return None
    who = report.whose or SELF
    known = (one.patient for one in family(session, account_id=account_id) if who in {one.kinship, one.patient.id})
    return next(known, None)


def surely_of(session: Session, account_id: str, report: Report) -> Patient | None:
    """As ``person_of``, but only where the name on the sheet is theirs or the patient has said whose it is."""
    sure = report.name_matches or report.whose is not None
    return person_of(session, account_id, report) if sure else None


def age_of(session: Session, account_id: str, report: Report) -> float | None:
    """The age in years that this person had on the report's day, by what is registered."""
    person = person_of(session, account_id, report)
    if person is None or person.birth_date is None:
        return None
    try:
        day = date.fromisoformat(report.day or "")
    except ValueError:
        day = utc_now().date()
    return max(0.0, (day - person.birth_date).days / DAYS_A_YEAR)


def to_be_asked(report: Report, earlier: Report | None) -> bool:
    """Whether nobody knows whose it is: another name than the profile's; or, with no name in the profile, another name
    than the patient's last report had. ``earlier`` is that report."""
    if report.whose is not None or report.patient_name is None:
        return False
    if report.name_matches is not None:
        return not report.name_matches
    return earlier is not None and earlier.patient_name not in (None, report.patient_name)
