"""What may be answered without consent, and what not (PIPL art. 13, 28, 29): intent, entities and words together."""

import pytest

from care.consent import Child, child_in, is_general, says_no, says_yes
from care.consent.general import GENERAL_INTENTS
from care.rights.identity import is_ending


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "entities", "general"),
    [
        ("你好", "greet", 0.99, [], True),
        ("门诊几点开门", "ask_opening_hours", 0.99, [], True),
        (
            "皮肤科几点上班",
            "ask_opening_hours",
            0.99,
            ["body_part", "department"],
            True,
        ),  # the department, nobody's skin
        ("看病要带什么", "ask_department", 0.8, [], True),  # about the house
        ("大病保险怎么报", "ask_insurance", 0.9, [], True),  # about a policy
        ("十分感谢", "thank", 0.99, ["severity"], True),
        ("第二个", "inform", 0.99, ["ordinal"], True),  # an answer to what booking asks
        ("⟦NAME:0a1b2c3d4e5f6071:王**⟧", "out_of_scope", 0.9, ["personal"], True),  # a name that booking asked for
        ("😀", "nlu_fallback", 0.4, [], True),
        ("头疼两天了", "describe_complaint", 0.99, ["symptom"], False),
        ("头晕应该挂什么科", "ask_department", 0.99, ["symptom"], False),  # asks about the house, tells of oneself
        ("我得了糖尿病，挂什么科", "ask_department", 0.99, [], False),  # a disease is no symptom
        ("高血压住院能报销吗，我父亲有好多年了", "ask_insurance", 0.8, [], False),
        ("我手腕不舒服", "chitchat", 0.8, ["body_part"], False),
        ("不知道是什么东西长在这里好几天了也不消退怎么办", "dont_know", 0.9, [], False),  # too long for "don't know"
        ("你好", "greet", 0.3, [], False),  # not sure enough
        ("随便什么", "nlu_fallback", 0.99, [], False),
        ("布洛芬一次吃几片", "ask_medicine", 0.99, [], False),
        ("⟦SENSITIVE:0a1b2c3d4e5f6071:〔〕⟧，挂号", "book_appointment", 0.99, [], False),  # level 5, sealed away
    ],
)
def test_general(text: str, intent: str, confidence: float, entities: list[str], general: bool) -> None:
    assert is_general(text, intent=intent, confidence=confidence, entities=entities) is general


def test_no_intent_of_health_is_on_the_list() -> None:
    assert not GENERAL_INTENTS & {"describe_complaint", "answer_triage", "ask_medicine", "answer_followup"}


@pytest.mark.parametrize(
    ("heard", "child"),
    [
        ("孩子3岁发烧", Child.ABOUT),
        ("宝宝8个月，拉肚子", Child.ABOUT),
        ("13岁，男", Child.ABOUT),
        ('/answer_triage{"choice": "age:baby"}', Child.ABOUT),
        ("我今年12岁肚子疼", Child.WRITING),
        ("我11岁", Child.WRITING),
        ("我14岁", Child.NO),  # PIPL art. 31: under 14
        ("我家孩子13岁", Child.ABOUT),  # "我家", not "我"
        ("我8岁的时候骨折过", Child.NO),  # a grown-up's story
        ("咳嗽八个月了", Child.NO),  # no age
        ("怀孕八个月", Child.NO),
        ('/answer_triage{"choice": "age:adult"}', Child.NO),
    ],
)
def test_children(heard: str, child: Child) -> None:
    assert child_in(heard) is child


@pytest.mark.parametrize("words", ["同意", "我同意。", "好的", "可以", "嗯嗯", "行", "OK", "同意！"])
def test_yes(words: str) -> None:
    assert says_yes(words)
    assert not says_no(words)


@pytest.mark.parametrize("words", ["不同意", "我不同意", "不要", "算了", "拒绝"])
def test_no(words: str) -> None:
    assert says_no(words)
    assert not says_yes(words)


@pytest.mark.parametrize("words", ["同意不了", "好疼", "可以吃药吗", "", "我不知道", "不好说", "好的我头疼"])
def test_neither(words: str) -> None:
    assert not says_yes(words)
    assert not says_no(words)


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("002X", True),
        ("002x", True),
        ("００２Ｘ", True),
        ("12 34", True),
        ("123", False),
        ("X002", False),
        ("12345", False),
    ],
)
def test_the_end_of_an_identity_number(words: str, ending: bool) -> None:
    assert is_ending(words) is ending
