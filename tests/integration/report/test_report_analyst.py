"""What follows from a report that was read: alarm, question, explanation, case; each once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from care.replies import EmergencyCard, ReportCard
from care.report import asking
from care.report.items import ItemKey
from channels.text_rendering import as_text
from records.alerts import Alert
from records.cases import Case, CaseKind, CaseLabel, CaseLevel
from records.conversations import Conversation, Message
from records.database import session_scope, utc_now
from records.findings import FileRole, Finding
from records.media import Media
from records.media_store import read_media
from records.patients import Patient, Relation
from records.vault import LEVEL_SENSITIVE, get_vault
from settings import get_settings
from tests.integration.report.conftest import Conclude, Send
from tests.sheets import asked, creatinine, dated, limit, potassium, row, sheet

DANGEROUS = {"rule": "potassium_high"}


def cases() -> list[Case]:
    with session_scope() as session:
        return list(session.scalars(select(Case).order_by(Case.opened_at)))


def answered(conversation: str, finding_id: str, place: int, said: str) -> None:
    with session_scope() as session:
        assert asking.answer(session, conversation, ItemKey(finding_id, place), said) is not None


def test_a_patient_photographs_a_lab_sheet_with_a_potassium_of_6_8(send: Send, concluded: Conclude) -> None:
    finding_id = send(sheet(potassium("6.8", critical=DANGEROUS), creatinine("80")))
    first, again = concluded(finding_id), concluded(finding_id)
    for one in (first, again):
        assert isinstance(one.reply.card, EmergencyCard)
        assert "钾 6.8 mmol/L" in one.reply.card.advice[0]
        assert "急诊" in one.reply.text
        assert one.person
    with session_scope() as session:
        alert = session.scalars(select(Alert)).one()
        assert (alert.flags, alert.urgency) == (["critical_value"], "emergency")
    [case] = cases()
    assert (case.level, case.finding_id, case.alert_id) == (CaseLevel.EMERGENCY, finding_id, alert.id)


def test_a_second_photo_of_the_same_sheet_says_it_again_and_calls_nobody_twice(send: Send, concluded: Conclude) -> None:
    concluded(send(sheet(potassium("6.8", critical=DANGEROUS))))
    second = concluded(send(sheet(potassium("6.8", critical=DANGEROUS), creatinine("80"))))
    assert isinstance(second.reply.card, EmergencyCard)
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 1


def test_a_value_that_is_not_sure_is_asked_about_before_anything_is_said_of_it(
    send: Send, concluded: Conclude, conversation: str
) -> None:
    finding_id = send(
        sheet(creatinine("120"), row("总胆红素", "1.7", low=3.4, high=20.5, ask_back=asked("low_score", "1.7", "17")))
    )
    first = concluded(finding_id)
    assert "1.7 还是 17" in first.reply.text
    assert [one.title for one in first.reply.quick_replies] == ["1.7", "17", "看不清", "重拍一张"]
    assert "偏低" not in first.reply.text
    assert first.slots["finding"]["waiting"]
    assert cases()[0].level == CaseLevel.ROUTINE
    answered(conversation, finding_id, 1, "17")
    then = concluded(finding_id)
    assert "肌酐 120 umol/L，偏高" in then.reply.text
    assert "总胆红素" not in then.reply.text, "17 is in its range"
    assert not then.slots["finding"]["waiting"]
    [case] = cases()
    with session_scope() as session:
        label = session.scalars(select(CaseLabel)).one()
        assert (label.by, label.agrees, label.case_id) == ("patient", False, case.id)
        assert '"answer": "17"' in read_media(session, get_vault(), label.media_id).decode()


def test_an_unsure_dangerous_value_is_asked_at_once_and_is_an_emergency_when_it_is_so(
    send: Send, concluded: Conclude, conversation: str
) -> None:
    unsure = potassium("68", ask_back=asked("impossible", "6.8", "68"))
    finding_id = send(sheet(row("尿素", "9", low=3, high=8, ask_back=asked("low_score", "9")), unsure))
    first = concluded(finding_id)
    assert "6.8 还是 68" in first.reply.text, "what may be dangerous is asked first"
    assert "急诊" in first.reply.text
    assert cases()[0].level == CaseLevel.URGENT
    answered(conversation, finding_id, 1, "6.8")
    then = concluded(finding_id)
    assert isinstance(then.reply.card, EmergencyCard)
    assert sorted(case.level for case in cases()) == [CaseLevel.EMERGENCY, CaseLevel.URGENT]


def test_a_value_beyond_what_was_measured_is_critical_at_its_limit(
    send: Send, concluded: Conclude, conversation: str
) -> None:
    finding_id = send(sheet(potassium("5.2", ask_back=asked("low_score", "5.2"))))
    concluded(finding_id)
    answered(conversation, finding_id, 0, ">6.2")
    assert isinstance(concluded(finding_id).reply.card, EmergencyCard)


def test_a_result_in_words_that_the_patient_puts_right_alarms_too(
    send: Send, concluded: Conclude, conversation: str
) -> None:
    malaria = row(
        "疟原虫", "阴性", code="malaria", ask_back=asked("low_score", "阴性", "阳性"),
        critical_limits=[limit("malaria_positive", grade=1)], range_text="阴性",
    )  # fmt: skip
    finding_id = send(sheet(malaria))
    assert "这一项很重要" in concluded(finding_id).reply.text
    answered(conversation, finding_id, 0, "阳性")
    assert isinstance(concluded(finding_id).reply.card, EmergencyCard)


def registered(conversation: str, *, kinship: str, born: date) -> str:
    with session_scope() as session:
        account = session.get_one(Conversation, conversation).account_id
        patient = Patient(name_shown="王**", id_number_shown="450**1990", birth_date=born)
        session.add(patient)
        session.flush()
        session.add(Relation(account_id=account, patient_id=patient.id, kinship=kinship))
        return patient.id


def test_a_childs_values_are_judged_by_the_rules_for_its_age(
    send: Send, concluded: Conclude, conversation: str
) -> None:
    child = registered(conversation, kinship="儿子", born=date(2019, 3, 1))
    other = {"name": "王*小", "sex": None, "age_years": None, "number": None, "matches": False}
    finding_id = send(sheet(creatinine("400"), patient=other, dates=dated("2026-11-20")))
    assert "这是谁的报告" in concluded(finding_id).reply.text, "no danger for a grown-up"
    with session_scope() as session:
        assert asking.file_for(session, conversation, finding_id, child) is not None
    assert isinstance(concluded(finding_id).reply.card, EmergencyCard)


@pytest.mark.parametrize(("on_the_sheet", "alarm"), [(30.0, False), (None, True)])
def test_the_age_on_the_sheet_goes_before_the_registered_one(
    send: Send, concluded: Conclude, conversation: str, on_the_sheet: float | None, alarm: bool
) -> None:
    registered(conversation, kinship="本人", born=date(2019, 3, 1))
    told = {"name": None, "sex": None, "age_years": on_the_sheet, "number": None, "matches": None}
    follows = concluded(send(sheet(creatinine("400"), patient=told)))
    assert (follows.alarm is not None) is alarm


def test_what_the_engine_found_critical_is_not_talked_away_by_an_age(
    send: Send, concluded: Conclude, conversation: str
) -> None:
    registered(conversation, kinship="本人", born=utc_now().date() - timedelta(days=10))
    assert concluded(send(sheet(potassium("6.8", critical=DANGEROUS)))).alarm is not None


def test_what_cannot_be_read_is_left_out_and_said_so(send: Send, concluded: Conclude, conversation: str) -> None:
    finding_id = send(sheet(creatinine("80"), potassium("4.5", ask_back=asked("low_score", "4.5"))))
    assert "4.5 吗" in concluded(finding_id).reply.text
    answered(conversation, finding_id, 1, asking.NOTHING)
    said = concluded(finding_id).reply.text
    assert "有1项没看清" in said
    assert "共1项" in said


def test_not_that_number_is_then_typed(send: Send, concluded: Conclude, conversation: str) -> None:
    finding_id = send(sheet(creatinine("80"), potassium("4.5", ask_back=asked("low_score", "4.5"))))
    concluded(finding_id)
    answered(conversation, finding_id, 1, asking.NOT_IT)
    assert "这里写的是多少" in concluded(finding_id).reply.text
    answered(conversation, finding_id, 1, "5.9")
    assert "钾 5.9 mmol/L，偏高" in concluded(finding_id).reply.text


def test_more_unclear_than_clear_wants_a_better_photo(send: Send, concluded: Conclude) -> None:
    unclear = [row(f"项目{number}", "1", ask_back=asked("low_score")) for number in range(8)]
    assert "8处看不清" in concluded(send(sheet(*unclear))).reply.text


def test_everything_normal_is_said_kindly_and_with_its_limits(
    send: Send, concluded: Conclude, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", "0")
    get_settings.cache_clear()
    follows = concluded(send(sheet(potassium("4.4"), creatinine("80"))))
    assert "共2项，都在参考范围内" in follows.reply.text
    assert "不能代替医生" in follows.reply.text
    assert follows.case is None
    assert "医生会看" not in follows.reply.text
    monkeypatch.setenv("XINGLIN_SECOND_LOOK_SHARE", "1")
    get_settings.cache_clear()
    drawn = concluded(send(sheet(potassium("4.3")), minutes_ago=-60))
    assert drawn.case is not None
    assert (drawn.case.level, drawn.case.sampled) == (CaseLevel.SECOND_LOOK, True)
    assert "医生会看" in drawn.reply.text


def test_what_is_out_of_range_is_told_with_where_to_go(send: Send, concluded: Conclude) -> None:
    follows = concluded(send(sheet(potassium("4.6"), creatinine("120"), dates=dated("2026-11-20"))))
    card = follows.reply.card
    assert isinstance(card, ReportCard)
    assert [(one.name, one.value, one.direction) for one in card.rows] == [("肌酐", "120 umol/L", "high")]
    assert "（参考 57-97）" in as_text(follows.reply)
    assert "肾内科" in follows.reply.text
    assert "不是诊断" in follows.reply.text
    assert follows.case is not None
    assert (follows.case.kind, follows.case.level, follows.case.reasons, follows.case.department) == (
        CaseKind.REPORT, CaseLevel.ROUTINE, ("out_of_range",), "肾内科",
    )  # fmt: skip
    assert follows.slots["finding"]["department"] in follows.reply.quick_replies[0].title
    assert "120" not in str(follows.slots["finding"] | {"id": ""}), "no value in the assistant's slots"


def test_what_should_be_seen_today_is_an_urgent_case(send: Send, concluded: Conclude) -> None:
    follows = concluded(send(sheet(potassium("5.6"))))
    assert "请今天就去" in follows.reply.text
    assert follows.case is not None
    assert follows.case.level == CaseLevel.URGENT


def test_several_photos_of_one_report_are_one_report(send: Send, concluded: Conclude) -> None:
    concluded(send(sheet(potassium("5.6"), creatinine("80"))))
    together = concluded(send(sheet(potassium("5.6"), row("尿素", "9", code="urea", low=3, high=8))))
    assert "和刚才发的合在一起" in together.reply.text
    assert "共3项，其中2项" in together.reply.text
    assert together.reply.text.count("钾 5.6") == 1


def test_two_photos_that_read_one_row_differently_are_asked_about(send: Send, concluded: Conclude) -> None:
    concluded(send(sheet(potassium("5.6"))))
    asks = concluded(send(sheet(potassium("5.0"), creatinine("80"))))
    assert "5.0 还是 5.6" in asks.reply.text


def test_two_samples_on_one_page_are_both_kept(send: Send, concluded: Conclude) -> None:
    empty, later = row("血糖", "7.9", code="glu", low=3.9, high=6.1), row("血糖", "12.4", code="glu", low=3.9, high=7.8)
    said = concluded(send(sheet(empty, later))).reply.text
    assert "血糖 7.9" in said
    assert "血糖 12.4" in said


def test_an_hour_later_it_is_another_report(send: Send, concluded: Conclude) -> None:
    concluded(send(sheet(potassium("5.6")), minutes_ago=60))
    assert "合在一起" not in concluded(send(sheet(creatinine("120")))).reply.text


def test_values_over_time_are_shown_as_a_trend(send: Send, concluded: Conclude) -> None:
    for number, (day, value) in enumerate((("2026-05-02", "101"), ("2026-08-09", "118"), ("2026-11-20", "131"))):
        last = concluded(send(sheet(creatinine(value), dates=dated(day)), minutes_ago=300 - number * 100))
    card = last.reply.card
    assert isinstance(card, ReportCard)
    [trend] = card.trends
    assert [point.value for point in trend.points] == [101, 118, 131]
    assert "101 → 118 → 131 umol/L（比上次高了）" in last.reply.text


def test_another_name_is_asked_about_and_filed_for_nobody(send: Send, concluded: Conclude, conversation: str) -> None:
    other = {"name": "王*兰", "sex": None, "age_years": None, "number": None, "matches": False}
    finding_id = send(sheet(creatinine("120"), patient=other))
    asks = concluded(finding_id)
    assert "王*兰" in asks.reply.text
    assert "这是谁的报告" in asks.reply.text
    assert "120" not in asks.reply.text
    assert [one.title for one in asks.reply.quick_replies] == ["我本人的", "别人的"]
    with session_scope() as session:
        assert asking.file_for(session, conversation, finding_id, "other") is not None
    told = concluded(finding_id)
    assert "不记在您名下" in told.reply.text
    assert "120" not in told.reply.text
    own = concluded(send(sheet(creatinine("130"), dates=dated("2026-11-21")), minutes_ago=-100))
    assert "120" not in own.reply.text, "the other one's values are in no trend"


def test_a_dangerous_value_of_somebody_elses_alarms_all_the_same(send: Send, concluded: Conclude) -> None:
    other = {"name": "王*兰", "sex": None, "age_years": None, "number": None, "matches": False}
    assert concluded(send(sheet(potassium("6.8", critical=DANGEROUS), patient=other))).alarm is not None


def test_what_is_of_level_5_is_named_nowhere(send: Send, concluded: Conclude) -> None:
    hidden = row("人类免疫缺陷病毒抗体", "阳性", flag="abnormal", sensitivity=5)
    page = ("image/png", b"\x89PNG page")
    finding_id = send(sheet(creatinine("80"), hidden), level=LEVEL_SENSITIVE, files={FileRole.PAGE: page})
    follows = concluded(finding_id)
    said = str(follows)
    assert "有一项结果请医生当面和您说" in follows.reply.text
    for secret in ("免疫缺陷", "HIV", "阳性"):
        assert secret not in said
    assert cases()[0].sensitivity == LEVEL_SENSITIVE
    with session_scope() as session:
        kept = session.get_one(Media, session.get_one(Finding, finding_id).media_id)
        assert kept.sensitivity == LEVEL_SENSITIVE
        assert session.scalars(select(Message.sensitivity)).one() == LEVEL_SENSITIVE


def test_a_critical_value_of_level_5_is_an_emergency_and_named_nowhere(send: Send, concluded: Conclude) -> None:
    lithium = row("锂", "3.1", code="lithium", critical={"rule": "lithium_high"}, sensitivity=5)
    follows = concluded(send(sheet(creatinine("80"), lithium), level=LEVEL_SENSITIVE))
    assert follows.alarm is not None
    assert isinstance(follows.reply.card, EmergencyCard)
    for secret in ("锂", "3.1"):
        assert secret not in str(follows)


def test_a_narrative_is_repeated_and_compared_and_not_judged(send: Send, concluded: Conclude) -> None:
    def told(mm: float, day: str) -> dict[str, object]:
        clause = {
            "text": f"甲状腺左叶见结节，大小约{mm}×4mm", "kind": "nodule", "site": "甲状腺", "side": "left",
            "sizes": [{"mm": [mm, 4.0], "text": f"{mm:g}×4mm"}], "grades": [], "negated": False,
        }  # fmt: skip
        graded = clause | {"sizes": [], "grades": [{"system": "TI-RADS", "value": "3", "text": "TI-RADS 3类"}]}
        narrative = {"examined": "甲状腺", "findings": [clause], "conclusion": [graded], "conclusion_text": "考虑恶性"}
        return sheet(kind="ultrasound", narrative=narrative, dates=dated(day))

    concluded(send(told(6.0, "2026-05-01"), minutes_ago=90))
    later = concluded(send(told(8.0, "2026-11-01")))
    assert "左侧甲状腺结节：8×4mm" in later.reply.text
    assert "TI-RADS 3类" in later.reply.text
    assert "和2026-05-01的报告比：左侧甲状腺结节大了2毫米" in later.reply.text
    assert "恶性" not in later.reply.text
    assert later.slots["finding"]["department"] == "内分泌科"


@pytest.mark.parametrize(
    ("problem", "word", "person"),
    [
        ("no_report", "整张单子", True),
        ("half_page", "四个角", False),
        ("handwriting", "医生", True),
        ("new", "再拍", False),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    send: Send, concluded: Conclude, problem: str, word: str, person: bool
) -> None:
    follows = concluded(send(sheet(quality={"problem": problem, "notes": [], "score": None})))
    assert word in follows.reply.text
    assert (follows.case is not None) is person


def test_nobody_answers_for_another_conversation(send: Send, database: None) -> None:
    finding_id = send(sheet(potassium("4.5", ask_back=asked("low_score", "4.5"))))
    with session_scope() as session:
        assert asking.answer(session, "another", ItemKey(finding_id, 0), "9") is None
        assert asking.file_for(session, "another", finding_id, "本人") is None
