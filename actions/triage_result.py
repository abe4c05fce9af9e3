"""Where triage leads: the emergency card, or the departments with how soon to go."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from actions.assessing import assessed
from actions.base import HouseAction, Outcome, Turn
from actions.buttons import PERSON, department_button, payload, payload_to_book
from actions.complaint import Complaint
from actions.recent import visits_of
from actions.triage_form import URGENT
from care.booking import doctor_card, recommend_doctors
from care.emergency import Screening, emergency_reply
from care.emergency.alerts import raise_alert
from care.handover import HandoverReason
from care.replies import DepartmentCard, DepartmentOption, DoctorOption, QuickReply, Reply
from care.texts import text
from care.triage import Assessment, RankedDepartment
from hospital import get_hospital
from records.conversations import Author, Message
from settings import get_settings

SHOWN = 3
DOCTORS = 2
KNOWN_DOCTOR = timedelta(days=365)
UNLIKELY = 0.08  # a department below this share of belief only confuses
WALK_IN = "急诊科"
DEFAULT_DEPARTMENT = "全科医学科"


class TriageResult(HouseAction):
    """Says where to go. Silent when the form ended for another reason (an error was told already)."""

    action = "action_triage_result"

    def respond(self, turn: Turn) -> Outcome:
        complaint = Complaint.kept_in(turn.tracker)
        if turn.kept("triage_result") is None:
            return Outcome()
        assessment = assessed(turn, complaint)
        if assessment.red_flags and assessment.urgency in URGENT:
            return Outcome([emergency(turn, assessment)])
        return Outcome([departments_reply(assessment, doctors_for(turn, assessment, complaint))])


def emergency(turn: Turn, assessment: Assessment) -> Reply:
    """The emergency card; an alert is raised and a person called, as for a red flag in a single message."""
    settings = get_settings()
    screening = Screening(alarm=True, flags=assessment.red_flags, urgency=assessment.urgency)
    message_id = _latest_message(turn)
    if message_id is not None:
        raise_alert(turn.session, conversation_id=turn.conversation_id, message_id=message_id, screening=screening)
    turn.ask_for_person(HandoverReason.RED_FLAG)
    return emergency_reply(screening, entrance=settings.emergency_entrance, phone=settings.emergency_phone)


def doctors_for(turn: Turn, assessment: Assessment, complaint: Complaint) -> tuple[DoctorOption, ...]:
    """One or two doctors of the first department that can be booked; none where somebody must go now."""
    bookable = [one.name for one in _worth_showing(assessment.departments) if one.name != WALK_IN]
    if assessment.urgency in URGENT or not bookable:
        return ()
    here = [visit for visit in visits_of(turn, within=KNOWN_DOCTOR) if visit.department == bookable[0]]
    matches = recommend_doctors(
        turn.session,
        get_hospital(),
        department=bookable[0],
        complaint="，".join(complaint.texts),  # as it may be read: a reason must not tell what was sealed
        now=turn.now,
        limit=DOCTORS,
        seen={visit.doctor: visit.day for visit in reversed(here)},
    )
    free = [match for match in matches if match.next_slot is not None]
    card = doctor_card(free, payload=lambda name: payload("book_appointment", doctor=name))
    # Without the doctors' lists of diseases: beside a complaint that was sealed they would tell what it is.
    return tuple(one.model_copy(update={"skills": ()}) for one in card.doctors)


def departments_reply(assessment: Assessment, doctors: Sequence[DoctorOption] = ()) -> Reply:
    """Urgency, departments with reasons, a doctor or two, and that it is no diagnosis."""
    urgency_text = text(f"dialogue.triage.department.{assessment.urgency}")
    shown = _worth_showing(assessment.departments)
    if not shown:
        return Reply(
            text="\n".join([urgency_text, text("dialogue.triage.which_department")]),
            quick_replies=(department_button(DEFAULT_DEPARTMENT), PERSON),
        )
    lines = [urgency_text, text("dialogue.triage.suggest", departments="、".join(one.name for one in shown))]
    if assessment.rationale:
        lines.append(assessment.rationale)
    urgent = assessment.urgency in URGENT  # nothing to book competes with "go now"
    if urgent:
        lines.append(text("dialogue.triage.walk_in", entrance=get_settings().emergency_entrance))
    lines += [text("dialogue.triage.doctor", doctor=one.name, title=one.title, reason=one.reason) for one in doctors]
    lines.append(text("dialogue.triage.not_a_diagnosis"))
    card = DepartmentCard(
        urgency=str(assessment.urgency),
        urgency_text=urgency_text,
        departments=tuple(
            DepartmentOption(
                name=one.name,
                parent=one.parent,
                reason=one.reason,
                payload="" if urgent or one.name == WALK_IN else payload_to_book(one.name),
            )
            for one in shown
        ),
        rationale=assessment.rationale,
        doctors=tuple(doctors),
    )
    return Reply(text="\n".join(lines), card=card, quick_replies=_next_steps(assessment, shown))


def _next_steps(assessment: Assessment, shown: Sequence[RankedDepartment]) -> tuple[QuickReply, ...]:
    if assessment.urgency in URGENT:
        return (PERSON,)
    bookable = [one.name for one in shown if one.name != WALK_IN]
    doctors = (
        [QuickReply(title=text("dialogue.button.doctors_of"), payload=payload("ask_doctor", department=bookable[0]))]
        if bookable
        else []
    )
    return (*(department_button(name) for name in bookable[:1]), *doctors, PERSON)


def _worth_showing(departments: Sequence[RankedDepartment]) -> list[RankedDepartment]:
    return [one for place, one in enumerate(departments[:SHOWN]) if place == 0 or one.probability >= UNLIKELY]


def _latest_message(turn: Turn) -> str | None:
    return turn.session.scalar(
        select(Message.id)
        .where(Message.conversation_id == turn.conversation_id, Message.author == Author.PATIENT)
        .order_by(Message.seq.desc())
        .limit(1)
    )
