"""A report as FHIR R4: there and back through JSON, with nothing unsure and nothing sealed in it."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from typer.testing import CliRunner

import cli.report
from care.report.fhir import as_json, bundle_of
from care.report.items import report_of
from cli.main import app


def row(**told: Any) -> dict[str, Any]:
    usual = {"name": "钾(K)", "title": "钾", "code": "k", "loinc": "2823-3", "value_text": "4.1", "value": 4.1}
    return usual | {"unit": "mmol/L", "ucum": "mmol/L", "low": 3.5, "high": 5.3, "range_text": "3.5-5.3"} | told


def findings(*items: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {"kind": "lab", "title": "检验报告单", "items": list(items), "dates": {"reported": "2025-03-04"}} | told


def there_and_back(*items: dict[str, Any], **options: Any) -> list[Any]:
    bundle = bundle_of(report_of("finding-1", findings(*items)), **options)
    return [entry.resource for entry in Bundle.model_validate_json(as_json(bundle)).entry or ()]


def told(*items: dict[str, Any], **options: Any) -> Any:
    """The JSON itself, its numbers as they are written."""
    return json.loads(as_json(bundle_of(report_of("finding-1", findings(*items)), **options)), parse_float=Decimal)


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
    assert [one["resource"]["status"] for one in told(row(), row(ask_back=asked), verified=True)["entry"]] == [
        "partial",
        "final",
        "preliminary",
    ]
    assert answered.valueQuantity.value == Decimal("4.1") and answered.interpretation[0].coding[0].code == "N"


def test_critical_comparator_and_text() -> None:
    _, critical, below, grade = there_and_back(
        row(value=6.9, value_text="6.9", flag="high", critical={"rule": "potassium_high"}),
        row(name="肌钙蛋白", title=None, code="ctni", value=0.01, value_text="<0.01", comparator="<", flag="normal"),
        row(name="尿蛋白", code="u_pro", value=None, value_text="+", unit=None, ucum=None, low=None, high=None),
    )
    assert critical.interpretation[0].coding[0].code == "HH"
    (_, without_range) = there_and_back(row(flag="unknown", critical={"rule": "potassium_high"}, range_text=None))
    assert without_range.interpretation[0].coding[0].code == "AA", "critical, whichever way"
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


@pytest.mark.parametrize(
    ("printed", "value", "expected", "written"),
    [
        ("4.50", 4.5, ("3.50-5.30", 3.5, 5.3), ("4.50", "3.50", "5.30")),
        ("4", 4.0, ("3-5", 3.0, 5.0), ("4", "3", "5")),
        ("<0.10", 0.1, ("≤0.100", None, 0.1), ("0.10", None, "0.100")),
        ("12.50(阳性)", 12.5, ("<10.0", None, 10.0), ("12.50", None, "10.0")),
        ("-2.0", -2.0, ("-3.0-3.0", -3.0, 3.0), ("-2.0", "-3.0", "3.0")),
        ("2.3×10^5", 230000.0, ("100000-300000", 1e5, 3e5), ("230000", "100000", "300000")),
        ("0.0000001", 1e-7, (None, None, None), ("1E-7", None, None)),
    ],
)
def test_numbers_keep_the_precision_they_were_printed_with(
    printed: str, value: float, expected: tuple[Any, ...], written: tuple[str | None, ...]
) -> None:
    range_text, low, high = expected
    _, entry = told(row(value_text=printed, value=value, range_text=range_text, low=low, high=high))["entry"]
    observed = entry["resource"]
    limits = (observed.get("referenceRange") or [{}])[0]
    quantities = (observed["valueQuantity"], limits.get("low"), limits.get("high"))
    assert tuple(one and str(one["value"]) for one in quantities) == written


# What R4 allows: https://hl7.org/fhir/R4/valueset-observation-status.html and those beside it.
STATUSES = {
    "DiagnosticReport": {"registered", "partial", "preliminary", "final", "amended", "corrected", "appended"},
    "Observation": {"registered", "preliminary", "final", "amended", "corrected"},
}
INTERPRETATIONS = {"L", "H", "LL", "HH", "N", "A", "AA"}
ABSENT = {"unknown", "asked-unknown", "temp-unknown"}
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def empty(part: Any) -> bool:
    """Nulls, empty objects, lists and strings are nowhere in FHIR's JSON."""
    if isinstance(part, dict | list):
        return not part or any(map(empty, part.values() if isinstance(part, dict) else part))
    return part is None or part == ""


def assert_quantity(quantity: Any) -> None:
    assert isinstance(quantity["value"], Decimal | int)
    assert quantity.get("comparator") in {None, "<", "<=", ">=", ">"}
    assert ("code" in quantity) <= (quantity.get("system") == "http://unitsofmeasure.org")  # qty-3


def assert_r4(bundle: Any, *, subject: str | None = None) -> None:
    """The cardinalities, bindings and invariants of R4 that what we send could break."""
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    assert not empty(bundle)
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(urls) == len(set(urls))  # bdl-7
    document, *observations = (entry["resource"] for entry in bundle["entry"])
    assert document["resourceType"] == "DiagnosticReport"
    assert {one["reference"] for one in document.get("result", ())} == set(urls[1:])
    for url, one in zip(urls, (document, *observations), strict=True):
        assert ID.fullmatch(one["id"]) and url == f"urn:uuid:{one['id']}"
        assert one["status"] in STATUSES[one["resourceType"]]
        assert one["code"].get("text") or one["code"]["coding"]
        assert all(coding["system"] and coding["code"] for coding in one["code"].get("coding", ()))
        assert one.get("subject") == (None if subject is None else {"reference": f"Patient/{subject}"})
        assert "effectiveDateTime" not in one or DATE.fullmatch(one["effectiveDateTime"])
    for one in observations:
        assert one["resourceType"] == "Observation"
        values = {"valueQuantity", "valueString"} & set(one)
        assert len(values) + ("dataAbsentReason" in one) == 1  # obs-6, and never nothing at all
        if "valueQuantity" in one:
            assert_quantity(one["valueQuantity"])
        for expected in one.get("referenceRange", ()):
            assert {"low", "high", "text"} & set(expected)  # obs-3
            for limit in ("low", "high"):
                if limit in expected:
                    assert_quantity(expected[limit])
        for concept in one.get("interpretation", ()):
            assert {coding["code"] for coding in concept["coding"]} <= INTERPRETATIONS
        for coding in one.get("dataAbsentReason", {}).get("coding", ()):
            assert coding["code"] in ABSENT


def test_what_is_told_is_r4() -> None:
    asked = {"reason": "impossible", "box": None, "candidates": ["4.1"]}
    rows = [
        row(flag="normal"),
        row(flag="low"),
        row(flag="high", critical={"rule": "potassium_high"}),
        row(name="尿蛋白", code=None, loinc=None, value=None, value_text="+", unit=None, ucum=None, flag="abnormal",
            low=None, high=None, range_text="阴性"),
        row(ucum=None),
        row(unit=None, ucum=None, low=None, high=None, range_text=None),
        row(comparator="<", value_text="<4.1", high=None),
        row(ask_back=asked),
        row(ask_back=asked, confirmed=""),
        row(value=None, value_text=""),
        row(name="", title="", code=None, loinc=None),
        row(sensitivity=5),
    ]  # fmt: skip
    assert_r4(told(*rows, verified=True, subject="p1", sealed=True), subject="p1")
    assert_r4(told())
    assert_r4(told(row(), verified=True))


def test_a_narrative_report_tells_its_conclusion() -> None:
    found = findings(kind="ct", narrative={"conclusion_text": "右肺上叶结节"}, dates={"reported": "某日"})
    (entry,) = bundle_of(report_of("finding-2", found)).entry or ()
    assert entry.resource.code.coding[0].code == "18748-4"
    assert entry.resource.conclusion == "右肺上叶结节"
    assert entry.resource.effectiveDateTime is None


def test_the_command_line_tells_a_bundle_for_each_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = tmp_path / "python"
    line = json.dumps({"file": "a.jpg", **findings(row(flag="normal"))})
    engine.write_text(f"#!/bin/sh\ncat <<'EOF'\n{line}\nEOF\n")
    engine.chmod(0o700)
    monkeypatch.setattr(cli.report, "PYTHON", engine)
    done = CliRunner().invoke(app, ["report", "--fhir", "a.jpg"])
    assert done.exit_code == 0, done.output
    document, potassium = (entry.resource for entry in Bundle.model_validate_json(done.stdout).entry or ())
    assert document.status == "preliminary"
    assert potassium.valueQuantity.value == Decimal("4.1")
