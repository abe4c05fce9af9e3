"""What people really send: contradictions, everything at once, a medical record, an animal, English, jokes."""

import pytest

from care.triage import Evidence, assess
from care.triage.reading import read
from care.urgency import Urgency

LETTER = (
    "主诉：反复胸闷三年，加重一天。现病史：患者三年前活动后胸闷，未正规治疗。既往史：高血压病史十年。查体：血压150/90，双肺呼吸音清。"
    "出院诊断：冠心病。出院医嘱：低盐低脂饮食，门诊随诊。"
)


@pytest.mark.parametrize("text", ["不发烧但是39度", "没有发烧，量了一下39.2度", "39度5，应该不算发烧吧"])
def test_the_measured_temperature_wins(text: str) -> None:
    reading = read(Evidence((text,)))
    assert "发热" in reading.present
    assert "发热" not in reading.denied
    assert assess(Evidence((text,))).urgency == Urgency.WITHIN_24H


def test_a_normal_temperature_is_no_fever() -> None:
    assert "发热" not in read(Evidence(("量了36.8度",))).present
    assert "发热" not in read(Evidence(("宝宝六个月37.6度",))).present  # of a child not before 38


def test_what_is_denied_sets_no_urgency() -> None:
    found = assess(Evidence(("心慌，一分钟一百二，没有胸痛",), age_years=72.0))
    assert "palpitation_danger" not in found.urgency_rules


def test_ten_symptoms_at_once_are_an_ordinary_visit_with_a_question() -> None:
    found = assess(Evidence(("头疼咳嗽流鼻涕嗓子疼肚子疼拉肚子腰疼腿麻皮肤痒睡不着",)))
    assert found.urgency in (Urgency.OUTPATIENT, Urgency.WITHIN_24H)
    assert found.question is not None


def test_a_pasted_record_is_asked_how_it_is_now() -> None:
    found = assess(Evidence((LETTER,)))
    assert found.question is not None
    assert found.question.id == "letter"
    assert assess(Evidence((LETTER,), answers={"letter": "worse"})).urgency == Urgency.WITHIN_24H


def test_a_complaint_that_names_its_history_is_no_record() -> None:
    assert not read(Evidence(("既往史没有，就是咳嗽三天",))).letter


def test_nothing_is_asked_about_an_animal() -> None:
    found = assess(Evidence(("我家狗吐了三次不吃饭",)))
    assert found.question is None
    assert found.departments[0].name == "全科医学科"
    assert "兽医" in found.rationale


@pytest.mark.parametrize("text", ["I have a headache and fever", "你是傻子吗", "哈哈哈逗你玩的", "？？？"])
def test_without_a_complaint_it_is_asked_where_it_hurts(text: str) -> None:
    found = assess(Evidence((text,)))
    assert found.urgency == Urgency.OUTPATIENT
    assert found.departments[0].probability < 0.5
    assert found.question is not None
    assert found.question.id == "where"
