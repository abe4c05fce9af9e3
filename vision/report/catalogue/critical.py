"""Values that a clinician must hear of at once: ``critical.yaml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vision.report.catalogue.convert import NotConvertible, convert
from vision.report.catalogue.entries import entries
from vision.report.catalogue.files import load

FILE = Path(__file__).parent / "critical.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """Critical below ``low`` or above ``high`` (``at``: the limit itself too), in ``unit``, for ages in years within
    ``age``."""

    id: str
    code: str
    unit: str
    source: str
    low: float | None = None
    high: float | None = None
    age: tuple[float, float] = (0.0, 200.0)


@dataclass(frozen=True, slots=True)
class Critical:
    """The rule that a value breaks, on which side, and the limit in the rule's unit."""

    rule: Rule
    direction: str
    limit: float


@lru_cache(maxsize=1)
def rules() -> dict[str, tuple[Rule, ...]]:
    """By item code."""
    found: dict[str, tuple[Rule, ...]] = {}
    document = load(FILE)
    for row in document["rules"]:
        age = row.pop("age_years", [0, 200])
        unit = row.pop("unit", entries()[row["code"]].unit)
        source = document["sources"][row.pop("source")]
        rule = Rule(**row, unit=unit, source=source, age=(float(age[0]), float(age[1])))
        found[rule.code] = (*found.get(rule.code, ()), rule)
    return found


def critical(code: str, value: float, unit: str | None, *, age_years: float | None = None) -> Critical | None:
    """The rule that ``value`` in the UCUM code ``unit`` (None: the rule's) breaks, or None. With no age, the rules for
    adults hold."""
    age = 40.0 if age_years is None else age_years
    for rule in rules().get(code, ()):
        if not rule.age[0] <= age < rule.age[1]:
            continue
        try:
            number = value if unit is None else convert(value, unit, rule.unit, code)
        except NotConvertible:
            continue
        if rule.low is not None and number < rule.low:
            return Critical(rule, "low", rule.low)
        if rule.high is not None and number > rule.high:
            return Critical(rule, "high", rule.high)
    return None
