"""Critical values: the way of an emergency, at once, whoever read the value: the engine, the patient or a clinician.

``vision/report/catalogue/critical.yaml`` is the one table; what it says of a row comes with the row.
"""

from collections.abc import Iterable
from dataclasses import replace

from care.emergency import Screening
from care.emergency.flags import RedFlag
from care.report.grades import grade_of
from care.report.items import Report, ReportItem, number_in
from care.texts import text
from care.urgency import Urgency

FLAG = "critical_value"
MOST_NAMED = 3
ADULT = 40.0  # years; what the engine assumes of a patient whose age nobody knows


def looked_at_again(report: Report, age_years: float | None = None) -> Report:
    """``report`` with ``critical`` of every value by the rules of the patient's age: what the engine could not know is
    what was corrected since, and an age that the sheet does not tell (``age_years``, None: nobody knows it). What the
    engine found critical stays so."""
    age = next((one for one in (report.age_years, age_years) if one is not None), ADULT)
    return replace(report, items=tuple(_again(item, age) for item in report.items))


def _again(item: ReportItem, age: float) -> ReportItem:
    known = replace(item, limits=tuple(one for one in item.limits if one.age[0] <= age < one.age[1]))
    if item.critical is not None:
        return known
    return replace(known, critical=rule_broken(known, item.value_text, item.value, item.comparator))


def rule_broken(item: ReportItem, written: str, value: float | None, comparator: str | None) -> str | None:
    """The id of the rule that a value of this row would break."""
    grade = grade_of(written) if value is None else None
    return next((limit.rule for limit in item.limits if limit.broken(value, comparator, grade)), None)


def may_be_critical(item: ReportItem) -> bool:
    """Whether an item that is still asked about would be critical by one of its readings."""
    if not item.open:
        return False
    readings = [(item.value_text, item.value, item.comparator)]
    for candidate in item.candidates:
        comparator, value = number_in(candidate)
        readings.append((candidate, value, comparator))
    return item.critical is not None or any(rule_broken(item, *reading) for reading in readings)


def alarming(report: Report) -> tuple[ReportItem, ...]:
    """The critical values that nobody need be asked about; what is of level 5 among them is named nowhere."""
    return tuple(item for item in report.items if item.critical is not None and not (item.open or item.unreadable))


def screening_of(items: Iterable[ReportItem]) -> Screening:
    """The alarm that critical values raise: what the emergency answer is made of."""
    speakable = [f"{item.name} {item.shown}" for item in items if not item.sealed]
    value = text("report.critical.value", items="、".join(speakable[:MOST_NAMED]))
    flag = RedFlag(
        id=FLAG,
        name=text("report.critical.name"),
        urgency=Urgency.EMERGENCY,
        advice=(value if speakable else text("report.critical.sealed"), *text("report.critical.advice").splitlines()),
        source="医疗质量安全核心制度要点（国卫医发〔2018〕8号）：危急值报告制度",
        when=(),
    )
    return Screening(alarm=True, flags=(flag,), urgency=Urgency.EMERGENCY)
