"""Appointments that stand: listing them, and which of them a message means."""

from collections.abc import Sequence

from sqlalchemy import select

from actions.answers import ordinal
from actions.base import HouseAction, Outcome, Turn
from actions.booking_result import AFTER, appointment_reply
from actions.buttons import BOOK, PERSON, choice
from actions.hearing import Heard
from care.booking import upcoming, when
from care.booking.cards import shown_patient
from care.replies import QuickReply, Reply
from care.texts import text
from language.departments import department_named
from records.appointments import Appointment
from records.patients import Patient, Relation

SHOWN = 9
IT = ("这个", "就这", "那个", "它", "是的")


def standing(turn: Turn) -> list[Appointment]:
    return upcoming(turn.session, account_id=turn.account_id, now=turn.now)


def line(turn: Turn, appointment: Appointment) -> str:
    """One appointment in a line: when, where, for whom."""
    patient = turn.session.get(Patient, appointment.patient_id)
    whose = shown_patient(patient) if patient else ""
    visit = f"{when(appointment.starts_at)} {appointment.department} {appointment.doctor}"
    return f"{visit}（{whose}）" if whose else visit


def which(turn: Turn, key: str, appointments: Sequence[Appointment]) -> Reply:
    """Asks which one is meant, a button each."""
    lines = [line(turn, one) for one in appointments[:SHOWN]]
    buttons = tuple(
        QuickReply(title=f"{when(one.starts_at)} {one.department}", payload=choice("appointment", one.id))
        for one in appointments[:SHOWN]
    )
    numbered = [f"{number}. {shown}" for number, shown in enumerate(lines, start=1)]
    return Reply(text="\n".join([text(key), *numbered]), quick_replies=(*buttons, PERSON))


def meant(turn: Turn, heard: Heard, appointments: Sequence[Appointment], *, choosing: bool) -> Appointment | None:
    """The appointment that a message means; ``choosing`` when it answers the question which one.

    A date counts only then: "改到周五" names the new day, not the old one.
    """
    if heard.choice is not None and heard.choice.kind == "appointment":
        return next((one for one in appointments if one.id == heard.choice.value), None)
    if len(appointments) == 1:
        return appointments[0]
    left = list(appointments)
    if choosing:
        place = ordinal(heard.text, len(appointments))
        if place is not None:
            return appointments[place]
        if day := heard.value("date"):
            left = [one for one in left if one.starts_at.astimezone(turn.now.tzinfo).date().isoformat() == day[:10]]
    if named := heard.value("department"):
        known = department_named(named)
        left = [one for one in left if one.department == (known.name if known else named)]
    if kinship := heard.value("kinship"):
        theirs = _patients_of(turn, kinship)
        left = [one for one in left if one.patient_id in theirs]
    return left[0] if len(left) == 1 else None


def _patients_of(turn: Turn, kinship: str) -> set[str]:
    query = select(Relation.patient_id).where(Relation.account_id == turn.account_id, Relation.kinship == kinship)
    return set(turn.session.scalars(query))


class ListAppointments(HouseAction):
    action = "action_list_appointments"

    def respond(self, turn: Turn) -> Outcome:
        appointments = standing(turn)
        if not appointments:
            return Outcome([Reply(text=text("booking.list.none"), quick_replies=(BOOK, PERSON))])
        if len(appointments) == 1:
            reply = appointment_reply(turn.session, appointments[0])
            # Its first line says that the booking is made: old news here.
            details = reply.text.partition("\n")[2]
            said = f"{text('booking.list.title', count=1)}\n{details}"
            return Outcome([reply.model_copy(update={"text": said})])
        lines = [text("booking.list.title", count=len(appointments))]
        lines += [f"{number}. {line(turn, one)}" for number, one in enumerate(appointments, start=1)]
        lines.append(text("dialogue.list.next"))
        return Outcome([Reply(text="\n".join(lines), quick_replies=AFTER[:2])])
