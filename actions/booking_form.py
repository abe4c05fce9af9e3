"""The booking form reads any message for anything it says of the visit, whatever was asked."""

from dataclasses import replace

from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions.base import REQUESTED, Event, HouseAction, Outcome, Turn
from actions.booking_reading import PARTICLES, SELF_WORDS, SHORT, Reading, chosen_of
from actions.hearing import Heard, just_opened, unanswered
from actions.picking import pick
from actions.plan import NEW, Plan, chosen_members
from actions.visits import EARLIER, Search, offered_slots
from care.consent import Purpose, has_consent

FORM = "booking_form"

# Intents that may say something of the visit; others are answered by their own rules, and the form asks again.
ABOUT_THE_VISIT = frozenset(
    {
        "book_appointment",
        "inform",
        "affirm",
        "deny",
        "dont_know",
        "describe_complaint",
        "answer_triage",
        "nlu_fallback",
        "change_appointment",
        "cancel_appointment",
        "answer_followup",
    }
)
EARLIER_ONES = ("之前", "以前", "上次", "原来", "已经", "昨天", "那个预约", "的预约", "约好的")


class ValidateBookingForm(HouseAction):
    """Reads one message into the plan; what no part of the plan understands is left to the rules."""

    action = "validate_booking_form"

    def respond(self, turn: Turn) -> Outcome:
        plan = Plan.kept_in(turn.tracker)
        if not unanswered(turn.tracker):
            return Outcome(events=[SlotSet(REQUESTED, plan.asks())])
        opened = just_opened(turn.tracker, FORM)
        asked = None if opened else turn.kept(REQUESTED)
        if opened:
            # A day named in a booking that triage interrupted still holds; nothing else does.
            search = Search(day=plan.search.day, part=plan.search.part)
            plan = Plan(relation=plan.relation, search=search)
        elif not concerns_visit(turn.heard) and not answers(turn, plan, asked):
            return Outcome(events=[ActionExecutionRejected(FORM)])
        reading = Reading(turn, plan, asked=asked)
        reading.read()
        after = settled(turn, of_the_finding(turn, reading.plan) if opened else reading.plan)
        if not reading.understood and not opened:
            # Something was said (no such doctor, a day that is over), or the wish to book was said once more: the
            # question is asked again as it was. A rule would send the latter right back here.
            again = reading.said or turn.heard.intent == "book_appointment"
            return Outcome(reading.said, _as_before(plan) if again else [ActionExecutionRejected(FORM)])
        return Outcome(reading.said, [*after.events(), *reading.complaint_events, SlotSet(REQUESTED, after.asks())])


def of_the_finding(turn: Turn, plan: Plan) -> Plan:
    """The plan in the department of the last photo or report, where the patient names no other ("那我挂号")."""
    found = turn.kept("finding")
    search = plan.search
    if not found or search.department or search.doctor or search.alternatives or plan.suggested or plan.ending:
        return plan
    return replace(plan, search=replace(search, department=found["department"]))


def _as_before(plan: Plan) -> list[Event]:
    return [*plan.events(), SlotSet(REQUESTED, plan.asks())]


def concerns_visit(heard: Heard) -> bool:
    """Whether a message in the middle of a booking may be about it."""
    if heard.choice is not None:
        return True
    if heard.intent in ("change_appointment", "cancel_appointment"):
        return not any(word in heard.text for word in EARLIER_ONES)
    if heard.intent == "ask_department":
        return heard.has("symptom")
    return heard.intent in ABOUT_THE_VISIT or bool(heard.tokens)


def answers(turn: Turn, plan: Plan, asked: str | None) -> bool:
    """Whether a short message that looks like something else ("早一点的") answers what was asked."""
    heard = turn.heard
    if asked == "booking_department":
        return chosen_of(plan.search.offered, heard) is not None or heard.intent == "ask_department"
    if asked == "booking_patient":
        return heard.has("kinship") or heard.text.strip(PARTICLES) in SELF_WORDS
    if asked != "booking_slot" or len(heard.text) > SHORT:
        return False
    if any(word in heard.text for word in EARLIER):
        return True
    offered = offered_slots(turn.session, plan.search)
    return pick(offered, heard) is not None or plan.search.shifted(heard, offered) != plan.search


def settled(turn: Turn, plan: Plan) -> Plan:
    """The plan with what need not be asked filled in: a known patient of the relation, a consent given before."""
    if plan.slot is None or plan.ending:
        return plan
    if plan.patient is None and plan.relation is not None:
        known = chosen_members(turn.session, account_id=turn.account_id, relation=plan.relation)
        if len(known) == 1:
            plan = replace(plan, patient=known[0].patient.id)
        elif not known:
            plan = replace(plan, patient=NEW)
    if plan.patient == NEW and plan.consent is None and has_consent(turn.session, turn.account_id, Purpose.BOOKING):
        plan = replace(plan, consent=True)
    return plan
