"""Which Rasa slots belong together, and how to forget them."""

from collections.abc import Iterable

from actions.base import Event, keep

COMPLAINT = ("complaint", "triage_answers", "triage_question", "triage_result", "age_years", "sex", "pregnant")
COMING_BACK = ("recent_departments", "returning_to", "recent_visit")
BOOKING = (
    "booking_department",
    "booking_suggested",
    "booking_doctor",
    "booking_day",
    "booking_part",
    "booking_after",
    "booking_alternatives",
    "booking_slot",
    "booking_patient",
    "booking_consent",
    "booking_identity",
    "booking_confirmed",
    "offered",
    "tries",
    "unsure",
    "ending",
)
CHANGING = ("appointment", "new_slot", "change_confirmed", "cancel_confirmed")
FORGET_ALL = (*COMPLAINT, *COMING_BACK, *BOOKING, *CHANGING, "relation", "lesion")


def forget(names: Iterable[str]) -> list[Event]:
    """Events that empty these Rasa slots."""
    return keep(**dict.fromkeys(names))
