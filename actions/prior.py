"""What the hospital system knows makes some wishes likelier: used only where the assistant is not sure by itself.

Somebody with a CT tomorrow who writes "能喝水吗" asks about the CT; the words alone leave it open. Measured on written
scenarios by ``bench/prior.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.appointments import standing
from actions.base import Turn
from actions.plan import SELF
from actions.recent import visits_of
from care.consent import Purpose, has_consent
from care.preparation import booked_for
from hospital import get_hospital

# How many times likelier an intent is, by what is known.
WITH_EXAMINATION = {"ask_preparation": 5.0}
WITH_APPOINTMENT = {
    "list_appointments": 2.0,
    "change_appointment": 2.0,
    "cancel_appointment": 2.0,
    "ask_preparation": 1.5,
}
WITH_VISIT = {"return_complaint": 3.0, "book_appointment": 1.2}
# The share that the likeliest must have in the end, and its lead over the next, to be acted on without asking.
SURE, LEAD = 0.4, 0.15
# Heard as these, a message may well be about the patient's own appointment or examination ("明天几点来着").
REVISITED = frozenset({"nlu_fallback", "ask_opening_hours", "ask_doctor"})
WHERE_TO = {
    "ask_preparation": "action_preparation",
    "list_appointments": "action_list_appointments",
    "change_appointment": "change_form",
    "cancel_appointment": "cancel_form",
    "return_complaint": "action_recent_visit",
    "book_appointment": "booking_form",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the hospital system has of the one who is spoken of."""

    examination: bool = False
    appointment: bool = False
    visit: bool = False

    @classmethod
    def of(cls, turn: Turn) -> "Known":
        """Looked up in the records and the hospital system; nothing without consent but the house's own bookings."""
        kinship = turn.heard.value("kinship") or turn.kept("relation")
        examination = has_consent(turn.session, turn.account_id, Purpose.CONSULTATION) and booked_for(
            turn.session,
            get_hospital(),
            account_id=turn.account_id,
            kinship=None if kinship == SELF else kinship,
            now=turn.now,
        )
        return cls(bool(examination), bool(standing(turn)), bool(visits_of(turn)))


def likelier(likelihoods: Mapping[str, float], known: Known) -> dict[str, float]:
    """``likelihoods`` of intents in the light of what is known; they keep their sum, the fallback is left out."""
    weights = {name: value for name, value in likelihoods.items() if name != "nlu_fallback"}
    total = sum(weights.values())
    for factors, holds in (
        (WITH_EXAMINATION, known.examination),
        (WITH_APPOINTMENT, known.appointment),
        (WITH_VISIT, known.visit),
    ):
        for name, factor in factors.items():
            if holds and name in weights:
                weights[name] *= factor
    now = sum(weights.values())
    return {name: value * total / now for name, value in weights.items()} if now else {}


def decided(likelihoods: Mapping[str, float], known: Known) -> str | None:
    """The intent that what is known makes sure, None when it is still open or nothing is known that bears on it."""
    if known == Known():
        return None
    ranked = sorted(likelier(likelihoods, known).items(), key=lambda item: -item[1])
    if not ranked or ranked[0][0] not in WHERE_TO:
        return None
    lead = ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0)
    return ranked[0][0] if ranked[0][1] >= SURE and lead >= LEAD else None


def led_to(turn: Turn) -> str | None:
    """The action or form for a message that the assistant was not sure of, by what is known; None when still open."""
    if turn.tracker.active_loop_name or not turn.heard.text:
        return None
    intent = decided(turn.heard.likelihoods, Known.of(turn))
    return WHERE_TO[intent] if intent else None
