"""Pain in the course of a programme: whether a message tells of it, and how urgent it sounds.

The red flags have been read before: what comes here is no emergency. Soreness stops nothing, pain does.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from care.rehab.exercises import exercise
from care.rehab.rules import rules
from records.cases import CaseLevel


def tells_of_pain(said: str) -> bool:
    """Whether ``said`` says that something hurts, not that it does not or might."""
    words = rules().pain
    for denied in sorted(words.denied, key=len, reverse=True):
        said = said.replace(denied, "")
    return any(word in said for word in words.words)


def speaks_of_exercise(said: str, prescribed: Collection[str]) -> bool:
    """Whether ``said`` names an exercise, or exercising."""
    titles = [exercise(name).title for name in prescribed]
    return any(word in said for word in (*rules().pain.exercise, *titles))


def in_the_course(said: str, prescribed: Collection[str], *, last_at: datetime | None, now: datetime) -> bool:
    """Whether pain told in ``said`` is the exercises': it names them; or, some hours after the last one (``last_at``),
    it names a part of the body that they load, or nothing more than that it hurts."""
    if speaks_of_exercise(said, prescribed):
        return True
    if last_at is None or now - last_at > timedelta(hours=rules().course_hours.value):
        return False
    loaded = {part for name in prescribed for part in exercise(name).parts}
    bare = said.strip(" ，。,.!！啊呀呢了我好很有点")
    return bare in rules().pain.words or any(part in said for part in loaded)


def is_elsewhere(said: str) -> bool:
    """Whether the pain is where no exercise puts it: triage asks on."""
    return any(word in said for word in rules().pain.elsewhere)


def level_of(said: str) -> CaseLevel:
    """How soon a therapist must look."""
    urgent = is_elsewhere(said) or any(word in said for word in rules().pain.severe)
    return CaseLevel.URGENT if urgent else CaseLevel.ROUTINE
