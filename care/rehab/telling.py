"""What the patient is told about a video: what was counted, what was good, what to change, how it compares.

Judging is the therapist's: the score and the form are told only where the hospital has switched that on (NMPA 2021
No. 47). What one camera does not show is said, not guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from care.rehab.buttons import film_button, name_button, pain_button, person_button, plan_button
from care.rehab.exercises import exercise
from care.rehab.sessions import Change, change_since
from care.replies import Reply
from care.texts import catalogue, text
from records.rehab import RehabExercise, RehabSession, Side

MOST_ADVICE = 3
_OTHER = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BOTH: Side.BOTH}


def amount(one: RehabExercise) -> str:
    """How much of an exercise is prescribed: " 10次（左侧）"; empty where that is left open."""
    parts = []
    if one.repetitions is not None:
        parts.append(text("rehab.amount.repetitions", count=one.repetitions))
    if one.hold_s is not None:
        parts.append(text("rehab.amount.hold", seconds=f"{one.hold_s:g}"))
    return "".join(f" {part}" for part in parts) + side_of(one)


def side_of(one: RehabExercise) -> str:
    """Which side is prescribed: "（左侧）"; empty for both."""
    return "" if one.side == Side.BOTH else text(f"rehab.amount.{one.side}")


def listed(found: Sequence[RehabExercise]) -> str:
    """Exercises in a row: "深蹲 10次、坐站练习"."""
    return "、".join(f"{exercise(one.exercise).title}{amount(one)}" for one in found)


def result_reply(
    one: RehabSession,
    data: Mapping[str, Any],
    *,
    last: RehabSession | None,
    left: Sequence[RehabExercise],
    with_score: bool,
) -> Reply:
    """What is said to a video that was read. ``left`` is what is still to be done today."""
    change = change_since(one, last) if last is not None else None
    wanted = data["asked"]
    lines = [_counted(one, wanted), _good(one, wanted, change)]
    lines += [" ".join(_changes(change))] if change is not None else []
    if advice := data["advice"][:MOST_ADVICE]:
        lines.append(text("rehab.result.advice"))
        lines += [f"{number}. {sentence}" for number, sentence in enumerate(advice, start=1)]
    lines += _notes(data["gate"]["notes"])
    if data["unseen"]:
        lines.append(text("rehab.result.unseen"))
    if with_score and one.score is not None:
        lines.append(text("rehab.result.score", score=one.score))
    if left:
        lines.append(text("rehab.result.next", title=exercise(left[0].exercise).title))
    else:
        lines.append(text("rehab.result.finished"))
    lines.append(text("rehab.result.closing"))
    buttons = (*(film_button(row.exercise) for row in left), plan_button(), pain_button())
    return Reply(text="\n".join(lines), quick_replies=buttons)


def refused_reply(data: Mapping[str, Any], *, prescribed: Sequence[RehabExercise], person: bool) -> Reply:
    """What is said to a video that could not be read: why, and how to film again."""
    known = exercise(data["exercise"])
    problem, side = data["gate"]["problem"], data["asked"]["side"]
    done, wanted = (text(f"rehab.side.{one}") for one in (_OTHER[side], side))
    lines = [text("rehab.refused.intro")]
    lines.append(text(f"rehab.refused.{problem}", title=known.title, done=done, wanted=wanted))
    lines.append(text("rehab.refused.again", film=known.film))
    if person:
        lines.append(text("rehab.refused.person"))
    buttons = (*(film_button(row.exercise) for row in prescribed), plan_button(), person_button())
    return Reply(text="\n".join(lines), quick_replies=buttons)


def which_reply(names: Sequence[str], *, message_id: str, again: bool = False) -> Reply:
    """Asks which exercise a video shows."""
    said = text("rehab.which.next" if again else "rehab.which.ask")
    buttons = tuple(name_button(name, message_id=message_id) for name in names)
    return Reply(text=said, quick_replies=(*buttons, person_button()))


def _counted(one: RehabSession, wanted: Mapping[str, Any]) -> str:
    title = exercise(one.exercise).title
    if one.held_s is not None:
        if (seconds := wanted.get("hold_s")) is not None:
            return text("rehab.result.held_of", title=title, seconds=f"{one.held_s:.0f}", wanted=f"{seconds:.0f}")
        return text("rehab.result.held", title=title, seconds=f"{one.held_s:.0f}")
    if (count := wanted.get("repetitions")) is not None:
        return text("rehab.result.counted_of", title=title, count=one.repetitions, wanted=count)
    return text("rehab.result.counted", title=title, count=one.repetitions)


def _good(one: RehabSession, wanted: Mapping[str, Any], change: Change | None) -> str:
    """The first thing that was good; something always was."""
    held, count = wanted.get("hold_s"), wanted.get("repetitions")
    if one.held_s is not None and held is not None and round(one.held_s) >= held:
        return text("rehab.result.good.held")
    if one.held_s is None and count is not None and one.repetitions >= count:
        return text("rehab.result.good.enough")
    if change is not None:
        for key, better in (
            ("longer", (change.held_s or 0) >= 1),
            ("more", (change.repetitions or 0) > 0),
            ("wider", (change.range_deg or 0) > 0),
        ):
            if better:
                return text(f"rehab.result.good.{key}")
    return text("rehab.result.good.sent")


def _changes(change: Change) -> Iterator[str]:
    said = list(_said_changes(change))
    yield from said or [text("rehab.result.change.same")]


def _said_changes(change: Change) -> Iterator[str]:
    if change.repetitions:
        key = "more" if change.repetitions > 0 else "fewer"
        yield text(f"rehab.result.change.{key}", count=abs(change.repetitions))
    if change.held_s is not None and abs(change.held_s) >= 1:
        key = "longer" if change.held_s > 0 else "shorter"
        yield text(f"rehab.result.change.{key}", seconds=f"{abs(change.held_s):.0f}")
    if change.range_deg is not None:
        key = "wider" if change.range_deg > 0 else "narrower"
        yield text(f"rehab.result.change.{key}", degrees=f"{abs(change.range_deg):.0f}")


def _notes(notes: Sequence[str]) -> list[str]:
    return [text(key) for note in notes if (key := f"rehab.result.note.{note}") in catalogue()]
