"""How a patient's exercises have gone: in words, and drawn. What was measured; how it was judged only where the
hospital has switched that on (NMPA 2021 No. 47)."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from care.rehab.exercises import Exercise, exercise
from care.rehab.sessions import sessions_of
from care.replies import ProgressCard, TrendLine, TrendPoint
from care.texts import text
from records.rehab import RehabExercise, RehabSession

SHOWN = 5
DRAWN_DAYS = 14


def progress_lines(session: Session, prescribed: Sequence[RehabExercise]) -> list[str]:
    """How each exercise has gone, the latest values last."""
    lines = []
    for one in prescribed:
        done = sessions_of(session, one.programme_id, of=one.exercise)
        if done:
            course = "，".join(_course(done[-SHOWN:], held=exercise(one.exercise).held))
            title = exercise(one.exercise).title
            lines.append(text("rehab.plan.progress_line", title=title, times=len(done), course=course))
    return [text("rehab.plan.progress"), *lines] if lines else []


def progress_card(session: Session, prescribed: Sequence[RehabExercise], *, with_score: bool) -> ProgressCard | None:
    """A line for each exercise that was done on two days or more; None where none was."""
    lines = [
        line
        for one in prescribed
        if (line := _drawn(exercise(one.exercise), sessions_of(session, one.programme_id, of=one.exercise), with_score))
    ]
    return (
        ProgressCard(title=text("rehab.drawn.title"), trends=tuple(lines), note=text("rehab.drawn.note"))
        if lines
        else None
    )


def _drawn(known: Exercise, done: Sequence[RehabSession], with_score: bool) -> TrendLine | None:
    """The first of these that there are two days of: the score, the angle or the seconds, the count."""
    for what in (*(("score",) if with_score else ()), "held" if known.held else _range(known), "repetitions"):
        points = _points(what, done)
        if len(points) > 1:
            first, last = (f"{point.value:g}" for point in (points[0], points[-1]))
            return TrendLine(
                title=text(f"rehab.drawn.{what}", title=known.title, first=first, last=last),
                unit=text(f"rehab.drawn.unit.{what}"),
                points=points,
            )
    return None


def _range(known: Exercise) -> str:
    """Whether the angle grows or falls on the way that the exercise goes."""
    return "range" if known.way(1.0) > known.way(0.0) else "range_less"


def _points(what: str, done: Sequence[RehabSession]) -> tuple[TrendPoint, ...]:
    """The last value of each day, oldest first."""
    of_day = {one.day: value for one in done if (value := _value(what, one)) is not None}
    return tuple(TrendPoint(day=day, value=round(value)) for day, value in list(of_day.items())[-DRAWN_DAYS:])


def _value(what: str, one: RehabSession) -> float | None:
    match what:
        case "score":
            return one.score
        case "held":
            return one.held_s
        case "repetitions":
            return one.repetitions
        case _:
            return one.range_deg


def _course(done: Sequence[RehabSession], *, held: bool) -> Iterator[str]:
    if held:
        yield text("rehab.plan.course_held", values=_row(one.held_s for one in done))
        return
    yield text("rehab.plan.course_repetitions", values=_row(one.repetitions for one in done))
    if any(one.range_deg is not None for one in done):
        yield text("rehab.plan.course_range", values=_row(one.range_deg for one in done))


def _row(values: Iterable[float | None]) -> str:
    return "→".join("–" if value is None else f"{value:.0f}" for value in values)
