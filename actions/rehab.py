"""Rehabilitation at home: the plan, how to film an exercise, and which exercise a kept video shows."""

from actions.base import HouseAction, Outcome, Turn
from actions.guides import Guide
from actions.rehab_pain import RehabPain, hurts_in_course
from care.rehab import (
    FILM,
    NAME,
    active,
    active_exercises,
    exercise,
    film_reply,
    name_video,
    plan_reply,
    unnamed_videos,
    which_reply,
)
from care.replies import Reply
from care.texts import text


class RehabPlan(HouseAction):
    """Today's exercises and how it has gone; unless the message says that it hurts, or what a video shows."""

    action = "action_rehab_plan"

    def respond(self, turn: Turn) -> Outcome:
        if hurts_in_course(turn):
            return RehabPain().respond(turn)
        if names_waiting_video(turn):
            return RehabGuide().respond(turn)
        return Outcome([plan_reply(turn.session, turn.conversation_id, now=turn.now)])


class RehabGuide(Guide):
    """How to film; of the exercise that was chosen or named. A kept video is told which exercise it shows."""

    action = "action_rehab_guide"
    subject = "rehab"

    def respond(self, turn: Turn) -> Outcome:
        choice = turn.heard.choice
        if choice is None and hurts_in_course(turn):
            return RehabPain().respond(turn)
        if choice is not None and choice.kind == NAME:
            name, _, message_id = choice.value.partition(":")
            return _named(turn, name, message_id)
        named = choice.value if choice is not None and choice.kind == FILM else exercise_in(turn)
        waiting = unnamed_videos(turn.session, turn.conversation_id)
        if named is not None and waiting and choice is None:
            return _named(turn, named, waiting[0])
        if named is not None:
            reply = film_reply(turn.session, turn.conversation_id, named, now=turn.now)
            if reply is not None:
                return Outcome([reply])
        if active(turn.session, turn.conversation_id):
            return Outcome([plan_reply(turn.session, turn.conversation_id, now=turn.now)])
        return super().respond(turn)


def names_waiting_video(turn: Turn) -> bool:
    """Whether the message names the exercise that a kept video shows."""
    if not turn.heard.text or not unnamed_videos(turn.session, turn.conversation_id):
        return False
    return exercise_in(turn) is not None


def exercise_in(turn: Turn) -> str | None:
    """The prescribed exercise whose title stands in the message."""
    names = [one.exercise for one in active_exercises(turn.session, turn.conversation_id)]
    return next((name for name in names if exercise(name).title in turn.heard.text), None)


def _named(turn: Turn, name: str, message_id: str) -> Outcome:
    names = [one.exercise for one in active_exercises(turn.session, turn.conversation_id)]
    waiting = unnamed_videos(turn.session, turn.conversation_id)
    if message_id not in waiting or name not in names:
        return Outcome([Reply(text=text("rehab.which.again" if name in names else "rehab.which.gone"))])
    name_video(turn.session, message_id=message_id, exercise=name)
    replies = [Reply(text=text("rehab.which.taken", title=exercise(name).title))]
    if left := [one for one in waiting if one != message_id]:
        replies.append(which_reply(names, message_id=left[0], again=True))
    return Outcome(replies)
