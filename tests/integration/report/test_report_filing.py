"""A confirmed report in the hospital's own records: seen by a clinician, as they have left it, once, and not lost."""

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import channels.filing_job
from care.booking import register_patient
from care.cases import open_case
from care.consent import Purpose, give, withdraw
from care.report import asking
from care.report.filing import GIVES_UP_AFTER
from care.retention import remove_dialogue
from care.rights import erase, plan_erasure
from channels.filing_job import file_reports
from channels.rights import plan_in_words
from hospital import HospitalSystem
from hospital.demo.records import OWNER
from hospital.demo.service import DemoHospital
from hospital.demo.tables import DemoReport
from hospital.protocol import PatientUnknown
from records.audit import SYSTEM
from records.cases import Case, CaseKind, CaseLevel
from records.database import session_scope, utc_now
from records.filings import ReportFiling
from records.findings import FindingKind
from records.media_store import owner_of
from records.staff import Role
from records.vault import get_vault
from tests.cases_made import found
from tests.console_client import Console, signed_in, trail
from tests.sheets import asked, creatinine, potassium, row, sheet

pytestmark = pytest.mark.usefixtures("database")

OWN = {"name": "王*明", "sex": None, "age_years": 50.0, "number": None, "matches": True}
AGREED = {"agrees": True, "graded": {"kind": "report", "cells": []}}


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def reported(*rows: dict[str, Any], **more: Any) -> tuple[Case, str]:
    """A case about a report of somebody who is registered and has agreed; and the id they are registered under."""
    items = rows or (potassium("4.50"), creatinine("80"))
    case, conversation = found(sheet(*items, **({"patient": OWN} | more)), kind=FindingKind.REPORT)
    with session_scope() as session:
        give(session, conversation.account_id, Purpose.MEDIA)
        return case, register_patient(session, get_vault(), account_id=conversation.account_id, name="王小明").id


def closed(doctor: Console, case: Case, graded: dict[str, Any] | None = AGREED, outcome: str = "agreed") -> None:
    if graded is not None:
        assert doctor.post(f"/cases/{case.id}/grade", graded).status_code == 204
    assert doctor.post(f"/cases/{case.id}/close", {"outcome": outcome}).status_code == 204


def standing(doctor: Console, case: Case) -> tuple[str, str] | None:
    filing = doctor.get(f"/cases/{case.id}").json()["filing"]
    return None if filing is None else (filing["state"], filing["problem"])


def kept(patient_id: str) -> list[Any]:
    """What the hospital has in the patient's record."""
    with session_scope() as session:
        refs = session.scalars(select(DemoReport.content_ref).where(DemoReport.patient_id == patient_id)).all()
        contents = [get_vault().reveal(session, owner=OWNER, ref=ref) for ref in refs]
    return [json.loads(content, parse_float=Decimal) for content in contents]


def values(bundle: Any) -> list[str]:
    observed = (entry["resource"] for entry in bundle["entry"][1:])
    return [str(one["valueQuantity"]["value"]) for one in observed if "valueQuantity" in one]


def rows_of(table: type) -> int:
    with session_scope() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def later() -> None:
    """Its turn has come, however long the pause."""
    with session_scope() as session:
        session.execute(update(ReportFiling).values(next_try_at=utc_now()))


def test_a_report_that_a_clinician_has_confirmed_and_closed_is_in_the_hospitals_records(doctor: Console) -> None:
    case, patient = reported()
    assert standing(doctor, case) is None
    assert file_reports() == 0
    closed(doctor, case)
    assert standing(doctor, case) == ("waiting", "")
    assert file_reports() == 1
    assert standing(doctor, case) == ("filed", "")
    (bundle,) = kept(patient)
    assert values(bundle) == ["4.50", "80"], "as printed"
    assert {entry["resource"]["status"] for entry in bundle["entry"]} == {"final"}
    assert {entry["resource"]["subject"]["reference"] for entry in bundle["entry"]} == {f"Patient/{patient}"}
    assert [step["step"] for step in doctor.get(f"/cases/{case.id}").json()["history"]][-2:] == ["closed", "filed"]
    (entry,) = [entry for entry in trail() if entry.action == "file_report"]
    assert (entry.subject, entry.outcome, entry.actor_id) == (f"case:{case.id}", "done", "filing")
    assert entry.patient is not None
    assert (file_reports(), rows_of(DemoReport)) == (0, 1)


def test_what_the_clinician_put_right_is_what_is_filed(doctor: Console) -> None:
    case, patient = reported()
    cell = {"row": 0, "field": "value_text", "value": "5.40"}
    closed(doctor, case, {"agrees": False, "graded": {"kind": "report", "cells": [cell]}}, "corrected")
    file_reports()
    (bundle,) = kept(patient)
    assert values(bundle) == ["5.40", "80"]
    assert bundle["entry"][1]["resource"]["interpretation"][0]["coding"][0]["code"] == "H"


def test_what_nobody_was_sure_of_is_sure_once_a_clinician_agrees(doctor: Console) -> None:
    unsure = potassium("4.50", ask_back=asked("low_score", "4.50"))
    refused = creatinine("80", ask_back=asked("low_score") | {"refused": True}) | {"value": None}
    case, patient = reported(unsure, refused)
    closed(doctor, case)
    file_reports()
    (bundle,) = kept(patient)
    assert values(bundle) == ["4.50", "80"]
    assert {entry["resource"]["status"] for entry in bundle["entry"]} == {"final"}


@pytest.mark.parametrize(
    ("graded", "outcome", "more"),
    [
        (None, "agreed", {}),  # nobody with the right to has said so
        ({"agrees": False, "graded": {"kind": "report", "cells": []}}, "corrected", {}),  # wrong; what is right?
        (AGREED, "not_needed", {}),  # a mistake, a test
        (AGREED, "agreed", {"whose": "other"}),
        (AGREED, "agreed", {"items": [], "quality": {"problem": "handwriting", "notes": [], "score": None}}),
    ],
)
def test_what_is_not_confirmed_or_nobodys_is_not_filed(
    doctor: Console, graded: dict[str, Any] | None, outcome: str, more: dict[str, Any]
) -> None:
    case, _ = reported(**more)
    closed(doctor, case, graded, outcome)
    assert standing(doctor, case) is None
    assert (file_reports(), rows_of(DemoReport)) == (0, 0)


def test_a_case_that_is_still_open_is_not_filed(doctor: Console) -> None:
    case, _ = reported()
    assert doctor.post(f"/cases/{case.id}/grade", AGREED).status_code == 204
    assert (standing(doctor, case), file_reports()) == (None, 0)


def test_an_emergency_about_a_report_is_filed_too(doctor: Console) -> None:
    case, patient = reported()
    with session_scope() as session:
        session.get_one(Case, case.id).kind = CaseKind.EMERGENCY
    closed(doctor, case, outcome="emergency_care")
    assert file_reports() == 1
    assert len(kept(patient)) == 1


def test_what_is_of_level_five_is_not_filed(doctor: Console) -> None:
    case, patient = reported(potassium("4.50"), row("HIV抗体", "0.1", code="hiv_ag_ab", sensitivity=5))
    closed(doctor, case)
    file_reports()
    (bundle,) = kept(patient)
    assert values(bundle) == ["4.50"]
    assert bundle["entry"][0]["resource"]["status"] == "partial"
    assert "HIV" not in json.dumps(bundle, default=str)


class Away(DemoHospital):
    """A hospital whose system does not answer."""

    def file_report(self, session: Session, **_: Any) -> str:
        raise ConnectionError


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> list[HospitalSystem]:
    """Whom the job calls: the last of these."""
    system: list[HospitalSystem] = [Away()]
    monkeypatch.setattr(channels.filing_job, "get_hospital", lambda: system[-1])
    return system


def test_while_the_hospitals_system_is_away_a_report_waits(doctor: Console, away: list[HospitalSystem]) -> None:
    case, patient = reported()
    closed(doctor, case)
    assert file_reports() == 0
    assert standing(doctor, case) == ("waiting", "")
    away.append(DemoHospital())
    assert file_reports() == 0, "not at once: it is called again after a pause"
    later()
    assert (file_reports(), standing(doctor, case)) == (1, ("filed", ""))
    assert len(kept(patient)) == 1


def test_after_a_day_it_has_failed_until_a_clinician_asks_again(doctor: Console, away: list[HospitalSystem]) -> None:
    case, patient = reported()
    closed(doctor, case)
    assert doctor.post(f"/cases/{case.id}/file", {}).status_code == 409, "it has not failed"
    with session_scope() as session:
        session.execute(update(ReportFiling).values(asked_at=utc_now() - GIVES_UP_AFTER))
    file_reports()
    assert standing(doctor, case) == ("failed", "away")
    assert [step["step"] for step in doctor.get(f"/cases/{case.id}").json()["history"]][-1] == "not_filed"
    away.append(DemoHospital())
    later()
    assert file_reports() == 0, "nobody has asked"
    assert doctor.post(f"/cases/{case.id}/file", {}).status_code == 204
    assert (file_reports(), standing(doctor, case)) == (1, ("filed", ""))
    outcomes = [(entry.actor_kind, entry.outcome) for entry in trail() if entry.action == "file_report"]
    assert outcomes == [("system", "failed"), ("staff", "done"), ("system", "done")]
    assert len(kept(patient)) == 1


def test_a_nurse_does_not_ask_again(doctor: Console) -> None:
    case, _ = reported()
    closed(doctor, case)
    assert signed_in(role=Role.NURSE)[0].post(f"/cases/{case.id}/file", {}).status_code == 403


@pytest.mark.parametrize("matches", [None, False])
def test_a_sheet_whose_name_is_not_the_patients_is_filed_for_nobody(doctor: Console, matches: bool | None) -> None:
    case, _ = reported(patient=OWN | {"matches": matches})
    closed(doctor, case)
    assert (file_reports(), standing(doctor, case)) == (0, ("failed", "no_patient"))


def test_a_clinician_who_has_compared_the_names_says_that_it_is_the_patients_own(doctor: Console) -> None:
    case, patient = reported(patient=OWN | {"matches": None})  # registered after the photo was sent
    closed(doctor, case)
    file_reports()
    assert doctor.post(f"/cases/{case.id}/file", {"own": True}).status_code == 204
    assert (file_reports(), standing(doctor, case)) == (1, ("filed", ""))
    assert len(kept(patient)) == 1
    asked_for = [json.loads(entry.details) for entry in trail() if entry.action == "file_report"][1]
    assert asked_for == {"asked": 1, "own": 1}


def test_another_name_is_not_made_the_patients_own_by_anybody(doctor: Console) -> None:
    case, _ = reported(patient=OWN | {"name": "王*兰", "matches": False})
    closed(doctor, case)
    file_reports()
    assert doctor.post(f"/cases/{case.id}/file", {"own": True}).status_code == 409
    assert standing(doctor, case) == ("failed", "no_patient")


def test_a_family_members_report_is_filed_in_their_own_record(doctor: Console) -> None:
    case, patient = reported(patient=OWN | {"name": "王*兰", "matches": False})
    with session_scope() as session:
        account = owner_of(session, case.conversation_id)
        mother = register_patient(session, get_vault(), account_id=account, name="王秀兰", kinship="母亲").id
        assert case.finding_id is not None
        assert asking.file_for(session, case.conversation_id, case.finding_id, mother) is not None
    closed(doctor, case)
    file_reports()
    assert (len(kept(mother)), kept(patient)) == (1, [])


def test_who_has_withdrawn_consent_is_not_filed(doctor: Console) -> None:
    case, _ = reported()
    closed(doctor, case)
    with session_scope() as session:
        withdraw(session, owner_of(session, case.conversation_id), Purpose.MEDIA, actor=SYSTEM)
    assert (file_reports(), standing(doctor, case)) == (0, ("failed", "no_consent"))


def test_whom_the_hospital_does_not_know_is_not_filed(doctor: Console) -> None:
    with session_scope() as session, pytest.raises(PatientUnknown):
        DemoHospital().file_report(
            session, report_id="r", patient_id="nobody", bundle="{}", confirmed_by="d", confirmed_at=utc_now()
        )


def test_another_clinicians_later_word_takes_the_place_of_the_first(doctor: Console) -> None:
    case, patient = reported()
    closed(doctor, case)
    file_reports()
    with session_scope() as session:
        second = open_case(
            session,
            kind=CaseKind.REPORT,
            level=CaseLevel.ROUTINE,
            conversation_id=case.conversation_id,
            message_id=case.message_id,
            finding_id=case.finding_id,
            dedupe_key="again",
        )
    cell = {"row": 1, "field": "value_text", "value": "88"}
    closed(doctor, second, {"agrees": False, "graded": {"kind": "report", "cells": [cell]}}, "corrected")
    assert file_reports() == 1
    (bundle,) = kept(patient)
    assert values(bundle) == ["4.50", "88"]
    assert {entry["resource"]["status"] for entry in bundle["entry"]} == {"amended"}
    with session_scope() as session:
        report = session.scalars(select(DemoReport)).one()
        assert session.scalars(select(ReportFiling.hospital_ref)).one() == report.number


def test_who_wants_to_erase_hears_what_stays_in_the_hospitals_records(doctor: Console) -> None:
    case, _ = reported()

    def told() -> str:
        with session_scope() as session:
            return plan_in_words(plan_erasure(session, owner_of(session, case.conversation_id)))

    closed(doctor, case)
    assert "病历" not in told()
    file_reports()
    assert "1 份医生核对过的报告已记入本院病历" in told()


def test_the_record_is_the_hospitals_when_the_patients_own_data_go(doctor: Console) -> None:
    case, patient = reported()
    closed(doctor, case)
    file_reports()
    with session_scope() as session:
        account = owner_of(session, case.conversation_id)
        erase(session, account, actor=SYSTEM)
        remove_dialogue(session, account)
    assert (rows_of(ReportFiling), rows_of(DemoReport)) == (0, 1)
    assert len(kept(patient)) == 1


def test_what_still_waits_when_the_patient_erases_is_not_filed(doctor: Console) -> None:
    case, _ = reported()
    closed(doctor, case)
    with session_scope() as session:
        erase(session, owner_of(session, case.conversation_id), actor=SYSTEM)
    assert (file_reports(), rows_of(DemoReport)) == (0, 0)


def test_nothing_of_a_report_lies_open_in_the_hospitals_tables(doctor: Console) -> None:
    case, _ = reported()
    closed(doctor, case)
    file_reports()
    with session_scope() as session:
        columns = DemoReport.__table__.columns.keys()
        (told,) = session.execute(select(*(getattr(DemoReport, name) for name in columns))).all()
    assert not any("4.50" in str(value) or "钾" in str(value) for value in told)
