"""A report's case as FHIR: preliminary until a clinician agrees, level 5 after a step-up only, each view recorded."""

from typing import Any

import pytest

from care.booking import register_patient
from records.database import session_scope
from records.findings import FindingKind
from records.vault import get_vault
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


def observed(bundle: dict[str, Any], code: str) -> dict[str, Any]:
    return next(
        entry["resource"] for entry in bundle["entry"] if code in str(entry["resource"]["code"].get("coding", ""))
    )


def corrected(doctor: Console, case_id: str, *cells: dict[str, Any]) -> dict[str, Any]:
    graded = {"agrees": False, "graded": {"kind": "report", "cells": list(cells)}}
    assert doctor.post(f"/cases/{case_id}/grade", graded).status_code == 204
    told: dict[str, Any] = doctor.get(f"/cases/{case_id}/fhir").json()
    return told


def test_what_a_clinician_puts_right_is_final_and_what_follows_from_it_goes_with_it(doctor: Console) -> None:
    case, _ = found({**SHEET, "items": [row("k"), row("na")]}, kind=FindingKind.REPORT)
    unsaid = corrected(doctor, case.id)
    assert statuses(unsaid) == {"preliminary"}, "wrong, and nobody has said what is right"
    told = corrected(doctor, case.id, {"row": 0, "field": "value_text", "value": "<3.0"})
    assert statuses(told) == {"final"}
    potassium = observed(told, "k")
    assert potassium["valueQuantity"]["comparator"] == "<"
    assert potassium["interpretation"][0]["coding"][0]["code"] == "L"
    assert observed(told, "na")["valueQuantity"]["value"] == 4.1
    renamed = corrected(
        doctor,
        case.id,
        {"row": 0, "field": "name", "value": "钾（复查）"},
        {"row": 0, "field": "unit", "value": "mg/dL"},
        {"row": 1, "field": "high", "value": "4.0"},
    )
    again = renamed["entry"][1]["resource"]
    assert again["code"] == {"text": "钾（复查）"}
    assert (again["valueQuantity"]["unit"], "code" in again["valueQuantity"]) == ("mg/dL", False)
    assert observed(renamed, "na")["interpretation"][0]["coding"][0]["code"] == "H"
    unreadable = corrected(doctor, case.id, {"row": 0, "field": "value_text", "value": ""})
    assert "valueQuantity" not in observed(unreadable, "k")


@pytest.mark.parametrize("matches", [True, None])
def test_its_subject_is_the_person_whose_name_is_on_the_sheet(doctor: Console, matches: bool | None) -> None:
    case, conversation = found({**SHEET, "patient": {"name": "王*明", "matches": matches}}, kind=FindingKind.REPORT)
    with session_scope() as session:
        person = register_patient(session, get_vault(), account_id=conversation.account_id, name="王小明").id
    told = doctor.get(f"/cases/{case.id}/fhir").json()
    subjects = {entry["resource"].get("subject", {}).get("reference") for entry in told["entry"]}
    assert subjects == ({f"Patient/{person}"} if matches else {None})


def test_a_row_that_is_renamed_to_something_of_level_five_is_sealed_with_it(doctor: Console) -> None:
    case, _ = found({**SHEET, "items": [row("k")]}, kind=FindingKind.REPORT)
    assert len(corrected(doctor, case.id, {"row": 0, "field": "name", "value": "HIV抗体"})["entry"]) == 1


def test_a_case_without_a_report_has_none(doctor: Console) -> None:
    case, _ = found({"risk": "watch"})
    assert doctor.get(f"/cases/{case.id}/fhir").status_code == 404
