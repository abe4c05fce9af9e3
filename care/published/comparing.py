"""Two texts side by side, line by line."""

from dataclasses import dataclass
from difflib import ndiff
from enum import StrEnum


class Mark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison."""

    mark: Mark
    text: str


_MARKS = {"  ": Mark.SAME, "- ": Mark.REMOVED, "+ ": Mark.ADDED}


def compared(old: str, new: str) -> list[Line]:
    """Every line of both texts, in order, with what became of it."""
    found = ndiff(old.splitlines(), new.splitlines())
    return [Line(_MARKS[line[:2]], line[2:]) for line in found if line[:2] in _MARKS]
