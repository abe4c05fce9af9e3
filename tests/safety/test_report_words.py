"""What a patient reads about any item, too low or too high: marked as no diagnosis, without drug or dose; and dangerous
values always alarm."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml

from care.emergency import emergency_reply
from care.replies import Reply
from care.report.critical import alarming, looked_at_again, may_be_critical, screening_of
from care.report.explaining import explained, told_when_asked, where_to
from care.report.facts import SOON, facts
from care.report.items import CriticalLimit, Flag, ItemKey, Report, ReportItem, confirmed
from care.texts import catalogue
from language.departments import all_departments
from settings import ROOT

TABLE = ROOT / "vision" / "report" / "catalogue" / "critical.yaml"
DOSE = re.compile(
    # A concentration (mg/L) is the value itself.
    r"\d+\s*(?:毫克|mg(?!/)|片(?!段)|粒|支|袋)|毫克|每[日天][一二三\d]*次|一[日天][一二三\d]次|一次[一二两三\d]"
    r"|服用|口服|吃点药|吃.{0,4}药吧|加量|减量|停药|换药|注射|处方|输液治疗",
    re.IGNORECASE,
)
VERDICT = re.compile(r"您(?:得了|患|是|有).{0,8}(?:病|症|炎|癌)|确诊|诊断为|可以诊断|说明您")
OUT = (Flag.LOW, Flag.HIGH, Flag.ABNORMAL)


@cache
def items() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((TABLE.parent / "items").glob("*.yaml")):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        found |= {row["code"]: document.get("defaults", {}) | row for row in document["items"]}
    return found


def item(code: str, flag: Flag, **more: Any) -> ReportItem:
    known = items().get(code, {})
    return ReportItem(
        key=ItemKey("0" * 16, 0),
        name=str(known.get("name", code)),
        value_text="1",
        code=code,
        value=1.0,
        unit=known.get("unit"),
        ucum=known.get("unit"),
        flag=flag,
        sensitivity=int(known.get("sensitivity", 3)),
        **more,
    )


def report(*rows: ReportItem) -> Report:
    return Report(finding="0" * 16, kind="lab", items=rows)


def assert_clean(reply: Reply, what: object) -> None:
    assert not (found := DOSE.search(reply.text)), (what, found)
    assert not (found := VERDICT.search(reply.text)), (what, found)


def test_the_explanation_of_every_item_in_every_direction() -> None:
    assert len(items()) >= 400
    known = {one.name for one in all_departments()}
    for code in items():
        for flag in OUT:
            one = report(item(code, flag))
            reply = explained(one, doctor_looks=True)
            assert_clean(reply, (code, flag))
            department, soon = where_to(one)
            assert department in known, (code, department)
            assert soon in SOON, (code, soon)
            if one.outside:
                assert "不是诊断" in reply.text, (code, flag)
                assert reply.quick_replies or department == "急诊科"
            else:  # of level 5: a doctor tells
                assert str(items()[code]["name"]) not in reply.text
                assert "请医生当面和您说" in reply.text


def test_every_fact_is_about_an_item_that_there_is_and_says_what_it_is_not() -> None:
    assert len(facts()) > 100
    for (code, flag), fact in facts().items():
        assert code in items(), code
        assert fact.what, (code, flag)
        assert fact.often, (code, flag)
        assert fact.ask, (code, flag)
        assert not DOSE.search("".join((fact.what, *fact.often, *fact.ask))), (code, flag)


def test_no_text_about_reports_holds_a_dose_or_a_verdict() -> None:
    for key, said in catalogue().items():
        if key.startswith("report."):
            assert not DOSE.search(said), key
            assert not VERDICT.search(said), key
    for soon in SOON:
        for waiting in (True, False):
            assert_clean(told_when_asked("肾内科", soon, doctor_looks=False, waiting=waiting), soon)


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["rules"]
    return found


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["id"])
def test_every_critical_value_alarms(rule: dict[str, Any]) -> None:
    found = replace(item(rule["code"], Flag.HIGH), critical=rule["id"], sensitivity=3)
    dangerous = alarming(report(found))
    assert dangerous == (found,)
    screening = screening_of(dangerous)
    assert screening.alarm
    reply = emergency_reply(screening, entrance="东门", phone="120")
    assert found.name in reply.text
    assert "急诊" in reply.text
    assert_clean(reply, rule["id"])


def just_beyond() -> list[tuple[dict[str, Any], float, str]]:
    """Each rule with the first age it holds at, and a value just beyond its limit."""
    found: list[tuple[dict[str, Any], float, str]] = []
    for rule in rules():
        age = float(rule.get("age_years", (0, 200))[0])
        if (low := rule.get("low")) is not None:
            found.append((rule, age, f"{low * 0.98:.4f}"))
        if (high := rule.get("high")) is not None:
            found.append((rule, age, f"{high * 1.02:.4f}"))
        if "grade" in rule:
            found.append((rule, age, "阳性"))
    return found


@pytest.mark.parametrize(
    ("rule", "age", "value"), just_beyond(), ids=lambda one: one["id"] if isinstance(one, dict) else ""
)
def test_a_value_that_is_put_right_is_as_critical(rule: dict[str, Any], age: float, value: str) -> None:
    start, end = rule.get("age_years", (0, 200))
    limit = CriticalLimit(rule["id"], rule.get("low"), rule.get("high"), rule.get("grade"), (start, end))
    read_out = replace(item(rule["code"], Flag.UNKNOWN), limits=(limit,), sensitivity=3)
    asked = replace(read_out, asks="low_score", value=None, value_text="", candidates=("1", value))
    (open_,) = looked_at_again(report(asked), age).items
    assert may_be_critical(open_)
    assert alarming(looked_at_again(report(confirmed(asked, value)), age))
    assert not alarming(looked_at_again(report(confirmed(asked, "")), age))
    if end < 200:
        assert not alarming(looked_at_again(report(confirmed(asked, value)), end))


def test_an_ordinary_value_alarms_nobody() -> None:
    limit = CriticalLimit("potassium_high", None, 6.2, None, (0.0, 200.0))
    ordinary = looked_at_again(report(replace(item("k", Flag.NORMAL), value=4.2, limits=(limit,))))
    assert alarming(ordinary) == ()


def test_a_critical_value_of_level_five_alarms_and_is_named_nowhere() -> None:
    lithium = replace(item("lithium", Flag.HIGH), critical="lithium_high", sensitivity=5)
    reply = emergency_reply(screening_of(alarming(report(lithium))), entrance="东门", phone="120")
    assert "急诊" in reply.text
    assert lithium.name not in reply.text
    assert "请医生当面和您说" in reply.text
