"""How much harm it would do if a text became known: the five levels of GB/T 39725-2020."""

from dataclasses import dataclass
from enum import IntEnum


class Sensitivity(IntEnum):
    """The standard's levels, and what stands at each of them in this house.

    Level 4 needs a note: the standard puts what names a person there. Names, numbers and addresses are never in a
    record's text but in the vault, so a text is of level 4 for what it says, not for whom it names.
    """

    PUBLIC = 1  # may be read by anyone: the hospital's own texts
    RESEARCH = 2  # of nobody in particular: counts, figures
    PERSONAL = 3  # what a patient writes, with identifiers replaced; the usual level
    RESTRICTED = 4  # a notifiable infection of somebody's, or a general question about what is of level 5
    SPECIAL = 5  # HIV, venereal, psychiatric, genetic, sexual, abortion, drug use: those who treat only, step by step


@dataclass(frozen=True, slots=True)
class SensitiveSpan:
    """A clause of level 5: ``text[start:end]``, and the category in ``words.yaml`` that it belongs to."""

    start: int
    end: int
    category: str


@dataclass(frozen=True, slots=True)
class Classified:
    """The level of a text, and the clauses of it that are of level 5, in order, none overlapping."""

    level: Sensitivity
    spans: tuple[SensitiveSpan, ...] = ()
