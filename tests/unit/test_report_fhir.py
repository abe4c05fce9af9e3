"""A report as FHIR R5: there and back through JSON, with nothing unsure and nothing sealed in it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.bundle import Bundle
from typer.testing import CliRunner

import cli.report
from care.report.fhir import bundle_of
from care.report.items import report_of
from cli.main import app


def row(**told: Any) -> dict[str, Any]:
    usual = {"name": "钾(K)", "title": "钾", "code": "k", "loinc": "2823-3", "value_text": "4.1", "value": 4.1}
    return usual | {"unit": "mmol/L", "ucum": "mmol/L", "low": 3.5, "high": 5.3, "range_text": "3.5-5.3"} | told


def findings(*items: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"kind": "lab", "title": "检验报告单", "items": list(items), "dates": {"reported": "2025-03-04"}} | told


def there_and_back(*items: dict[str, Any], **options: Any) -> list[Any]:
    bundle = bundle_of(report_of("finding-1", findings(*items)), **options)
    return [entry.resource for entry in Bundle.model_validate_json(bundle.model_dump_json()).entry or ()]


def test_a_value_comes_back_with_its_unit_range_and_codes() -> None:
    document, potassium = there_and_back(row(flag="normal"), subject="p1", verified=True)
    assert (document.status, potassium.status) == ("final", "final")
    assert document.result[0].reference == f"urn:uuid:{potassium.id}"
    assert document.subject.reference == potassium.subject.reference == "Patient/p1"
    assert str(potassium.effectiveDateTime) == "2025-03-04"
    assert [(coding.system, coding.code) for coding in potassium.code.coding] == [
        ("http://loinc.org", "2823-3"),
        ("urn:xinglin:report-item", "k"),
    ]
    quantity = potassium.valueQuantity
    assert (quantity.value, quantity.unit, quantity.code) == (Decimal("4.1"), "mmol/L", "mmol/L")
    (expected,) = potassium.referenceRange
    assert (expected.low.value, expected.high.value, expected.text) == (Decimal("3.5"), Decimal("5.3"), "3.5-5.3")
    assert potassium.interpretation[0].coding[0].code == "N"


def test_a_machine_read_value_that_nobody_saw_is_preliminary() -> None:
    document, potassium = there_and_back(row(flag="normal"))
    assert (document.status, potassium.status) == ("preliminary", "preliminary")


def test_what_is_asked_back_has_no_value_and_says_why() -> None:
    asked = {"reason": "impossible", "box": None, "candidates": ["4.1"]}
    open_, unreadable, answered = (
        there_and_back(row(value=41.0, value_text="41", flag="high", ask_back=asked, **answer), verified=True)[1]
        for answer in ({}, {"confirmed": ""}, {"confirmed": "4.1"})
    )
    for one, why in ((open_, "temp-unknown"), (unreadable, "asked-unknown")):
        assert one.valueQuantity is None and one.valueString is None and one.interpretation is None
        assert one.dataAbsentReason.coding[0].code == why
        assert one.status == "preliminary"
    assert answered.valueQuantity.value == Decimal("4.1") and answered.interpretation[0].coding[0].code == "N"


def test_critical_comparator_and_text() -> None:
    _, critical, below, grade = there_and_back(
        row(value=6.9, value_text="6.9", flag="high", critical={"rule": "potassium_high"}),
        row(name="肌钙蛋白", title=None, code="ctni", value=0.01, value_text="<0.01", comparator="<", flag="normal"),
        row(name="尿蛋白", code="u_pro", value=None, value_text="+", unit=None, ucum=None, low=None, high=None),
    )
    assert critical.interpretation[0].coding[0].code == "HH"
    assert (below.valueQuantity.comparator, str(below.valueQuantity.value)) == ("<", "0.01")
    assert (grade.valueString, grade.valueQuantity) == ("+", None)


def test_level_five_leaves_only_for_who_stepped_up() -> None:
    hiv = row(name="HIV抗体", title=None, code="hiv_ag_ab", value=0.1, value_text="0.1", sensitivity=5)
    assert len(there_and_back(row(), hiv)) == 2
    document, potassium, sealed = there_and_back(row(), hiv, sealed=True)
    assert [one.meta.security[0].code for one in (document, potassium, sealed)] == ["V", "R", "V"]


def test_the_same_row_is_the_same_resource_however_often_it_is_sent() -> None:
    first, second = there_and_back(row()), there_and_back(row(value=4.2, value_text="4.2"))
    assert [one.id for one in first] == [one.id for one in second]
    assert len({one.id for one in there_and_back(row(), row())}) == 3


def test_a_narrative_report_tells_its_conclusion() -> None:
    told = findings(kind="ct", narrative={"conclusion_text": "右肺上叶结节"}, dates={"reported": "某日"})
    (entry,) = bundle_of(report_of("finding-2", told)).entry or ()
    assert entry.resource.code.coding[0].code == "18748-4"
    assert entry.resource.conclusion == "右肺上叶结节"
    assert entry.resource.effectiveDateTime is None


def test_the_command_line_tells_a_bundle_for_each_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = tmp_path / "python"
    told = json.dumps({"file": "a.jpg", **findings(row(flag="normal"))})
    engine.write_text(f"#!/bin/sh\ncat <<'EOF'\n{told}\nEOF\n")
    engine.chmod(0o700)
    monkeypatch.setattr(cli.report, "PYTHON", engine)
    done = CliRunner().invoke(app, ["report", "--fhir", "a.jpg"])
    assert done.exit_code == 0, done.output
    document, potassium = (entry.resource for entry in Bundle.model_validate_json(done.stdout).entry or ())
    assert document.status == "preliminary"
    assert potassium.valueQuantity.value == Decimal("4.1")
