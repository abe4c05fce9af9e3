"""Follow-up: after a visit a clinician starts a plan, the patient is asked on its days and answers with a button; a bad
answer, or none, comes before a clinician. Plans are data, changed by two clinicians."""

from care.followup.answering import (
    Answer,
    asked_again,
    note_emergency,
    open_questions,
    own_words,
    pressed,
    pressed_emergency,
    take_answer,
    typed,
)
from care.followup.catching_up import unseen
from care.followup.exceptions import FollowUpEnded, FollowUpNotFound, FollowUpRefused, FollowUpStands
from care.followup.going_on import go_on, running_follow_ups
from care.followup.in_force import plans
from care.followup.plans import Meaning, Plan
from care.followup.running import Start, plan_for, questions_of, running, start, stop, stop_all, stop_for_patient
from care.followup.stopping import wants_to_stop
from care.followup.telling import PREFIX

__all__ = [
    "PREFIX",
    "Answer",
    "FollowUpEnded",
    "FollowUpNotFound",
    "FollowUpRefused",
    "FollowUpStands",
    "Meaning",
    "Plan",
    "Start",
    "asked_again",
    "go_on",
    "note_emergency",
    "open_questions",
    "own_words",
    "plan_for",
    "plans",
    "pressed",
    "pressed_emergency",
    "questions_of",
    "running",
    "running_follow_ups",
    "start",
    "stop",
    "stop_all",
    "stop_for_patient",
    "take_answer",
    "typed",
    "unseen",
    "wants_to_stop",
]
