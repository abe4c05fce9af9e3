"""It hurts in the course of a programme: heard wherever it is said, before triage makes a complaint of it."""

from rasa_sdk.events import FollowupAction

from actions.base import HouseAction, Outcome, Turn
from care.rehab import hurts, is_elsewhere, is_pain_of_exercise, pain_button, plan_button, standing, tells_of_pain
from care.replies import Reply
from care.texts import text

TRIAGE = "triage_form"


class RehabPain(HouseAction):
    """It hurts in the course of a programme: it stops and a therapist looks. Without one it is a complaint; that it
    does not hurt, or is only sore, stops nothing."""

    action = "action_rehab_pain"

    def respond(self, turn: Turn) -> Outcome:
        said, in_form = turn.heard.text, bool(turn.tracker.active_loop_name)
        if said and not tells_of_pain(said) and standing(turn.session, turn.conversation_id):
            return Outcome([Reply(text=text("rehab.pain.none"), quick_replies=(plan_button(), pain_button()))])
        if is_elsewhere(said) and not in_form:
            return Outcome(events=[FollowupAction(TRIAGE)])  # which stops the programme, and asks on
        if (reply := _hurts(turn)) is not None:
            return Outcome([reply])
        if in_form:
            return Outcome([Reply(text=text("dialogue.book.complaint_noted"))])
        return Outcome(events=[FollowupAction(TRIAGE)]) if said else Outcome([Reply(text=text("dialogue.tell_me"))])


def hurts_in_course(turn: Turn) -> bool:
    """Whether a message outside any form, heard as something else, tells of pain in the course of a programme."""
    return not turn.tracker.active_loop_name and _is_told(turn)


def stop_within_triage(turn: Turn) -> tuple[list[Reply], bool]:
    """What triage says first, and whether it ends with it: the programme is stopped for what the message says. Pain
    where no exercise puts it is asked about further."""
    if not _is_told(turn) or (reply := _hurts(turn)) is None:
        return [], False
    return [reply], not is_elsewhere(turn.heard.text)


def _is_told(turn: Turn) -> bool:
    said = turn.heard.text
    return bool(said) and is_pain_of_exercise(turn.session, turn.conversation_id, said, now=turn.now)


def _hurts(turn: Turn) -> Reply | None:
    doing = turn.kept("rehab_exercise")
    return hurts(turn.session, turn.conversation_id, turn.heard.text, doing=doing, now=turn.now)
