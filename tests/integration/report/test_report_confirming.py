"""What a clinician puts right is judged as if it had been read: critical, it is an emergency at once."""

from typing import Any

import pytest
from sqlalchemy import select

from records.alerts import Alert
from records.cases import Case, CaseLevel
from records.conversations import Author, Conversation, Holder, Message
from records.database import session_scope
from records.findings import FindingKind
from tests.cases_made import found
from tests.console_client import Console, signed_in
from tests.sheets import asked, creatinine, potassium, row, sheet

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def alerts() -> list[Alert]:
    with session_scope() as session:
        return list(session.scalars(select(Alert)))


def grade(doctor: Console, case: Case, *cells: dict[str, Any], agrees: bool = False) -> None:
    graded = {"agrees": agrees, "graded": {"kind": "report", "cells": list(cells)}}
    assert doctor.post(f"/cases/{case.id}/grade", graded).status_code == 204


def value(written: str, row: int = 0) -> dict[str, Any]:
    return {"row": row, "field": "value_text", "value": written}


def test_a_potassium_of_6_8_that_was_read_as_4_8(doctor: Console) -> None:
    case, conversation = found(sheet(potassium("4.8"), creatinine("80")), kind=FindingKind.REPORT)
    grade(doctor, case, value("5.8"))
    assert alerts() == []
    grade(doctor, case, value("6.8"))
    (alert,) = alerts()
    assert (alert.flags, alert.acknowledged_at) == (["critical_value"], None)
    with session_scope() as session:
        told = session.scalars(
            select(Message).where(Message.reply_to == alert.message_id, Message.author == Author.BOT)
        ).one()
        assert "钾 6.8 mmol/L" in told.text
        assert session.get_one(Conversation, conversation.id).holder == Holder.WAITING
        emergency = session.scalars(select(Case).where(Case.alert_id == alert.id)).one()
        assert (emergency.level, emergency.finding_id) == (CaseLevel.EMERGENCY, case.finding_id)
    grade(doctor, case, value("6.9"))
    assert len(alerts()) == 1, "nobody is called twice about one photo"


def test_the_age_on_the_sheet_decides_there_too(doctor: Console) -> None:
    child = {"name": None, "sex": None, "age_years": 7.0, "number": None, "matches": None}
    case, _ = found(sheet(creatinine("40"), patient=child), kind=FindingKind.REPORT)
    grade(doctor, case, value("400"))
    assert len(alerts()) == 1


def test_agreeing_with_ordinary_values_alarms_nobody(doctor: Console) -> None:
    case, _ = found(sheet(potassium("4.8", ask_back=asked("low_score", "4.8", "6.8"))), kind=FindingKind.REPORT)
    grade(doctor, case, agrees=True)
    assert alerts() == []


@pytest.mark.parametrize("answer", [{}, {"confirmed": ""}])
def test_agreeing_with_a_critical_value_that_the_patient_has_not_confirmed(
    doctor: Console, answer: dict[str, str]
) -> None:
    unsure = potassium("6.8", critical={"rule": "potassium_high"}, ask_back=asked("low_score", "6.8"), **answer)
    case, _ = found(sheet(unsure), kind=FindingKind.REPORT)
    grade(doctor, case, agrees=True)
    assert len(alerts()) == 1


def test_what_is_hidden_is_not_graded_before_a_step_up(doctor: Console) -> None:
    hidden = row("HIV抗体", "0.1", code="hiv_ag_ab", sensitivity=5)
    case, conversation = found(sheet(potassium("4.8"), hidden), kind=FindingKind.REPORT, level=5)
    graded = {"agrees": True, "graded": {"kind": "report", "cells": []}}
    assert doctor.post(f"/cases/{case.id}/grade", graded).status_code == 403
    step = {"code": doctor.code(), "reason": "会诊，需要看结果", "conversation": conversation.id}
    assert doctor.post("/step-up", step).status_code == 200
    assert doctor.post(f"/cases/{case.id}/grade", graded).status_code == 204
