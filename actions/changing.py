"""Changing an appointment to another time: which one, when instead, yes."""

from dataclasses import replace

from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet

from actions.appointments import meant, standing, which
from actions.base import REQUESTED, Event, HouseAction, Outcome, Turn, keep
from actions.booking_asks import ask_for_slot, titled
from actions.booking_form import concerns_visit
from actions.booking_result import appointment_reply
from actions.buttons import BOOK, LIST, PERSON, STOP, choice
from actions.hearing import just_opened, unanswered
from actions.memory import BOOKING, CHANGING, forget
from actions.picking import pick
from actions.visits import Search, offered_slots
from care.booking import BookingRefused, SlotTaken, change, confirm_card, when
from care.replies import QuickReply, Reply
from care.texts import text
from hospital import get_hospital
from records.appointments import Appointment
from records.patients import Patient

FORM = "change_form"
CANCELS = ("取消预约", "取消这个", "取消号", "退号", "退掉")


def still_to_ask(appointment: str | None, new_slot: str | None) -> str:
    return "appointment" if appointment is None else "new_slot" if new_slot is None else "change_confirmed"


class ValidateChangeForm(HouseAction):
    action = "validate_change_form"

    def respond(self, turn: Turn) -> Outcome:
        heard, opened = turn.heard, just_opened(turn.tracker, FORM)
        chosen, slot = (None, None) if opened else (turn.kept("appointment"), turn.kept("new_slot"))
        if not unanswered(turn.tracker):
            kept = (turn.kept("appointment"), turn.kept("new_slot"))
            return Outcome(events=[SlotSet(REQUESTED, still_to_ask(*kept))])
        if not opened and heard.intent == "cancel_appointment" and not any(word in heard.text for word in CANCELS):
            return Outcome(events=[*keep(ending="kept"), SlotSet(REQUESTED, None)])
        if not opened and (heard.intent == "cancel_appointment" or not concerns_visit(heard)):
            return Outcome(events=[ActionExecutionRejected(FORM)])
        appointments = standing(turn)
        if not appointments:
            return Outcome(events=[*keep(ending="none"), SlotSet(REQUESTED, None)])
        before = (chosen, slot, Search() if opened else Search.kept_in(turn.tracker))
        search = before[2]
        if chosen is None:
            found = meant(turn, heard, appointments, choosing=not opened)
            if found is not None:
                chosen = found.id
                search = Search(department=found.department, doctor=found.doctor)
                search = search.narrowed(heard) if opened else search
        else:
            slot, search = self._another_time(turn, slot, search)
        confirmed, ending = self._decision(turn, slot)
        if ending == "again":
            slot, ending = None, None
        # The wish to change said once more is asked again as it was: a rule would send it right back here.
        nothing_new = not opened and before == (chosen, slot, search) and not confirmed and not ending
        if nothing_new and heard.intent != "change_appointment":
            return Outcome(events=[ActionExecutionRejected(FORM)])
        events = [
            *search.events(),
            *keep(appointment=chosen, new_slot=slot, change_confirmed=confirmed, ending=ending),
            SlotSet(REQUESTED, None if confirmed or ending else still_to_ask(chosen, slot)),
        ]
        return Outcome(events=events)

    def _another_time(self, turn: Turn, slot: str | None, search: Search) -> tuple[str | None, Search]:
        heard = turn.heard
        offered = offered_slots(turn.session, search)
        if heard.choice is not None and heard.choice.kind == "slot":
            return heard.choice.value, replace(search, alternatives=())
        picked = pick(offered, heard) if slot is None else None
        if picked is not None:
            return picked.id, replace(search, alternatives=())
        narrowed = search.narrowed(heard)
        if narrowed == search and slot is None:
            narrowed = search.shifted(heard, offered)
        if narrowed.day and narrowed.day < turn.now.date():
            narrowed = replace(narrowed, day=None)
        return (slot, search) if narrowed == search else (None, narrowed)

    def _decision(self, turn: Turn, slot: str | None) -> tuple[bool | None, str | None]:
        """Confirmed, and why the form ends otherwise ("again" goes back to the times)."""
        heard = turn.heard
        if heard.choice is not None:
            match heard.choice.kind, heard.choice.value:
                case "confirm", value:
                    return (True, None) if value == slot else (None, None)
                case "change", "give_up":
                    return None, "kept"
                case "change", _:
                    return None, "again"
            return None, None
        if turn.kept(REQUESTED) == "change_confirmed" and slot is not None and slot == turn.kept("new_slot"):
            if heard.intent == "affirm":
                return True, None
            if heard.intent == "deny":
                return None, "again"
        return None, None


class AskWhichToChange(HouseAction):
    action = "action_ask_change_form_appointment"

    def respond(self, turn: Turn) -> Outcome:
        return Outcome([which(turn, "dialogue.change.which", standing(turn))])


class AskNewTime(HouseAction):
    """Other times with the same doctor; with the department's other doctors when the doctor has none."""

    action = "action_ask_change_form_new_slot"

    def respond(self, turn: Turn) -> Outcome:
        search = Search.kept_in(turn.tracker)
        asked = ask_for_slot(turn, search, give_up=STOP)
        if search.doctor and not any(reply.card for reply in asked.replies):
            asked = ask_for_slot(turn, replace(search, doctor=None), give_up=STOP)
        appointment = turn.session.get(Appointment, turn.kept("appointment"))
        if appointment is None or search.day or search.part or search.after or not asked.replies:
            return asked
        first = asked.replies[0]
        current = text("dialogue.change.which_time", current=when(appointment.starts_at))
        return Outcome([first.model_copy(update={"text": f"{current}\n{first.text}"})], asked.events)


class AskToConfirmChange(HouseAction):
    action = "action_ask_change_form_change_confirmed"

    def respond(self, turn: Turn) -> Outcome:
        slot = get_hospital().slot(turn.session, turn.kept("new_slot"))
        appointment = turn.session.get_one(Appointment, turn.kept("appointment"))
        patient = turn.session.get_one(Patient, appointment.patient_id)
        assert slot is not None
        card = confirm_card(slot, patient, change=choice("change", "time", intent="deny")).model_copy(
            update={
                "title": text("dialogue.change.confirm"),
                "confirm": titled("change_yes", choice("confirm", slot.id, intent="affirm")),
            }
        )
        rows = "\n".join(f"{label}：{value}" for label, value in card.rows)
        keep_it = titled("stop", choice("change", "give_up", intent="deny"))
        return Outcome([Reply(text=f"{card.title}\n{rows}", card=card, quick_replies=(keep_it,))])


class Change(HouseAction):
    action = "action_change"

    def respond(self, turn: Turn) -> Outcome:
        done = forget((*BOOKING, *CHANGING))
        if turn.kept("ending") == "none":
            return Outcome([Reply(text=text("booking.list.none"), quick_replies=(BOOK, PERSON))], done)
        if turn.kept("ending") == "kept":
            return Outcome([Reply(text=text("dialogue.change.kept"), quick_replies=(LIST,))], done)
        if not turn.kept("change_confirmed"):
            return Outcome(events=done)  # left after an error, which was told already
        buttons: tuple[QuickReply, ...] = (LIST, PERSON)
        try:
            appointment = change(
                turn.session,
                get_hospital(),
                account_id=turn.account_id,
                appointment_id=turn.kept("appointment"),
                slot_id=turn.kept("new_slot"),
                now=turn.now,
            )
        except SlotTaken as taken:
            others = [slot.id for slot in taken.alternatives]
            again: list[Event] = keep(new_slot=None, change_confirmed=None, booking_alternatives=others or None)
            return Outcome([Reply(text=taken.patient_text())], [*again, FollowupAction(FORM)])
        except BookingRefused as refused:
            return Outcome([Reply(text=refused.patient_text(), quick_replies=buttons)], done)
        return Outcome([appointment_reply(turn.session, appointment, first=text("booking.changed"))], done)
