"""What the hospital says of itself: opening hours, departments, doctors."""

from collections.abc import Sequence

from rasa_sdk.events import FollowupAction

from actions.base import HouseAction, Outcome, Turn
from actions.buttons import BOOK, COMPLAINT, PERSON, department_button, payload
from actions.complaint import Complaint
from actions.leading import lead
from actions.prior import led_to
from care.booking import doctor_card, recommend_doctors
from care.booking.doctors import DoctorMatch
from care.opening import hours_line
from care.replies import QuickReply, Reply
from care.texts import text
from hospital import get_hospital
from language.departments import department_named
from language.people import doctor_name
from settings import get_settings

DOCTORS_SHOWN = 5
COMMON = ("心血管内科", "消化内科", "骨科", "皮肤科", "妇科", "小儿内科")
EMERGENCY = "急诊"  # told with its entrance, after the others


class OpeningTimes(HouseAction):
    action = "action_opening_hours"

    def respond(self, turn: Turn) -> Outcome:
        if (led := led_to(turn)) is not None:  # "明天几点来着" of somebody who has an appointment tomorrow
            return lead(turn, led)
        entrance = get_settings().emergency_entrance
        hours = get_hospital().opening_hours(turn.session)
        if not hours:
            return Outcome([Reply(text=text("dialogue.hours.unknown", entrance=entrance))])
        lines = [text("dialogue.hours.title"), *(hours_line(one) for one in hours if one.what != EMERGENCY)]
        lines.append(text("dialogue.hours.emergency", entrance=entrance))
        return Outcome([Reply(text="\n".join(lines), quick_replies=() if turn.tracker.active_loop_name else (BOOK,))])


class AboutDepartment(HouseAction):
    """Where a department is and who works there. "头疼挂什么科" names none: that is a complaint, for triage."""

    action = "action_department"

    def respond(self, turn: Turn) -> Outcome:
        named = turn.heard.value("department")
        if named is None and turn.heard.has("symptom", "body_part") and not turn.tracker.active_loop_name:
            return Outcome(events=[FollowupAction("triage_form")])
        if named is None:
            buttons = [QuickReply(title=name, payload=payload("ask_department", department=name)) for name in COMMON]
            return Outcome([Reply(text=text("dialogue.department.which"), quick_replies=(COMPLAINT, *buttons))])
        return Outcome([self._about(turn, named)])

    def _about(self, turn: Turn, named: str) -> Reply:
        hospital, known = get_hospital(), department_named(named)
        departments = hospital.departments(turn.session)
        info = next((one for one in departments if known and one.name == known.name), None)
        if info is None:
            within = [one.name for one in departments if one.parent == named]
            if not within:
                return Reply(text=text("dialogue.department.unknown"), quick_replies=(COMPLAINT, PERSON))
            buttons = tuple(
                QuickReply(title=name, payload=payload("ask_department", department=name)) for name in within
            )
            return Reply(text=text("dialogue.department.which"), quick_replies=buttons)
        if info.walk_in:
            return Reply(text=text("dialogue.department.walk_in", name=info.name, place=info.place))
        doctors = hospital.doctors(turn.session, department=info.name)
        lines = [text("dialogue.department.info", name=info.name, parent=info.parent, place=info.place)]
        if doctors:
            names = "、".join(f"{one.name}（{one.title}）" for one in doctors)
            lines.append(text("dialogue.department.doctors", doctors=names))
        see = QuickReply(title=text("dialogue.button.doctors_of"), payload=payload("ask_doctor", department=info.name))
        return Reply(text="\n".join(lines), quick_replies=(department_button(info.name), see))


class AboutDoctor(HouseAction):
    """One doctor, or those of a department, with their next free time."""

    action = "action_doctor"

    def respond(self, turn: Turn) -> Outcome:
        if not turn.heard.has("doctor", "department") and (led := led_to(turn)) is not None:
            return lead(turn, led)
        heard, hospital = turn.heard, get_hospital()
        if said := heard.value("doctor"):
            found = hospital.doctors(turn.session, name=doctor_name(said))
            matches = []
            for doctor in found[:DOCTORS_SHOWN]:
                free = hospital.slots(turn.session, after=turn.now, doctor_id=doctor.id, limit=1)
                matches.append(DoctorMatch(doctor, (), free[0] if free else None))
            return Outcome([doctors_reply(matches)])
        named = heard.value("department")
        known = department_named(named) if named else None
        if known is None:
            buttons = [QuickReply(title=name, payload=payload("ask_doctor", department=name)) for name in COMMON]
            return Outcome([Reply(text=text("dialogue.doctor.which"), quick_replies=tuple(buttons))])
        matches = recommend_doctors(
            turn.session,
            hospital,
            department=known.name,
            complaint="，".join(Complaint.kept_in(turn.tracker).texts),  # sealed: a reason would tell what for
            now=turn.now,
            limit=DOCTORS_SHOWN,
        )
        return Outcome([doctors_reply(matches, department=known.name)])


def doctors_reply(matches: Sequence[DoctorMatch], *, department: str = "") -> Reply:
    """Doctors in words and as a card; choosing one begins a booking with them."""
    if not matches:
        return Reply(text=text("dialogue.doctor.unknown"), quick_replies=(BOOK, PERSON))
    lines = [text("dialogue.doctor.of", department=department)] if department else []
    lines += [
        text(
            "dialogue.doctor.one",
            doctor=match.doctor.name,
            title=match.doctor.title,
            department=match.doctor.department,
            skills="、".join(match.doctor.skills),
        )
        for match in matches
    ]
    card = doctor_card(matches, payload=lambda name: payload("book_appointment", doctor=name))
    return Reply(text="\n".join(lines), card=card)
