"""What triage is given and what it gives back: plain values, so that ``assess`` can stay a pure function."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from care.emergency import RedFlag
from care.urgency import Urgency

_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything known of one complaint.

    ``texts`` are the patient's own messages in order, masked; ``answers`` maps the id of an asked question to the value
    of the chosen option. None means not known.
    """

    texts: tuple[str, ...]
    age_years: float | None = None
    sex: str | None = None
    pregnant: bool | None = None
    answers: Mapping[str, str] = field(default_factory=lambda: _NO_ANSWERS)
    recent_departments: tuple[str, ...] = ()
    """Where this patient was seen in the last weeks, the latest first."""
    returning_to: str | None = None
    """The one of them to which the patient says to come back with the same."""


@dataclass(frozen=True, slots=True)
class Option:
    """One offered answer: ``value`` is kept, ``title`` is read by the patient."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Question:
    """The next question, and why it is asked, in words for the patient."""

    id: str
    text: str
    reason: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class RankedDepartment:
    """A second-level department of the catalogue; ``probability`` in 0..1; ``reason`` names the patient's own words."""

    name: str
    parent: str
    probability: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where to go and how soon, by what is known so far; ``question`` is None when no answer could change it."""

    urgency: Urgency
    departments: tuple[RankedDepartment, ...]
    question: Question | None
    red_flags: tuple[RedFlag, ...]
    rationale: str
    urgency_rules: tuple[str, ...] = ()
    """Ids of the rules that set the urgency (``urgency.yaml``), the deciding one first."""
