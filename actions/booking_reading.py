"""One message read into a booking's plan: buttons, names, days, answers, in that order of certainty."""

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.answers import ordinal
from actions.assessing import assessed, hidden, with_hidden_facts
from actions.base import Event, Turn
from actions.complaint import Complaint
from actions.hearing import Heard
from actions.identity import read_identity
from actions.picking import ANY, pick
from actions.plan import NEW, SELF, Plan, chosen_members
from actions.recent import LAST_DOCTOR, visits_of
from actions.triage_form import URGENT
from actions.triage_result import WALK_IN
from actions.visits import EARLIER, offered_slots
from care.consent import Purpose, give
from care.handover import HandoverReason
from care.replies import Reply
from care.texts import text
from care.triage import Assessment
from hospital import get_hospital
from language.departments import all_departments, department_named
from language.people import doctor_name

SHORT = 12  # characters; a longer message says what it wants by itself
CHANGE_WORDS = ("换", "改", "重选", "重新选")
REDO_WORDS = (
    ("time", re.compile("时间|时候|天|日子|号")),
    ("doctor", re.compile("科")),
    ("other_doctor", re.compile("医生|大夫|专家")),
    ("patient", re.compile("人|本人|家属")),
)
# Once the department is chosen, a complaint changes nothing here by itself: the patient is told how to go back.
AFTER_DEPARTMENT = ("booking_slot", "booking_patient", "booking_consent", "booking_identity", "booking_confirmed")
CLEARLY = 0.5  # share of belief above which another department is named
PARTICLES = "。.，,！!吧啊呀 "
SELF_WORDS = ("本人", "我自己", "自己", "给我挂", "给我约", "我")


def chosen_of(names: Sequence[str], heard: Heard) -> str | None:
    """The one of the suggested departments that an answer means: "第二个", or the first for "都行" and "好的"."""
    place = ordinal(heard.text, len(names))
    if place is not None:
        return names[place]
    agreed = heard.intent == "affirm" or any(word in heard.text for word in ANY)
    return names[0] if names and agreed and len(heard.text) <= SHORT else None


class Reading:
    """One message read into a plan. ``understood`` turns true with the first thing that it said."""

    def __init__(self, turn: Turn, plan: Plan, *, asked: str | None) -> None:
        self.turn, self.plan, self.asked = turn, plan, asked
        self.heard = turn.heard
        self.understood = False
        self.said: list[Reply] = []
        self.complaint_events: list[Event] = []

    def read(self) -> None:
        """Read everything; buttons first, since they leave no doubt."""
        if self.heard.choice is not None:
            self._button(self.heard.choice.kind, self.heard.choice.value)
        elif self.heard.intent == "cancel_appointment" and self.asked is not None:
            self._change(ending="given_up")
        else:
            self._department()
            self._doctor()
            self._relation()
            self._visit()
            self._complaint()
            self._answer()
            if not self.understood and any(word in self.heard.text for word in CHANGE_WORDS):
                self._redo(next((what for what, words in REDO_WORDS if words.search(self.heard.text)), "ask"))
        if self.plan.consent or self.heard.tokens:
            self._identity()

    def _change(self, **values: object) -> None:
        self.plan = replace(self.plan, **values)  # type: ignore[arg-type]
        self.understood = True

    def _search(self, **values: object) -> None:
        self._change(search=replace(self.plan.search, **values), slot=None, confirmed=None)  # type: ignore[arg-type]

    def _button(self, kind: str, value: str) -> None:
        match kind, value:
            case "slot", slot_id:
                self._take(slot_id)
            case "patient", "new":
                self._change(patient=NEW, name=None, id_number=None)
            case "patient", patient_id:
                known = chosen_members(self.turn.session, account_id=self.turn.account_id, relation=None)
                mine = next((one for one in known if one.patient.id == patient_id), None)
                if mine is not None:  # never a patient of another account
                    self._change(patient=patient_id, relation=mine.kinship)
            case "relation", kinship:
                self._change(relation=kinship, patient=None)
            case "consent", answer:
                self._consent(agreed=answer == "yes")
            case "confirm", slot_id if slot_id == self.plan.slot:
                self._change(confirmed=True)
            case "times", _:
                offered = offered_slots(self.turn.session, self.plan.search)
                self._change(search=self.plan.search.shifted(self.heard, offered))
            case "change", what:
                self._redo(what)

    def _take(self, slot_id: str) -> None:
        slot = get_hospital().slot(self.turn.session, slot_id)
        if slot is not None:
            search = replace(self.plan.search, alternatives=(), department=slot.department)
            self._change(slot=slot.id, confirmed=None, search=search)

    def _redo(self, what: str) -> None:
        match what:
            case "time":
                self._search(day=None, part=None, after=None, alternatives=())
            case "other_doctor":
                self._search(doctor=None, alternatives=())
            case "doctor":
                self._search(department=None, doctor=None, day=None, part=None, after=None, alternatives=())
            case "patient":
                self._change(patient=None, relation=None, name=None, id_number=None, confirmed=None)
            case "give_up":
                self._change(ending="given_up")
            case _:
                self._change(confirmed=False)  # asks what is to be changed

    def _department(self) -> None:
        named = self.heard.value("department")
        if named is None and self.asked == "booking_department":
            named = chosen_of(self.plan.search.offered, self.heard)
        known = department_named(named) if named else None
        within = [one.name for one in all_departments() if one.parent == named]
        if known is not None and known.name != self.plan.search.department:
            self._search(department=known.name, doctor=None, alternatives=())
        elif known is None and within:  # "内科": which one of them?
            self._search(department=None, doctor=None, alternatives=())
            self._change(suggested=tuple(within))
        elif self.asked == "booking_department" and self.heard.intent in ("dont_know", "ask_department"):
            self._change(unsure=True)

    def _doctor(self) -> None:
        said = self.heard.value("doctor") or self._seen_before()
        if not said or (self.asked == "booking_slot" and self._picked() is not None):
            return
        found = get_hospital().doctors(self.turn.session, name=doctor_name(said))
        here = [one for one in found if one.department == self.plan.search.department] or list(found)
        if here:
            self._search(doctor=here[0].name, department=here[0].department, alternatives=())
        else:
            self.said.append(Reply(text=text("dialogue.doctor.unknown")))

    def _seen_before(self) -> str | None:
        """The doctor of the last visit, where "上次那个医生" is asked for."""
        if not any(word in self.heard.text for word in LAST_DOCTOR):
            return None
        visits = visits_of(self.turn, self.plan.relation)
        return visits[0].doctor if visits else None

    def _relation(self) -> None:
        kinship = self.heard.value("kinship")
        if kinship is None and self.asked == "booking_patient" and self.heard.text.strip(PARTICLES) in SELF_WORDS:
            kinship = SELF
        if kinship is not None:
            other = kinship != self.plan.relation
            self._change(relation=kinship, patient=None if other else self.plan.patient)

    def _visit(self) -> None:
        choosing = self.asked == "booking_slot"
        picked = self._picked() if choosing else None
        if picked is not None:
            self._take(picked)
            return
        narrowed = self.plan.search.narrowed(self.heard)
        if choosing and narrowed == self.plan.search:
            narrowed = self.plan.search.shifted(self.heard, offered_slots(self.turn.session, self.plan.search))
            if narrowed == self.plan.search and any(word in self.heard.text for word in EARLIER):
                self.said.append(Reply(text=text("dialogue.book.earliest")))
        if narrowed.day and narrowed.day < self.turn.now.date():
            self.said.append(Reply(text=text("booking.refused.past")))
            narrowed = replace(narrowed, day=None)
        if narrowed != self.plan.search:
            self._change(search=narrowed, slot=None, confirmed=None)
        elif self.heard.has("date", "time_of_day"):
            self.understood = True

    def _picked(self) -> str | None:
        slot = pick(offered_slots(self.turn.session, self.plan.search), self.heard)
        return slot.id if slot else None

    def _complaint(self) -> None:
        if not (self.heard.has("symptom") or hidden(self.heard)):
            return
        complaint = Complaint.kept_in(self.turn.tracker).told(self.heard.text, now=self.turn.now)
        complaint = with_hidden_facts(self.turn, complaint)
        self.complaint_events = complaint.events()
        self.understood = True
        assessment = assessed(self.turn, complaint)
        if self.heard.intent == "describe_complaint" and self.asked in AFTER_DEPARTMENT:
            self.said.append(Reply(text=self._noted(assessment)))
        if assessment.red_flags and assessment.urgency in URGENT:
            self._change(ending="emergency")

    def _noted(self, assessment: Assessment) -> str:
        """That it was heard; and where another department is clearly meant, how to go there without starting over."""
        best = assessment.departments[0]
        if best.probability < CLEARLY or best.name in (WALK_IN, self.plan.search.department):
            return text("dialogue.book.complaint_noted")
        return text("dialogue.book.complaint_elsewhere", department=best.name)

    def _answer(self) -> None:
        """Yes and no, which mean what was asked."""
        yes, no = self.heard.intent == "affirm", self.heard.intent == "deny"
        if not (yes or no):
            return
        match self.asked:
            case "booking_consent":
                self._consent(agreed=yes)
            case "booking_confirmed" if yes and not self.understood:
                self._change(confirmed=True)
            case "booking_confirmed" if no and not self.understood:
                self._change(confirmed=False)
            case "booking_patient" if yes:
                known = chosen_members(self.turn.session, account_id=self.turn.account_id, relation=self.plan.relation)
                if len(known) == 1:
                    self._change(patient=known[0].patient.id, relation=known[0].kinship)
            case "booking_slot" if yes and not self.understood:
                self.said.append(Reply(text=text("dialogue.book.time_unclear")))
            case "booking_slot" if no and not self.understood:
                self._search(doctor=None, day=None, part=None, alternatives=())

    def _consent(self, *, agreed: bool) -> None:
        if agreed:
            give(self.turn.session, self.turn.account_id, Purpose.BOOKING)
            self._change(consent=True)
        else:
            self._change(ending="no_consent")

    def _identity(self) -> None:
        result = read_identity(self.turn, self.plan, asked=self.asked == "booking_identity")
        if result is None:
            return
        self.plan, self.understood = result.plan, True
        self.said += result.said
        if result.plan.ending == "person":
            self.turn.ask_for_person(HandoverReason.IDENTITY)
