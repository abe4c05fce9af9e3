"""A report's case as FHIR: preliminary until a clinician agrees, level 5 after a step-up only, each view recorded."""

from typing import Any

import pytest

from records.findings import FindingKind
from tests.cases_made import found
from tests.console_client import Console, done, signed_in

pytestmark = pytest.mark.usefixtures("database")


def row(code: str, **told: Any) -> dict[str, Any]:
    usual = {"name": code, "title": code, "code": code, "value_text": "4.1", "value": 4.1, "unit": "mmol/L"}
    return usual | {"ucum": "mmol/L", "low": 3.5, "high": 5.3, "flag": "normal", "sensitivity": 3} | told


SHEET = {"kind": "lab", "title": "检验报告单", "items": [row("k"), row("hiv", sensitivity=5)], "dates": {}}


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def codes(bundle: dict[str, Any]) -> list[str]:
    return [
        coding["code"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Observation"
        for coding in entry["resource"]["code"]["coding"]
    ]


def statuses(bundle: dict[str, Any]) -> set[str]:
    return {entry["resource"]["status"] for entry in bundle["entry"]}


def test_it_is_final_when_a_clinician_agrees_and_holds_level_five_after_a_step_up_only(doctor: Console) -> None:
    case, conversation = found(SHEET, kind=FindingKind.REPORT)
    bundle = doctor.get(f"/cases/{case.id}/fhir").json()
    assert (codes(bundle), statuses(bundle)) == (["k"], {"preliminary"})
    agreed = {"agrees": True, "graded": {"kind": "report", "cells": []}}
    assert doctor.post(f"/cases/{case.id}/grade", agreed).status_code == 204
    assert statuses(doctor.get(f"/cases/{case.id}/fhir").json()) == {"partial", "final"}
    step = {"code": doctor.code(), "reason": "转院，要随身带走", "conversation": conversation.id}
    assert doctor.post("/step-up", step).status_code == 200
    whole = doctor.get(f"/cases/{case.id}/fhir").json()
    assert (codes(whole), statuses(whole)) == (["k", "hiv"], {"final"})
    assert ("view_case", f"case:{case.id}", "done") in done()


def test_a_case_without_a_report_has_none(doctor: Console) -> None:
    case, _ = found({"risk": "watch"})
    assert doctor.get(f"/cases/{case.id}/fhir").status_code == 404
