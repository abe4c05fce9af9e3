"""How soon somebody must be seen: the rules of ``urgency.yaml`` over a reading. The most urgent match decides."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from care.triage.reading import CHILD_BELOW, Reading
from care.urgency import Urgency

ORDER = tuple(Urgency)
"""From the most urgent to the least."""

ASSUMED_CHILD_AGE = 5.0
"""Years, for a child whose age nobody said: rules for infants need a said age."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ``urgency.yaml``; what is None or empty is no condition."""

    id: str
    urgency: Urgency
    why: str
    source: str
    any_of: frozenset[str]
    all_of: frozenset[str]
    none_of: frozenset[str]
    only: frozenset[str]
    words: re.Pattern[str] | None
    not_words: re.Pattern[str] | None
    age_below: float | None
    age_from: float | None
    age_until: float | None
    temperature_from: float | None
    temperature_below: float | None
    days_to: float | None
    days_from: float | None
    severity: frozenset[str]
    pregnant: bool | None

    def matches(self, reading: Reading, searched: "Searched") -> bool:
        """Whether every condition holds."""
        return (
            self._symptoms(reading.present)
            and self._person(reading)
            and self._course(reading)
            and (self.words is None or any(searched.found(self.words, said) for said in reading.sentences))
            and (self.not_words is None or not any(searched.found(self.not_words, said) for said in reading.sentences))
        )

    def _symptoms(self, present: frozenset[str]) -> bool:
        return (
            (not self.any_of or bool(self.any_of & present))
            and self.all_of <= present
            and not self.none_of & present
            and (not self.only or (bool(present) and present <= self.only))
        )

    def _person(self, reading: Reading) -> bool:
        age = reading.age_years if reading.age_years is not None else ASSUMED_CHILD_AGE if reading.child else None
        if reading.newborn and reading.age_years is None:
            age = 0.05
        if self.age_below is not None and not (age is not None and age < self.age_below):
            return False
        # An unknown age of an adult is let pass for rules that begin before old age.
        if self.age_from is not None and not (
            age >= self.age_from if age is not None else self.age_from <= CHILD_BELOW + 4
        ):
            return False
        if self.age_until is not None and age is not None and age >= self.age_until:
            return False
        return self.pregnant is None or bool(reading.pregnant) == self.pregnant

    def _course(self, reading: Reading) -> bool:
        warm, days = reading.temperature, reading.days
        return (
            (self.temperature_from is None or (warm is not None and warm >= self.temperature_from))
            and (self.temperature_below is None or warm is None or warm < self.temperature_below)
            and (self.days_to is None or (days is not None and days <= self.days_to))
            and (self.days_from is None or (days is not None and days >= self.days_from))
            and (not self.severity or reading.severity in self.severity)
        )


class Searched:
    """Remembers, for the time of one assessment, which expression was found in which sentence.

    Trying out the answers of a question searches the same long message again and again; only the answer is new.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[re.Pattern[str], str], bool] = {}

    def found(self, expression: re.Pattern[str], said: str) -> bool:
        """Whether ``expression`` stands in ``said``."""
        key = (expression, said)
        if key not in self._found:
            self._found[key] = expression.search(said) is not None
        return self._found[key]


@lru_cache(maxsize=1)
def sources() -> dict[str, str]:
    """The sources that rules name, by their short name."""
    return dict(_file()["sources"])


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Every rule, the most urgent first, in the order of the file within a level."""
    read = [
        Rule(
            id=row["id"],
            urgency=Urgency(row["urgency"]),
            why=row["why"],
            source=row["source"],
            any_of=frozenset(row.get("any", ())),
            all_of=frozenset(row.get("all", ())),
            none_of=frozenset(row.get("none", ())),
            only=frozenset(row.get("only", ())),
            words=re.compile(row["words"]) if "words" in row else None,
            not_words=re.compile(row["not_words"]) if "not_words" in row else None,
            age_below=row.get("age_below"),
            age_from=row.get("age_from"),
            age_until=row.get("age_until"),
            temperature_from=row.get("temperature_from"),
            temperature_below=row.get("temperature_below"),
            days_to=row.get("days_to"),
            days_from=row.get("days_from"),
            severity=frozenset(row.get("severity", ())),
            pregnant=row.get("pregnant"),
        )
        for row in _file()["rules"]
    ]
    return tuple(sorted(read, key=lambda rule: ORDER.index(rule.urgency)))


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "urgency.yaml").read_text("utf-8"))
    return loaded


def deciding(reading: Reading, searched: Searched | None = None) -> tuple[Rule, ...]:
    """The rules of the most urgent level that matched, or none."""
    searched = searched or Searched()
    found: list[Rule] = []
    for rule in rules():
        if found and rule.urgency != found[0].urgency:
            break
        if rule.matches(reading, searched):
            found.append(rule)
    return tuple(found)


def urgency_of(reading: Reading, matched: tuple[Rule, ...]) -> Urgency:
    """The level of the matched rules, raised by danger signs that were answered with yes."""
    level = matched[0].urgency if matched else Urgency.OUTPATIENT
    return min((level, *(Urgency(value) for value in reading.raised)), key=ORDER.index)
