"""The findings' JSON, which other environments read."""

import json

from vision.report.items import AskBack, AskReason, Box, Item, Patient, Report
from vision.report.kinds import Comparator, Flag, ReportKind
from vision.report.narrative import Narrative


def report() -> Report:
    potassium = Item(
        name="钾(K)",
        value_text="41",
        confidence=0.97,
        code="k",
        value=41.0,
        unit="mmol/L",
        ucum="mmol/L",
        flag=Flag.HIGH,
        critical="potassium_high",
        ask_back=AskBack(AskReason.IMPOSSIBLE, Box(0, 10, 20, 110, 40), ("4.1",)),
        box=Box(0, 10, 20, 110, 40),
    )
    hiv = Item(name="HIV", value_text="<0.1", confidence=0.99, value=0.1, comparator=Comparator.LT, sensitivity=5)
    narrative = Narrative(ReportKind.CT, findings_text="x", sections=(("主诉", "咳嗽"),))
    return Report(ReportKind.LAB, (potassium, hiv), narrative, Patient(name="王*明"))


def test_findings_are_plain_json() -> None:
    told = json.loads(json.dumps(report().as_json(), ensure_ascii=False))
    first, second = told["items"]
    assert first["critical"] == {"rule": "potassium_high"}
    assert [(limit["rule"], limit["low"], limit["high"], limit["age"]) for limit in first["critical_limits"]] == [
        ("potassium_low", 2.8, None, [0.0, 200.0]),
        ("potassium_high", None, 6.2, [0.08, 200.0]),
        ("potassium_high_newborn", None, 7.5, [0.0, 0.08]),
    ]
    assert second["critical_limits"] == []
    assert first["ask_back"] == {
        "reason": "impossible",
        "box": {"page": 0, "left": 10, "top": 20, "right": 110, "bottom": 40},
        "candidates": ["4.1"],
    }
    assert (first["flag"], second["comparator"], second["critical"]) == ("high", "<", None)
    assert told["narrative"]["sections"] == {"主诉": "咳嗽"}
    assert (told["kind"], told["version"], told["patient"]["name"]) == ("lab", "report-1", "王*明")


def test_a_report_is_as_sensitive_as_its_most_sensitive_item() -> None:
    assert report().as_json()["sensitivity"] == 5
    assert Report(ReportKind.UNKNOWN).sensitivity == 3
