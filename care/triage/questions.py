"""The questions that triage may ask, as ``questions.yaml`` holds them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import yaml

SAYS_LITTLE = frozenset(("全身不适",))
"""Symptoms after which one still has to ask where it hurts."""


class Known(Protocol):
    """What a condition looks at: a :class:`care.triage.reading.Reading`."""

    @property
    def whole(self) -> str: ...
    @property
    def present(self) -> frozenset[str]: ...
    @property
    def denied(self) -> frozenset[str]: ...
    @property
    def parts(self) -> frozenset[str]: ...
    @property
    def child(self) -> bool: ...
    @property
    def letter(self) -> bool: ...
    @property
    def sex(self) -> str | None: ...
    @property
    def pregnant(self) -> bool | None: ...
    @property
    def age_years(self) -> float | None: ...
    @property
    def days(self) -> float | None: ...
    @property
    def temperature(self) -> float | None: ...
    @property
    def severity(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Option:
    """One answer and what it adds to the evidence; ``share`` is how many choose it."""

    value: str
    title: str
    share: float
    says: str
    says_symptoms: frozenset[str]
    denies: frozenset[str]
    age_years: float | None
    sex: str | None
    pregnant: bool | None
    temperature: float | None
    days: float | None
    severity: str | None
    urgency: str | None


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question makes sense."""

    empty: bool
    letter: bool
    any_of: frozenset[str]
    unless: frozenset[str]
    unless_denied: frozenset[str]
    words: re.Pattern[str] | None
    not_words: re.Pattern[str] | None
    unknown: frozenset[str]
    sex: str | None
    child: bool | None
    pregnant: bool | None
    age_below: float | None

    def holds(self, known: Known) -> bool:
        """Whether the question makes sense for what is known."""
        if self.empty:
            return not known.present - SAYS_LITTLE and not known.parts
        return (
            (not self.letter or known.letter)
            and (not self.any_of or bool(self.any_of & known.present))
            and not self.unless & (known.present | known.denied)
            and not self.unless_denied & known.denied
            and (self.words is None or self.words.search(known.whole) is not None)
            and (self.not_words is None or self.not_words.search(known.whole) is None)
            and self._person(known)
        )

    def _person(self, known: Known) -> bool:
        missing = {
            "age": known.age_years is None,
            "sex": known.sex is None,
            "pregnant": known.pregnant is None,
            "days": known.days is None,
            "temperature": known.temperature is None,
            "severity": known.severity is None,
        }
        return (
            all(missing[name] for name in self.unknown)
            and (self.sex is None or known.sex == self.sex)
            and (self.child is None or known.child == self.child)
            and (self.pregnant is None or known.pregnant == self.pregnant)
            and (self.age_below is None or known.age_years is None or known.age_years < self.age_below)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the catalogue."""

    id: str
    text: str
    reason: str
    condition: Condition
    options: tuple[Option, ...]
    first: bool = False
    """Whether it comes before every other."""

    def option(self, value: str) -> Option | None:
        """The option with that value, or None for a value that was never offered."""
        return next((option for option in self.options if option.value == value), None)


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """Every question by its id, in the order of the file."""
    rows = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))["questions"]
    return {row["id"]: _question(row) for row in rows}


def _question(row: dict[str, Any]) -> Question:
    options = tuple(_option(option) for option in row["options"])
    return Question(row["id"], row["text"], row["reason"], _condition(row["when"]), options, row.get("first", False))


def _option(row: dict[str, Any]) -> Option:
    return Option(
        value=str(row["value"]),
        title=row["title"],
        share=float(row["share"]),
        says=row.get("says", ""),
        says_symptoms=frozenset(row.get("symptoms", ())),
        denies=frozenset(row.get("denies", ())),
        age_years=row.get("age_years"),
        sex=row.get("sex"),
        pregnant=row.get("pregnant"),
        temperature=row.get("temperature"),
        days=row.get("days"),
        severity=row.get("severity"),
        urgency=row.get("urgency"),
    )


def _condition(row: dict[str, Any]) -> Condition:
    return Condition(
        empty=row.get("empty", False),
        letter=row.get("letter", False),
        any_of=frozenset(row.get("any", ())),
        unless=frozenset(row.get("unless", ())),
        unless_denied=frozenset(row.get("unless_denied", ())),
        words=re.compile(row["words"]) if "words" in row else None,
        not_words=re.compile(row["not_words"]) if "not_words" in row else None,
        unknown=frozenset(row.get("unknown", ())),
        sex=row.get("sex"),
        child=False if row.get("not_child") else row.get("child"),
        pregnant=row.get("pregnant"),
        age_below=row.get("age_below"),
    )
