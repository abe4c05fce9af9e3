"""Going on with another action within one turn.

Rasa follows up a form by its rules, but knows of nothing after any other action that no rule foresaw, and would fall
back again and again: such an action is called here instead, and what it says belongs to the one that led there.
"""

from rasa_sdk.events import FollowupAction

from actions.appointments import ListAppointments
from actions.base import HouseAction, Outcome, Turn
from actions.booking_result import Book
from actions.cancelling import Cancel
from actions.changing import Change
from actions.insurance import Insurance, InsuranceAnswer
from actions.preparation import Preparation
from actions.recent import AskAboutRecentVisit
from actions.rehab import RehabGuide
from actions.rehab_pain import RehabPain
from actions.report import ReportReading
from actions.skin import LesionTold
from actions.triage_result import TriageResult

ACTIONS: dict[str, type[HouseAction]] = {
    one.action: one
    for one in (AskAboutRecentVisit, Insurance, ListAppointments, Preparation, RehabGuide, RehabPain, ReportReading)
}
# What a form that is complete leads to, where no rule says so: it was opened by another action and asked nothing.
RESULTS: dict[str, type[HouseAction]] = {
    "booking_form": Book,
    "cancel_form": Cancel,
    "change_form": Change,
    "insurance_form": InsuranceAnswer,
    "lesion_form": LesionTold,
    "triage_form": TriageResult,
}


def lead(turn: Turn, name: str) -> Outcome:
    """The outcome of the action ``name``, or a follow-up of the form of that name."""
    action = ACTIONS.get(name)
    return Outcome(events=[FollowupAction(name)]) if action is None else action().respond(turn)


def result_of_form(turn: Turn) -> Outcome | None:
    """What the form says that has just ended without a rule for it; None when none has."""
    action = RESULTS.get(str(turn.tracker.latest_action_name))
    if action is None or turn.tracker.active_loop_name:
        return None
    return action().respond(turn)
