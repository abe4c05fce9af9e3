"""Rehabilitation at home: a therapist prescribes exercises and days, the patient is reminded and sends videos, sees how
it goes, and says when it hurts; missed days, falling scores and pain go to the therapist as cases."""

from care.rehab.analyst import RehabAnalyst, UnnamedVideoAnalyst, look_at, not_looked_at
from care.rehab.buttons import FILM, NAME, pain_button, plan_button
from care.rehab.choosing import Prescribed, name_video, prescribed_for, unnamed_videos
from care.rehab.exceptions import ExerciseUnknown, ProgrammeNotFound, RehabRefused
from care.rehab.exercises import Exercise, exercise, exercises
from care.rehab.pain import is_elsewhere, tells_of_pain
from care.rehab.plan import film_reply, plan_reply
from care.rehab.programmes import (
    Prescription,
    Target,
    active,
    active_exercises,
    change,
    end,
    exercises_of,
    history,
    pause,
    prescribe,
    resume,
    standing,
)
from care.rehab.reminding import active_programmes, go_on, hand_over_unnamed, note_queued, waiting_videos
from care.rehab.sessions import is_falling, sessions_of
from care.rehab.stopping import hurts, is_pain_of_exercise
from care.rehab.telling import which_reply

__all__ = [
    "FILM",
    "NAME",
    "Exercise",
    "ExerciseUnknown",
    "Prescribed",
    "Prescription",
    "ProgrammeNotFound",
    "RehabAnalyst",
    "RehabRefused",
    "Target",
    "UnnamedVideoAnalyst",
    "active",
    "active_exercises",
    "active_programmes",
    "change",
    "end",
    "exercise",
    "exercises",
    "exercises_of",
    "film_reply",
    "go_on",
    "hand_over_unnamed",
    "history",
    "hurts",
    "is_elsewhere",
    "is_falling",
    "is_pain_of_exercise",
    "look_at",
    "name_video",
    "not_looked_at",
    "note_queued",
    "pain_button",
    "pause",
    "plan_button",
    "plan_reply",
    "prescribe",
    "prescribed_for",
    "resume",
    "sessions_of",
    "standing",
    "tells_of_pain",
    "unnamed_videos",
    "waiting_videos",
    "which_reply",
]
