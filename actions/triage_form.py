"""Triage: every message adds to the evidence, ``care.triage.assess`` says what to ask or where to go."""

from dataclasses import replace
from decimal import Decimal

from rasa_sdk.events import ActionExecutionRejected, SlotSet

from actions.answers import BARE, match_option, plain, polar
from actions.assessing import assessed, heard_in_clear, hidden, with_hidden_facts
from actions.base import REQUESTED, Event, HouseAction, Outcome, Turn, keep
from actions.buttons import choice
from actions.complaint import CORRECTING, Complaint, Waiting
from actions.hearing import Heard, just_opened, unanswered
from actions.memory import COMPLAINT, forget
from actions.recent import visits_of
from actions.rehab_pain import stop_within_triage
from care.recent import departments_of
from care.replies import QuickReply, Reply
from care.texts import text
from care.triage import Assessment
from care.urgency import Urgency
from language.numbers import parse_number

FORM = "triage_form"
ASKED = "triage_result"
MAX_QUESTIONS = 5
AGE = "age"  # the question that a bare number answers
NOT_SAID = "unknown"  # kept as the answer to a question that was asked twice in vain
OLDEST = 130

# Intents whose messages may be about the complaint; any other is answered by its own rule, and triage waits.
ABOUT_THE_COMPLAINT = frozenset(
    {
        "describe_complaint",
        "inform",
        "answer_triage",
        "affirm",
        "deny",
        "dont_know",
        "nlu_fallback",
        "answer_followup",
        "return_complaint",
        "report_pain",
    }
)
FACTS = ("symptom", "absent_symptom", "body_part", "duration", "severity", "temperature", "age", "sex", "pregnancy")
GOING_ON = ("还", "也", "另外", "而且", "对了", "并且", "同时", "又")
URGENT = frozenset({Urgency.CALL_120, Urgency.EMERGENCY})


class ValidateTriageForm(HouseAction):
    """Reads one message into the complaint; ends the form when nothing more need be asked."""

    action = "validate_triage_form"

    def respond(self, turn: Turn) -> Outcome:
        if not unanswered(turn.tracker):
            return Outcome(events=[SlotSet(REQUESTED, ASKED)])
        stopped, over = stop_within_triage(turn)
        if over:
            return Outcome(stopped, [*forget(COMPLAINT), *_end()])
        heard, complaint = turn.heard, Complaint.kept_in(turn.tracker)
        kinship = heard.value("kinship")
        opened = just_opened(turn.tracker, FORM)
        if opened and begins_anew(turn, heard, kinship):
            complaint = Complaint()
        complaint = with_visits(complaint, turn, kinship)
        after = read(complaint, heard, turn)
        if after is None:
            return Outcome(events=[ActionExecutionRejected(FORM)])
        after = with_hidden_facts(turn, after)
        said = [*stopped]
        if _corrects(complaint, after, heard):
            said.append(Reply(text=text("dialogue.triage.changed")))
        events: list[Event] = keep(relation=kinship) if kinship else []
        if after.waiting is not None:  # not understood, to be asked again
            said.append(Reply(text=text("dialogue.triage.unclear")))
            return Outcome(said, [*events, *after.events(), SlotSet(REQUESTED, ASKED)])
        assessment = assessed(turn, after)
        if finished(assessment, after):
            return Outcome(said, [*events, *after.events(), *keep(triage_result=summary(assessment)), *_end()])
        assert assessment.question is not None
        after = replace(after, waiting=Waiting.of(assessment.question))
        return Outcome(said, [*events, *after.events(), SlotSet(REQUESTED, ASKED)])


class AskTriageQuestion(HouseAction):
    """The question that waits, why it is asked, and its options as buttons."""

    action = "action_ask_triage_form_triage_result"

    def respond(self, turn: Turn) -> Outcome:
        waiting = Complaint.kept_in(turn.tracker).waiting
        if waiting is None:
            return Outcome([Reply(text=text("dialogue.ask_complaint"))])
        lines = [waiting.text]
        if waiting.reason:
            lines.append(text("dialogue.triage.reason", reason=waiting.reason))
        options = tuple(
            QuickReply(title=one.title, payload=choice(waiting.id, one.value, intent="answer_triage"))
            for one in waiting.options
        )
        return Outcome([Reply(text="\n".join(lines), quick_replies=options)])


def with_visits(complaint: Complaint, turn: Turn, kinship: str | None) -> Complaint:
    """With where the one who is spoken of was seen lately; nobody else's visits count."""
    recent = departments_of(visits_of(turn, kinship))
    back = complaint.returning_to if complaint.returning_to in recent else None
    return replace(complaint, recent_departments=recent, returning_to=back)


def read(complaint: Complaint, heard: Heard, turn: Turn) -> Complaint | None:
    """The complaint with the message read into it, or None when the message is about something else."""
    if heard.choice is not None:
        return _pressed(complaint, heard)
    if not heard.text or (heard.given and heard.intent not in ABOUT_THE_COMPLAINT):
        return None
    waiting = complaint.waiting
    words = heard_in_clear(turn, heard)
    option = match_option(waiting.options, words, asked=waiting.text, now=turn.now) if waiting else None
    if option is None and waiting and heard.intent == "dont_know":
        option = polar(waiting.options, "unknown")
    exact = option is not None and heard.text.strip() in (option.title, option.value)
    facts = heard.has(*FACTS) or hidden(heard)
    asks = heard.intent == "ask_department" and (heard.has("symptom") or hidden(heard))
    about = asks or heard.intent in ABOUT_THE_COMPLAINT
    if not about and not exact:
        return None
    if option is not None:
        # "没有" is the option and no more; "没有，就是有点恶心" is also evidence.
        answered = complaint.answered(option.value)
        more = facts or len(heard.text) > len(option.title) + 3
        return answered.told(heard.text, now=turn.now) if more else answered
    years = parse_number(plain(heard.text)) if waiting is not None and complaint.age_years is None else None
    if waiting is not None and years is not None and _may_be_age(waiting, years):
        return replace(complaint.told(f"{years}岁", now=turn.now), waiting=None)
    if waiting is None or facts or CORRECTING.search(heard.text):
        return replace(complaint.told(heard.text, now=turn.now), waiting=None)
    if waiting.unclear:
        # Asked twice; a third time helps nobody. Never one of the other options: it might be the dangerous one.
        unknown = polar(waiting.options, "unknown")
        answered = complaint.answered(unknown.value if unknown else NOT_SAID)
        return answered.told(heard.text, now=turn.now) if len(heard.text) > BARE else answered
    return replace(complaint, waiting=replace(waiting, unclear=1))


def _pressed(complaint: Complaint, heard: Heard) -> Complaint | None:
    assert heard.choice is not None
    if heard.choice.kind == "start":  # from a booking that does not know the department
        return replace(complaint, waiting=None)
    question, value = heard.choice.kind, heard.choice.value
    if complaint.waiting and question == complaint.waiting.id:
        return complaint.answered(value)
    if question in complaint.answers:  # an earlier question's button: the patient has changed their mind
        return replace(complaint, answers={**complaint.answers, question: value}, waiting=None)
    return None if heard.intent != "answer_triage" else replace(complaint, waiting=None)


def _may_be_age(waiting: Waiting, years: Decimal) -> bool:
    """Whether a bare number is an age: it was asked for, or nothing that was asked is a number ("65")."""
    asked_for_number = any(char.isdigit() for option in waiting.options for char in option.title)
    return years < OLDEST and (waiting.id == AGE or (not asked_for_number and years > len(waiting.options)))


def begins_anew(turn: Turn, heard: Heard, kinship: str | None) -> bool:
    """Whether a complaint is a new story: triage was done with, and the message neither adds nor corrects."""
    if heard.choice is not None:
        return False
    if kinship and turn.kept("relation") not in (None, kinship):
        return True
    adds = heard.text.startswith(GOING_ON) or CORRECTING.search(heard.text) is not None or "不是" in heard.text
    return turn.kept("triage_result") is not None and not adds


def _corrects(before: Complaint, after: Complaint, heard: Heard) -> bool:
    return bool(heard.text) and after.texts[: len(before.texts)] != before.texts and bool(before.texts)


def finished(assessment: Assessment, complaint: Complaint) -> bool:
    """Whether nothing more is asked: an emergency, no question left, or five answered."""
    urgent = bool(assessment.red_flags) and assessment.urgency in URGENT
    return urgent or assessment.question is None or len(complaint.answers) >= MAX_QUESTIONS


def summary(assessment: Assessment) -> dict[str, object]:
    """What later turns need of an assessment."""
    return {"urgency": str(assessment.urgency), "departments": [one.name for one in assessment.departments]}


def _end() -> list[Event]:
    return [SlotSet(REQUESTED, None)]
