"""The screen: combinations, modifiers, earlier messages, and every text taken."""

from time import perf_counter, process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.emergency import emergency_reply, screen
from care.emergency.wording import plain
from care.urgency import Urgency

LONGEST_CPU = 0.6  # seconds; the aim is 0.3, what is more is left to a busy machine


def ids(text: str, **known: object) -> set[str]:
    return {flag.id for flag in screen(text, **known).flags}  # type: ignore[arg-type]


def test_the_most_urgent_flag_decides() -> None:
    found = screen("鱼刺卡喉咙了，现在喘不上气，嘴唇发紫")
    assert found.urgency is Urgency.CALL_120
    assert found.flags[0].urgency is Urgency.CALL_120


def test_a_combination_is_completed_across_messages() -> None:
    assert not screen("胸口有点疼").alarm
    assert not screen("还出冷汗").alarm
    assert "acute_coronary" in ids("还出冷汗", earlier=["胸口有点疼"])


def test_an_earlier_alarm_alone_does_not_alarm_again() -> None:
    assert not screen("急诊怎么走", earlier=["胸口疼得厉害，出冷汗"]).alarm
    assert not screen("好的，谢谢", earlier=["我爸叫不醒了"]).alarm


def test_a_negated_answer_completes_nothing() -> None:
    assert not screen("没有出冷汗", earlier=["胸口有点疼"]).alarm


@pytest.mark.parametrize(
    ("text", "known", "alarm"),
    [
        ("发烧38度", {"age_years": 0.1}, True),  # known from the record
        ("发烧38度", {"age_years": 5}, False),
        ("五岁，发烧38度", {"age_years": 0.1}, False),  # the text comes first
        ("宝宝两个月，发烧38度", {}, True),
        ("宝宝两岁，发烧38度", {}, False),
        ("发烧两个月了", {}, False),  # a duration is no age
        ("不到三个月的宝宝发烧", {}, True),
        ("刚才流血了", {"pregnant": True}, True),
        ("刚才流血了", {"pregnant": False}, False),
        ("没怀孕，刚才流血了", {"pregnant": True}, False),  # the text comes first
        ("血压200/120", {}, True),
        ("血压120/80", {}, False),
        ("去年血压200", {}, False),
        ("心率180", {}, True),
        ("胎心160", {}, False),
        ("血糖2.2", {}, True),
        ("餐后2小时血糖8", {}, False),
    ],
)
def test_numbers_and_what_is_known(text: str, known: dict[str, object], alarm: bool) -> None:
    assert screen(text, **known).alarm is alarm  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "胸口 疼，出冷汗",
        "胸口疼，出冷汗",
        "ＣＨＥＳＴ　ＰＡＩＮ　出冷汗",
        "凶口通，出冷汉",
        "胸口\u200b疼,出冷汗",
        "觸電了",
        "胸口疼疼疼，出冷汗",
    ],
)
def test_writing_does_not_matter(text: str) -> None:
    assert screen(text).alarm


def test_a_masking_token_is_one_neutral_character() -> None:
    assert plain("⟦NAME:0a1b2c3d4e5f6071:张**⟧晕倒了") == "某晕倒了"
    assert screen("⟦NAME:0a1b2c3d4e5f6071:张**⟧突然晕倒了").alarm


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    assert screen(text) == screen(text)


PIECES = [
    "胸口",
    "疼",
    "出冷汗",
    "没有",
    "孩子",
    "三个月",
    "38度",
    "，",
    "。",
    "血压",
    "200",
    "怀孕",
    "去年",
    "突然",
    "(",
    "\n",
    " ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.lists(st.sampled_from(PIECES), max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_order_of_medical_words_is_taken(words: list[str], before: list[str]) -> None:
    found = screen("".join(words), earlier=["".join(before)])
    assert found.alarm == bool(found.flags)


@pytest.mark.parametrize(
    "text",
    [
        "啊" * 100_000,
        "胸口疼没有" * 20_000,
        "出冷汗，不疼。" * 14_000,
        "1" * 100_000,
        "(" * 100_000,
        "孩子咳嗽有痰，去年发烧过一次，没有抽搐，胸口不疼，大便正常，想挂呼吸科。" * 3_000,
        "血压200" * 1_000_000,
    ],
    ids=["one character", "no pain", "no sweat", "digits", "brackets", "a history", "seven million characters"],
)
def test_a_very_long_text_costs_a_bounded_time(text: str) -> None:
    screen("")
    begun = process_time()
    screen(text)
    assert process_time() - begun < LONGEST_CPU


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.5, 0.77, 0.99, 1.0])
@pytest.mark.parametrize("length", [3_000, 9_000, 100_000])
def test_a_danger_anywhere_in_a_long_text_is_found(share: float, length: int) -> None:
    filler = "孩子去年咳嗽过，没有发烧，第{}次检查都正常。想问一下什么时候复查，{}诊室周几出诊。"
    text = "".join(filler.format(number, number) for number in range(length // len(filler)))[:length]
    at = int(len(text) * share)
    assert not screen(text).alarm
    assert "acute_coronary" in ids(text[:at] + "。我爸胸口疼得厉害，出冷汗。" + text[at:])


def test_an_ordinary_message_takes_a_few_milliseconds() -> None:
    texts = [
        "孩子发烧38度两天，咳嗽有黄痰，精神还可以，要不要去医院",
        "我妈胸口偶尔闷，想挂心内科",
        "王医生周几出诊",
    ] * 100
    screen(texts[0])
    times = []
    for text in texts:
        begun = perf_counter()
        screen(text)
        times.append(perf_counter() - begun)
    assert sorted(times)[len(times) // 2] < 0.005


def test_the_reply_says_what_to_do_and_where() -> None:
    reply = emergency_reply(screen("我爸突然叫不醒"), entrance="东门一层", phone="120")
    assert reply.card is not None
    assert reply.card.kind == "emergency"
    assert "120" in reply.text
    assert "东门一层" in reply.text
    assert all(line in reply.text for line in reply.card.advice)


def test_the_reply_to_a_wish_to_die_is_kind_and_names_the_line() -> None:
    reply = emergency_reply(screen("不想活了"), entrance="东门一层", phone="120")
    assert "12356" in reply.text
    assert "陪" in reply.text


def test_pills_swallowed_on_purpose_get_both_answers() -> None:
    found = screen("不想活了，吞了一瓶安眠药")
    assert found.urgency is Urgency.CALL_120
    assert "12356" in emergency_reply(found, entrance="东门", phone="120").text


@pytest.mark.parametrize(
    "text",
    [
        "布洛芬一次吃几片",
        "头孢一天吃几次",
        "阿莫西林一次吃几粒",
        "儿童退烧药吃多少",
        "药吃多了会怎么样",
        "忘了吃药能补两片吗",
        "安眠药一次能吃几片",
        "我爸每天要吃一大把药，降压的降糖的",
        "吞药的时候总是卡嗓子怎么办",
        "头孢吃了两盒了咳嗽还没好，还要接着吃吗",
        "过量服用维生素有什么危害",
        "药片太大吞不下去，能掰开吃吗",
    ],
)
def test_a_question_about_medicine_is_no_overdose(text: str) -> None:
    assert not screen(text).alarm


@pytest.mark.parametrize(
    "text",
    [
        "我吃了一整瓶安眠药",
        "孩子误吃了半盒降压药",
        "多吃了十片布洛芬，现在恶心",
        "一口气把抗抑郁药全吃了",
        "老人把五天的药一次全吃了",
        "胰岛素打多了，头晕",
        "吞了三板布洛芬",
        "吃了太多感冒药，心慌想吐",
    ],
)
def test_an_overdose_alarms(text: str) -> None:
    assert ids(text) & {"overdose", "child_wrong_medicine", "hypoglycaemia"}


def test_no_alarm_has_no_reply() -> None:
    with pytest.raises(ValueError, match="no alarm"):
        emergency_reply(screen("你好"), entrance="东门", phone="120")
