"""Where the assistant gives way: to a person, to a clarifying question, to the patient's own "never mind"."""

from rasa_sdk.events import FollowupAction

from actions.base import HouseAction, Outcome, Turn, keep, leave_form
from actions.buttons import PERSON, START, payload
from actions.hearing import spoken_at, unanswered
from actions.insurance import speaks_of_insurance
from actions.leading import lead, result_of_form
from actions.memory import BOOKING, FORGET_ALL, forget
from actions.prior import led_to
from actions.rehab import names_waiting_video
from actions.rehab_pain import hurts_in_course
from actions.report import ReportReading, awaits_reading
from care.conversations import lock_conversation
from care.handover import HandoverReason
from care.replies import QuickReply, Reply
from care.seats import wait_told
from care.texts import catalogue, text
from records.conversations import Holder
from settings import get_settings

LIKELY = 3
LISTEN = "action_listen"
START_OVER = ("重新", "从头", "重来", "再来一次", "重头")


class RequestHuman(HouseAction):
    """A person, always and at once (PIPL art. 24)."""

    action = "action_request_human"

    def respond(self, turn: Turn) -> Outcome:
        waits = lock_conversation(turn.session, turn.conversation_id).holder == Holder.WAITING
        turn.ask_for_person(HandoverReason.ASKED)
        lines = [text("dialogue.person_again" if waits else "dialogue.person")]
        if not waits and (wait := wait_told(turn.session, conversation_id=turn.conversation_id)):
            lines.append(wait)
        if phone := get_settings().service_phone:
            lines.append(text("dialogue.person_phone", phone=phone))
        return Outcome([Reply(text="\n".join(lines))], leave_form())


class Complain(HouseAction):
    action = "action_complain"

    def respond(self, turn: Turn) -> Outcome:
        turn.ask_for_person(HandoverReason.COMPLAINT)
        return Outcome([Reply(text=text("dialogue.complain"))], leave_form())


class Stop(HouseAction):
    """Never mind: the form is left. "重新开始" forgets the complaint as well."""

    action = "action_stop"

    def respond(self, turn: Turn) -> Outcome:
        over = any(word in turn.heard.text for word in START_OVER)
        said = "dialogue.started_over" if over else "dialogue.stopped"
        gone = FORGET_ALL if over or turn.tracker.active_loop_name == "triage_form" else BOOKING
        gone = (*gone, "insurance") if over or turn.tracker.active_loop_name == "insurance_form" else gone
        return Outcome([Reply(text=text(said), quick_replies=START)], [*leave_form(), *forget(gone)])


class Clarify(HouseAction):
    """First a question with the likeliest meanings as buttons; when that did not help, a person."""

    action = "action_clarify"

    def respond(self, turn: Turn) -> Outcome:
        if hurts_in_course(turn):
            return lead(turn, "action_rehab_pain")
        if not turn.tracker.active_loop_name and names_waiting_video(turn):
            return lead(turn, "action_rehab_guide")
        if not turn.tracker.active_loop_name and awaits_reading(turn):
            return lead(turn, ReportReading.action)
        if not turn.tracker.active_loop_name and speaks_of_insurance(turn):
            return lead(turn, "action_insurance")
        if (led := led_to(turn)) is not None:
            return lead(turn, led)
        before = spoken_at(turn.tracker, before=1)
        if before is not None and turn.kept("unclear_at") == before:
            turn.ask_for_person(HandoverReason.NOT_UNDERSTOOD)
            return Outcome([Reply(text=text("dialogue.not_understood_person"))], leave_form())
        noted = keep(unclear_at=spoken_at(turn.tracker))
        if turn.tracker.active_loop_name:
            return Outcome([Reply(text=text("dialogue.clarify_in_form"))], noted)
        likely = likely_meanings(turn.heard.ranking)
        said = text("dialogue.clarify" if likely else "dialogue.clarify_open")
        return Outcome([Reply(text=said, quick_replies=(*likely, PERSON) if likely else START)], noted)


class DefaultFallback(Clarify):
    """Rasa's last resort, when no rule fits: after a message, or after an action that another one led to."""

    action = "action_default_fallback"

    def respond(self, turn: Turn) -> Outcome:
        if not unanswered(turn.tracker):  # it was answered: nothing is left to do, and Rasa would ask for ever
            return Outcome(events=[FollowupAction(LISTEN)])
        return result_of_form(turn) or super().respond(turn)


def likely_meanings(ranking: tuple[str, ...]) -> tuple[QuickReply, ...]:
    """Buttons for the likeliest intents that can be put into words, at most three."""
    known = [name for name in ranking if f"dialogue.intent.{name}" in catalogue()][:LIKELY]
    return tuple(
        QuickReply(
            title=text(f"dialogue.intent.{name}"),
            payload=START[0].payload if name == "describe_complaint" else payload(name),
        )
        for name in known
    )
