"""What patients send, all the way through the real engines: from the spool to the alarm, the case and the reply."""

import pytest
from sqlalchemy import select

from care.analysis import read_findings
from care.cases.grading import Graded
from care.report.confirming import alarm_where_confirmed
from care.report.items import report_of
from care.skin.answers import keep_answers
from channels.media_job import vision as client
from channels.rereading import read_answers
from records.alerts import Alert
from records.cases import Case, CaseKind, CaseLevel
from records.conversations import Author, Conversation, Holder, MediaStage, Message
from records.database import session_scope, utc_now
from records.findings import FileRole, Finding, FindingFile, FindingKind
from settings import Settings
from tests.drawn_sheets import NoFont, Row, drawn
from tests.integration.media.files import sent
from tests.integration.media.test_media_job import enqueue, holder, work
from tests.lesions import lesion

pytestmark = pytest.mark.usefixtures("database")

ORDINARY: tuple[Row, ...] = (
    ("钠", "140", "", "137-147", "mmol/L"),
    ("氯", "102", "", "99-110", "mmol/L"),
    ("肌酐", "78", "", "57-97", "umol/L"),
    ("尿素", "5.1", "", "3.1-8.0", "mmol/L"),
    ("葡萄糖", "5.4", "", "3.9-6.1", "mmol/L"),
)
DANGEROUS: Row = ("钾", "6.8", "↑", "3.50-5.30", "mmol/L")


def sheet(*rows: Row) -> bytes:
    try:
        return drawn(rows)
    except NoFont:
        pytest.skip("no typeface with Chinese characters: see vision/report/sheets/fonts.py")


def answer(message_id: str) -> Message:
    with session_scope() as session:
        return session.scalars(
            select(Message).where(Message.reply_to == message_id, Message.author == Author.BOT)
        ).one()


def test_a_lab_sheet_with_a_potassium_of_6_8_and_a_mole_at_night(house: Settings, vision: None) -> None:
    report, mole = sent(house, sheet(DANGEROUS, *ORDINARY)), sent(house, lesion())
    enqueue(house, report, mole)
    done = work(house)
    assert "{'SUCCESS': 2}" in done.stdout, done.stdout + done.stderr
    told, looked = answer(report), answer(mole)
    assert told.card is not None
    assert told.card["kind"] == "emergency"
    assert "钾 6.8 mmol/L" in told.text
    assert "急诊" in told.text
    assert "皮肤科" in looked.text
    assert holder(report) == Holder.WAITING
    assert holder(mole) == Holder.BOT
    with session_scope() as session:
        alert = session.scalars(select(Alert)).one()
        assert (alert.message_id, alert.flags) == (report, ["critical_value"])
        kinds = {one.message_id: one.kind for one in session.scalars(select(Finding))}
        assert kinds == {report: FindingKind.REPORT, mole: FindingKind.SKIN}
        cases = {one.message_id: one for one in session.scalars(select(Case))}
        assert cases[report].level == CaseLevel.EMERGENCY
        assert cases[report].finding_id is not None
        assert cases[mole].kind == CaseKind.SKIN
        assert set(session.scalars(select(FindingFile.role))) == {
            FileRole.PAGE, FileRole.MASK, FileRole.OVERLAY, FileRole.HEAT,
        }  # fmt: skip
        assert {one.stage for one in session.scalars(select(Message).where(Message.author == Author.PATIENT))} == {
            MediaStage.HANDED_OVER
        }


def test_an_ordinary_sheet_is_said_to_be_so(house: Settings, vision: None) -> None:
    report = sent(house, sheet(*ORDINARY))
    enqueue(house, report)
    done = work(house)
    assert "{'SUCCESS': 1}" in done.stdout, done.stdout + done.stderr
    assert "共5项，都在参考范围内" in answer(report).text
    with session_scope() as session:
        message = session.get_one(Message, report)
        assert session.get_one(Conversation, message.conversation_id).holder == Holder.BOT
        assert session.scalars(select(Alert)).all() == []
        finding = session.scalars(select(Finding)).one()
        read = report_of(finding.id, read_findings(session, finding))
        sodium = {"row": next(i.key.place for i in read.items if i.code == "na"), "field": "value_text", "value": "165"}
        word = Graded("", agrees=False, content={"cells": [sodium]}, by="doctor", at=utc_now())
        alert = alarm_where_confirmed(session, finding, word)
        assert alert is not None, "the engine has said what would be critical of every row"


def test_what_the_patient_adds_is_read_with_the_stored_photo(house: Settings, vision: None) -> None:
    mole = sent(house, lesion())
    enqueue(house, mole)
    work(house)
    with session_scope() as session:
        finding = session.scalars(select(Finding)).one()
        told = {"age_years": 71.0, "site": "nose", "bleed": True, "grew": True}
        keep_answers(session, finding_id=finding.id, conversation_id=finding.conversation_id, answers=told)
    client.cache_clear()
    try:
        assert read_answers() == 1
    finally:
        client().close()
        client.cache_clear()
    with session_scope() as session:
        data = read_findings(session, session.get_one(Finding, finding.id))
    assert data["history"] == told
    assert data["first_reading"]["version"] == data["version"]
    assert data["read_risk"] in {"urgent", "dermatologist", "watch", "unclear"}
