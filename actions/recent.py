"""A patient who comes back: "又不舒服了" and "还是老样子" are about the last visit, so that is asked first."""

from datetime import date, timedelta

from rasa_sdk.events import FollowupAction

from actions.base import Event, HouseAction, Outcome, Turn, keep
from actions.buttons import PERSON, choice, payload
from actions.memory import COMPLAINT, forget
from actions.plan import SELF
from care.recent import LATELY, RecentVisit, recent_visits, when_ago
from care.replies import QuickReply, Reply
from care.texts import text
from hospital import get_hospital

CHOICE = "visit"
SAME, OTHER = "same", "other"
UNWELL = ("全身不适",)  # the name under which "不舒服" and "难受" are known
LAST_DOCTOR = (
    "上次的医生",
    "上次那个医生",
    "上次那位",
    "上次看的医生",
    "之前的医生",
    "之前那个医生",
    "原来的医生",
    "上次给我看",
    "老医生",
)


def visits_of(turn: Turn, kinship: str | None = None, *, within: timedelta = LATELY) -> list[RecentVisit]:
    """The recent visits of the one who is spoken of: of ``kinship``, else of whom the conversation is about."""
    whose = kinship or turn.heard.value("kinship") or turn.kept("relation")
    return recent_visits(
        turn.session,
        get_hospital(),
        account_id=turn.account_id,
        kinship=whose if whose != SELF else None,
        now=turn.now,
        within=within,
    )


class AskAboutRecentVisit(HouseAction):
    """Asks whether it is the same as at the last visit; without one it is a complaint like any other."""

    action = "action_recent_visit"

    def respond(self, turn: Turn) -> Outcome:
        heard, asked = turn.heard, turn.kept("recent_visit")
        if asked and not asked["answered"]:
            same = _answer(turn)
            if same is not None:
                return _same(turn, asked) if same else _other(asked)
        elif heard.choice is not None and heard.choice.kind == CHOICE:
            return Outcome([Reply(text=text("dialogue.tell_me"))])
        visits = visits_of(turn)
        kinship = heard.value("kinship")
        if not visits:
            wants_doctor = any(word in heard.text for word in LAST_DOCTOR)
            if wants_doctor or turn.tracker.active_loop_name:
                return Outcome([Reply(text=text("recent.none"), quick_replies=(PERSON,))])
            return Outcome(events=[FollowupAction("triage_form")])
        if _says_what(turn) and not turn.tracker.active_loop_name:
            return Outcome(events=[FollowupAction("triage_form")])  # what is wrong was said: triage knows of the visit
        return Outcome([_question(turn, visits[0], kinship)], _noted(visits[0], kinship, said=heard.text))


def _says_what(turn: Turn) -> bool:
    """Whether the message names anything beyond feeling unwell."""
    return any(mention.kind == "symptom" and mention.value not in UNWELL for mention in turn.heard.mentions)


def awaits_answer(turn: Turn) -> bool:
    """Whether the question about the last visit was the last thing asked, and a bare yes or no answers it."""
    asked = turn.kept("recent_visit")
    return bool(asked) and not asked["answered"] and turn.heard.intent in ("affirm", "deny")


def _answer(turn: Turn) -> bool | None:
    heard = turn.heard
    if heard.choice is not None:
        return heard.choice.value == SAME if heard.choice.kind == CHOICE else None
    if heard.intent in ("affirm", "deny"):
        return heard.intent == "affirm"
    if heard.text.startswith(("不一样", "不是", "新的")):
        return False
    return True if heard.text.startswith(("一样", "是的", "对", "同样")) else None


def _question(turn: Turn, visit: RecentVisit, kinship: str | None) -> Reply:
    ago = when_ago(visit.day, today=turn.now.date())
    key = "recent.ask_for" if kinship and kinship != SELF else "recent.ask"
    said = text(key, when=ago, department=visit.department, doctor=visit.doctor, kinship=kinship or "")
    buttons = (
        QuickReply(title=text("recent.button.same"), payload=choice(CHOICE, SAME, intent="return_complaint")),
        QuickReply(title=text("recent.button.other"), payload=choice(CHOICE, OTHER, intent="return_complaint")),
        _book_again(visit.doctor, visit.department),
        PERSON,
    )
    return Reply(text=said, quick_replies=buttons)


def _book_again(doctor: str, department: str) -> QuickReply:
    return QuickReply(
        title=text("recent.button.same_doctor", doctor=doctor),
        payload=payload("book_appointment", doctor=doctor, department=department),
    )


def _noted(visit: RecentVisit, kinship: str | None, *, said: str) -> list[Event]:
    noted = {
        "department": visit.department,
        "doctor": visit.doctor,
        "day": visit.day.isoformat(),
        "said": said,
        "answered": False,
    }
    return keep(recent_visit=noted, relation=kinship) if kinship else keep(recent_visit=noted)


def _same(turn: Turn, asked: dict[str, str]) -> Outcome:
    ago = when_ago(date.fromisoformat(asked["day"]), today=turn.now.date())
    said = text("recent.same", when=ago, department=asked["department"])
    reply = Reply(
        text=f"{said}\n{text('recent.same_or_book')}",
        quick_replies=(_book_again(asked["doctor"], asked["department"]), PERSON),
    )
    events = [*forget(COMPLAINT), *keep(recent_visit={**asked, "answered": True}, returning_to=asked["department"])]
    return Outcome([reply], events)


def _other(asked: dict[str, str]) -> Outcome:
    events = keep(recent_visit={**asked, "answered": True}, returning_to=None)
    return Outcome([Reply(text=text("recent.other"), quick_replies=(PERSON,))], events)
