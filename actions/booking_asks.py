"""What the booking form asks, each with everything needed to answer by one press."""

from collections.abc import Sequence
from dataclasses import replace

from actions.assessing import assessed
from actions.base import Event, HouseAction, Outcome, Turn, keep
from actions.buttons import PERSON, STOP, choice, payload
from actions.complaint import Complaint
from actions.plan import SELF, Plan, chosen_members
from actions.triage_result import UNLIKELY, WALK_IN
from actions.visits import Found, Search, look
from care.booking import BookingRefused, confirm_card, slot_card, slots_text
from care.consent import Purpose, consent_card, text_of
from care.replies import DepartmentCard, DepartmentOption, QuickReply, Reply
from care.texts import text
from hospital import get_hospital
from hospital.protocol import Slot
from records.patients import Patient

SUGGESTED = 4
COMMON = ("全科医学科", "心血管内科", "呼吸内科", "消化内科", "骨科", "皮肤科", "妇科", "小儿内科")
WHICH = "dialogue.book.which_department"
FAMILY = (SELF, "母亲", "父亲", "孩子", "配偶")
IN_WORDS = 6  # slots spelled out for channels that draw no card


def titled(key: str, value: str) -> QuickReply:
    return QuickReply(title=text(f"dialogue.button.{key}"), payload=value)


class AskDepartment(HouseAction):
    """Suggests departments from what was complained of; without a complaint the common ones."""

    action = "action_ask_booking_form_booking_department"

    def respond(self, turn: Turn) -> Outcome:
        plan, complaint = Plan.kept_in(turn.tracker), Complaint.kept_in(turn.tracker)
        if plan.suggested:
            return self._plain("dialogue.book.which_of", plan.suggested)
        if not complaint.texts:
            return self._plain("dialogue.ask_complaint" if plan.unsure else WHICH, COMMON)
        assessment = assessed(turn, complaint)
        shown = [
            one
            for place, one in enumerate(assessment.departments[:SUGGESTED])
            if one.name != WALK_IN and (place == 0 or one.probability >= UNLIKELY)
        ]
        if not shown:
            return self._plain(WHICH, COMMON)
        card = DepartmentCard(
            urgency=str(assessment.urgency),
            urgency_text=text(f"dialogue.triage.department.{assessment.urgency}"),
            departments=tuple(
                DepartmentOption(
                    name=one.name, parent=one.parent, reason=one.reason, payload=payload("inform", department=one.name)
                )
                for one in shown
            ),
        )
        # Booking asks nothing about the complaint; whoever is not sure may be asked.
        unsure = titled("ask_me", choice("start", "triage", intent="describe_complaint"))
        names = [one.name for one in shown]
        numbered = "\n".join(f"{number}. {name}" for number, name in enumerate(names, start=1))
        said = f"{text('dialogue.book.which_suggested')}\n{numbered}"
        return Outcome([Reply(text=said, card=card, quick_replies=(unsure, PERSON))], keep(offered=names))

    def _plain(self, key: str, names: Sequence[str]) -> Outcome:
        buttons = [QuickReply(title=name, payload=payload("inform", department=name)) for name in names]
        return Outcome([Reply(text=text(key), quick_replies=(*buttons, PERSON))], keep(offered=list(names)))


def ask_for_slot(turn: Turn, search: Search, *, give_up: QuickReply) -> Outcome:
    """Free visits as a card; the nearest ones when what was asked for has none. Remembers what was shown."""
    try:
        found = look(turn.session, search, now=turn.now)
    except BookingRefused as refused:
        again = replace(search, department=None, doctor=None)
        return Outcome([Reply(text=refused.patient_text(), quick_replies=(PERSON, give_up))], again.events())
    events: list[Event] = keep(offered=[slot.id for slot in found.slots] or None)
    if not found.slots:
        said = text("dialogue.book.nothing_free", department=search.department or "")
        other = titled("other_doctor", choice("change", "doctor"))
        return Outcome([Reply(text=said, quick_replies=(other, PERSON, give_up))], events)
    more = titled("more_times", choice("times", "more"))
    reply = Reply(
        text=_slots_in_words(search, found),
        card=slot_card(found.slots, payload=lambda slot_id: choice("slot", slot_id)),
        quick_replies=(more, PERSON, give_up),
    )
    return Outcome([reply], events)


def _slots_in_words(search: Search, found: Found) -> str:
    department = search.department or found.slots[0].department
    key = "dialogue.book.which_time_doctor" if search.doctor else "dialogue.book.which_time"
    lines = [text(key, department=department, doctor=search.doctor or "")]
    if found.elsewhere:
        lines = [text("dialogue.book.other_days", asked=_asked_for(search, found.slots))]
    lines.append(slots_text(found.slots[:IN_WORDS]))
    return "\n".join(lines)


def _asked_for(search: Search, slots: Sequence[Slot]) -> str:
    day = f"{search.day.month}月{search.day.day}日" if search.day else ""
    part = text(f"dialogue.part.{search.part}") if search.part else ""
    return f"{day}{part}" or search.doctor or search.department or slots[0].department


class AskSlot(HouseAction):
    action = "action_ask_booking_form_booking_slot"

    def respond(self, turn: Turn) -> Outcome:
        return ask_for_slot(turn, Search.kept_in(turn.tracker), give_up=STOP)


class AskPatient(HouseAction):
    """For whom: the patients the account knows, and whoever is new."""

    action = "action_ask_booking_form_booking_patient"

    def respond(self, turn: Turn) -> Outcome:
        relation = turn.kept("relation")
        members = chosen_members(turn.session, account_id=turn.account_id, relation=relation)
        known = [
            QuickReply(
                title=text("dialogue.button.patient", kinship=member.kinship, name=member.patient.name_shown),
                payload=choice("patient", member.patient.id),
            )
            for member in members
        ]
        if relation:
            new = QuickReply(
                title=text("dialogue.book.new_patient", kinship=relation), payload=choice("patient", "new")
            )
            said = text("dialogue.book.for_whom_kinship", kinship=relation)
            return Outcome([Reply(text=said, quick_replies=(*known, new))])
        taken = {member.kinship for member in members}
        others = [QuickReply(title=who, payload=choice("relation", who)) for who in FAMILY if who not in taken]
        return Outcome([Reply(text=text("dialogue.book.for_whom"), quick_replies=(*known, *others))])


class AskConsent(HouseAction):
    """Asked apart from everything else, for this purpose only (PIPL art. 14, 29)."""

    action = "action_ask_booking_form_booking_consent"

    def respond(self, turn: Turn) -> Outcome:
        buttons = (
            titled("yes", choice("consent", "yes", intent="affirm")),
            titled("no", choice("consent", "no", intent="deny")),
        )
        asked = text_of(Purpose.BOOKING)
        return Outcome([Reply(text=asked.ask, card=consent_card(asked), quick_replies=buttons)])


class AskIdentity(HouseAction):
    action = "action_ask_booking_form_booking_identity"

    def respond(self, turn: Turn) -> Outcome:
        plan = Plan.kept_in(turn.tracker)
        key = "identity_name" if plan.id_number else "identity_number" if plan.name else "identity"
        whose = text("dialogue.book.own") if plan.relation in (None, SELF) else str(plan.relation)
        return Outcome([Reply(text=text(f"dialogue.book.{key}", whose=whose), quick_replies=(PERSON, STOP))])


class AskConfirmation(HouseAction):
    """The visit on one card with one big button; what to change, when that was asked for."""

    action = "action_ask_booking_form_booking_confirmed"

    def respond(self, turn: Turn) -> Outcome:
        plan = Plan.kept_in(turn.tracker)
        if plan.confirmed is False:
            buttons = tuple(
                titled(key, choice("change", what))
                for key, what in (
                    ("other_time", "time"),
                    ("other_doctor", "doctor"),
                    ("other_patient", "patient"),
                    ("give_up", "give_up"),
                )
            )
            return Outcome([Reply(text=text("dialogue.book.what_to_change"), quick_replies=buttons)])
        assert plan.slot is not None and plan.patient is not None
        slot = get_hospital().slot(turn.session, plan.slot)
        patient = turn.session.get_one(Patient, plan.patient)
        assert slot is not None
        card = confirm_card(
            slot,
            patient,
            kinship=plan.relation or SELF,
            confirm=choice("confirm", slot.id, intent="affirm"),
            change=choice("change", "ask", intent="deny"),
        )
        rows = "\n".join(f"{label}：{value}" for label, value in card.rows)
        return Outcome([Reply(text=f"{card.title}\n{rows}", card=card)])
