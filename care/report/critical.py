"""Critical values: the way of an emergency, at once (``vision/report/catalogue/critical.yaml`` is the one table)."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import yaml

from care.emergency import Screening
from care.emergency.flags import RedFlag
from care.report.items import Report, ReportItem
from care.texts import text
from care.urgency import Urgency
from settings import ROOT

TABLE = ROOT / "vision" / "report" / "catalogue" / "critical.yaml"
"""Read as data: nothing of ``vision/`` is imported into the house."""
FLAG = "critical_value"
MOST_NAMED = 3
ADULT = 40  # years; what the engine assumes of a patient whose age nobody knows


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[str, Any], ...]:
    """The rules for adults, each with the unit of its limits."""
    rules = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["rules"]
    return tuple(rule for rule in rules if _for_adults(rule))


def _for_adults(rule: dict[str, Any]) -> bool:
    youngest, oldest = rule.get("age_years", (0, 200))
    return bool(youngest <= ADULT < oldest)


def looked_at_again(report: Report) -> Report:
    """``report`` with ``critical`` of what the patient has read on the sheet: the engine could not know it."""
    return replace(report, items=tuple(_again(item) for item in report.items))


def _again(item: ReportItem) -> ReportItem:
    if not item.confirmed or item.critical is not None or item.value is None:
        return item
    return replace(item, critical=rule_broken(item, item.value))


def rule_broken(item: ReportItem, value: float) -> str | None:
    """The id of the rule that ``value`` would break. A rule in another unit than the item's is taken to be broken
    outside twice the item's own range: rather a doctor too many."""
    for rule in _rules():
        if rule["code"] != item.code:
            continue
        if item.ucum is not None and rule.get("unit") == item.ucum:
            low, high = rule.get("low"), rule.get("high")
        else:
            low = item.low / 2 if item.low and rule.get("low") is not None else None
            high = item.high * 2 if item.high and rule.get("high") is not None else None
        if (low is not None and value < low) or (high is not None and value > high):
            return str(rule["id"])
    return None


def may_be_critical(item: ReportItem) -> bool:
    """Whether an item that is still asked about would be critical by one of its readings."""
    readings = [item.value, *map(_number, item.candidates)]
    broken = any(rule_broken(item, value) for value in readings if value is not None)
    return item.open and (item.critical is not None or broken)


def _number(text_: str) -> float | None:
    try:
        return float(text_)
    except ValueError:
        return None


def alarming(report: Report) -> tuple[ReportItem, ...]:
    """The critical values that nobody need be asked about."""
    return tuple(item for item in report.items if item.critical is not None and item.used)


def screening_of(items: Iterable[ReportItem]) -> Screening:
    """The alarm that critical values raise: what the emergency answer is made of."""
    named = "、".join(f"{item.name} {item.shown}" for item in list(items)[:MOST_NAMED])
    flag = RedFlag(
        id=FLAG,
        name=text("report.critical.name"),
        urgency=Urgency.EMERGENCY,
        advice=(text("report.critical.value", items=named), *text("report.critical.advice").splitlines()),
        source="医疗质量安全核心制度要点（国卫医发〔2018〕8号）：危急值报告制度",
        when=(),
    )
    return Screening(alarm=True, flags=(flag,), urgency=Urgency.EMERGENCY)
