"""Narrative reports (ultrasound, CT, pathology): measured sizes and printed grades repeated plainly, nothing judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.texts import catalogue, text

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """One finding with a size: what and where it is, as printed, and its dimensions in millimetres."""

    what: str
    where: str
    mm: tuple[float, ...]
    printed: str


def measured(narrative: Mapping[str, Any]) -> tuple[Measured, ...]:
    """Every size that the report gives, each once; what it says is not there is left out."""
    found: dict[tuple[str, str, tuple[float, ...]], Measured] = {}
    for clause in (*narrative.get("findings", ()), *narrative.get("conclusion", ())):
        if clause.get("negated"):
            continue
        what = text_of_kind(clause.get("kind"))
        where = "".join(filter(None, (text_of_side(clause.get("side")), clause.get("site"))))
        for size in clause.get("sizes") or ():
            mm = tuple(float(one) for one in size["mm"])
            if mm:
                found.setdefault((what, where, mm), Measured(what, where, mm, str(size["text"])))
    return tuple(found.values())


def grades(narrative: Mapping[str, Any]) -> tuple[str, ...]:
    """Every grade as printed ("TI-RADS 3类"), each once."""
    clauses = (*narrative.get("findings", ()), *narrative.get("conclusion", ()))
    return tuple(dict.fromkeys(str(grade["text"]) for one in clauses for grade in one.get("grades") or ()))


def text_of_kind(kind: str | None) -> str:
    key = f"report.narrative.kinds.{kind}"
    return text(key) if key in catalogue() else text("report.narrative.kinds.other")


def text_of_side(side: str | None) -> str:
    key = f"report.narrative.sides.{side}"
    return text(key) if key in catalogue() else ""


def lines(narrative: Mapping[str, Any]) -> list[str]:
    """What the report says in numbers, a line each."""
    said = [
        text("report.narrative.size", where=one.where, what=one.what, size=one.printed)
        for one in measured(narrative)[:MOST_NAMED]
    ]
    if graded := grades(narrative):
        said.append(text("report.narrative.grades", grades="、".join(graded[:MOST_NAMED])))
    return said
