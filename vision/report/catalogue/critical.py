"""Values that a clinician must hear of at once: ``critical.yaml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from vision.report.catalogue.bounds import meant_unit
from vision.report.catalogue.convert import NotConvertible, convert
from vision.report.catalogue.files import load
from vision.report.kinds import Comparator

FILE = Path(__file__).parent / "critical.yaml"


ADULT_YEARS = 40.0
WHOLE_LIFE = (0.0, 200.0)
_BELOW = frozenset({Comparator.LT, Comparator.LE})
_ABOVE = frozenset({Comparator.GT, Comparator.GE})


@dataclass(frozen=True, slots=True)
class Rule:
    """Critical below ``low`` or above ``high`` in ``unit`` (UCUM), or from ``grade`` on, for ages in years within
    ``age`` (from, and up to without)."""

    id: str
    code: str
    source: str
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    grade: float | None = None
    age: tuple[float, float] = WHOLE_LIFE


@dataclass(frozen=True, slots=True)
class Critical:
    """The rule that a value breaks; ``direction`` is low or high, ``limit`` in the rule's unit (or the grade)."""

    rule: Rule
    direction: str
    limit: float


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule's limits in the unit of one row, for whoever must judge another value of that row than the one that was
    read, and knows the patient's age."""

    rule: str
    low: float | None
    high: float | None
    grade: float | None
    age: tuple[float, float]


def _rule(sources: dict[str, str], row: dict[str, Any]) -> Rule:
    age = row.get("age_years", WHOLE_LIFE)
    return Rule(
        id=row["id"],
        code=row["code"],
        source=sources[row["source"]],
        unit=row.get("unit"),
        low=row.get("low"),
        high=row.get("high"),
        grade=row.get("grade"),
        age=(float(age[0]), float(age[1])),
    )


@lru_cache(maxsize=1)
def rules() -> dict[str, tuple[Rule, ...]]:
    """Every rule by item code."""
    document = load(FILE)
    found: dict[str, tuple[Rule, ...]] = {}
    for row in document["rules"]:
        rule = _rule(document["sources"], row)
        found[rule.code] = (*found.get(rule.code, ()), rule)
    return found


def critical(
    code: str,
    value: float | None,
    unit: str | None,
    *,
    age_years: float | None = None,
    grade: float | None = None,
    comparator: Comparator | None = None,
) -> Critical | None:
    """The rule that ``value`` in the UCUM code ``unit`` (None: the rule's), or ``grade``, breaks; None when it breaks
    none or its unit cannot be converted. Without an age the rules for adults hold. With a ``comparator`` (">150") the
    limit itself is already beyond."""
    age = ADULT_YEARS if age_years is None else age_years
    for rule in rules().get(code, ()):
        if rule.age[0] <= age < rule.age[1] and (broken := _broken(rule, value, unit, grade, comparator)):
            return broken
    return None


def limits_of(code: str, unit: str | None, value: float | None = None) -> tuple[Limit, ...]:
    """What is critical of the item ``code`` in the UCUM code ``unit`` (None: the rule's) at every age; without the
    rules whose unit cannot be converted. The ``value`` that was read tells which unit is meant."""
    if value is not None:
        unit = meant_unit(code, value, unit)
    found = []
    for rule in rules().get(code, ()):
        try:
            low, high = (_in(limit, rule, unit) for limit in (rule.low, rule.high))
        except NotConvertible:
            continue
        found.append(Limit(rule.id, low, high, rule.grade, rule.age))
    return tuple(found)


def _in(limit: float | None, rule: Rule, unit: str | None) -> float | None:
    if limit is None or unit is None or rule.unit is None:
        return limit
    return convert(limit, rule.unit, unit, rule.code)


def _broken(
    rule: Rule, value: float | None, unit: str | None, grade: float | None, comparator: Comparator | None
) -> Critical | None:
    if rule.grade is not None:
        return Critical(rule, "high", rule.grade) if grade is not None and grade >= rule.grade else None
    if value is None:
        return None
    unit = meant_unit(rule.code, value, unit)
    try:
        number = value if unit is None or rule.unit is None else convert(value, unit, rule.unit, rule.code)
    except NotConvertible:
        return None
    if rule.low is not None and (number < rule.low or (comparator in _BELOW and number <= rule.low)):
        return Critical(rule, "low", rule.low)
    if rule.high is not None and (number > rule.high or (comparator in _ABOVE and number >= rule.high)):
        return Critical(rule, "high", rule.high)
    return None
