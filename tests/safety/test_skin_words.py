"""A skin photo's answer names no class, no grade and no probability, whatever the engine says (NMPA 2021 No. 47)."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care.replies import Reply
from care.skin.analyst import slots
from care.skin.history import LESION, PSORIASIS, options, question_text
from care.skin.reading import Risk, more_pressing, reading_of
from care.skin.telling import told, told_again, told_raised, told_when_asked
from care.texts import catalogue

CLASSES = ("ACK", "BCC", "MEL", "NEV", "SCC", "SEK", "akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
# Diseases, verdicts and numbers that only a hospital with the approval may show, and most not even then.
DISEASES = "黑色素|基底细胞|鳞状|鳞癌|角化|脂溢性|痣细胞|血管瘤|纤维瘤|皮肤癌|癌|肿瘤|恶性|良性|湿疹|皮炎"
GRADES = "高危|低危|中危|高风险|低风险|风险|概率|可能性|分级|级别|等级|评分|得分|置信|%|％|百分"
MEDICINE = "吃药|服药|用药|药膏|涂抹|激素|抗生素|毫克|mg|一日|每日.次"
BANNED = re.compile("|".join((DISEASES, GRADES, MEDICINE)), re.IGNORECASE)


def words_of(reply: Reply) -> str:
    return "\n".join((reply.text, *(f"{one.title} {one.payload}" for one in reply.quick_replies)))


def assert_clean(said: str) -> None:
    assert not (found := BANNED.search(said)), found
    for name in CLASSES:
        assert not re.search(rf"\b{name}\b", said), name
    for risk in Risk:
        assert risk.value not in said.replace("watch_", ""), risk


@pytest.mark.parametrize("risk", Risk)
@pytest.mark.parametrize("doctor_looks", [True, False])
@pytest.mark.parametrize("psoriasis", [True, False])
def test_no_answer_names_a_class_or_a_grade(risk: Risk, doctor_looks: bool, psoriasis: bool) -> None:
    reply = told(risk, doctor_looks=doctor_looks, psoriasis=psoriasis)
    assert_clean(words_of(reply))
    assert ("医生会看" in reply.text) is doctor_looks, "nobody is promised who does not come"
    assert "这不是诊断" in reply.text
    assert any("皮肤科" in one.payload for one in reply.quick_replies)


@given(
    probabilities=st.fixed_dictionaries({name: st.floats(0, 1) for name in CLASSES}),
    risk=st.sampled_from([*(one.value for one in Risk), "", "new_tier"]),
    malignant=st.floats(0, 1),
    looks=st.booleans(),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_engine_says(probabilities: dict[str, float], risk: str, malignant: float, looks: bool) -> None:
    reading = reading_of({"probabilities": probabilities, "risk": risk, "malignant": malignant})
    assert reading.risk is not None
    assert_clean(words_of(told(reading.risk, doctor_looks=looks)))
    told_to_the_assistant = slots("0" * 16, reading.risk, doctor_looks=looks, psoriasis=False)
    given_away = str(told_to_the_assistant["finding"]["soon"])
    assert given_away not in {"urgent", "dermatologist", "unclear"}
    assert set(told_to_the_assistant["finding"]) == {"kind", "id", "department", "soon", "doctor_looks", "psoriasis"}
    assert_clean(words_of(told_when_asked(given_away, doctor_looks=looks)))


def test_no_text_about_the_skin_names_one_either() -> None:
    for key, said in catalogue().items():
        if key.startswith("skin.") and not key.startswith("skin.tier."):
            assert not BANNED.search(said), key
    for question in (*LESION, *PSORIASIS):
        assert_clean(question_text(question))
        for option in options(question):
            assert_clean(option.title)
    assert_clean(words_of(told_raised()))


@pytest.mark.parametrize("risk", Risk)
def test_with_the_approval_the_tier_is_told_in_words_and_never_a_diagnosis(risk: Risk) -> None:
    said = told(risk, doctor_looks=True, tier_visible=True).text
    assert said != told(risk, doctor_looks=True).text
    assert not re.search(DISEASES, said)
    assert not re.search(MEDICINE, said)
    assert "这不是诊断" in said


@pytest.mark.parametrize(
    "problem",
    ["too_small", "too_dark", "too_bright", "blurred", "no_skin", "no_lesion", "person", "several_people", "new_one"],
)
def test_a_photo_that_cannot_be_read_says_what_to_do(problem: str) -> None:
    reply = told_again(problem)
    assert_clean(words_of(reply))
    assert re.search("再拍|再发|拍清楚|离近", reply.text), "something that the patient can do"


def test_a_second_reading_never_lowers_the_tier() -> None:
    for one in Risk:
        for other in Risk:
            assert more_pressing(one, other) == more_pressing(other, one)
            assert more_pressing(one, other) in (one, other)
        assert more_pressing(Risk.URGENT, one) is Risk.URGENT
    assert more_pressing(Risk.WATCH, Risk.UNCLEAR) is Risk.UNCLEAR
