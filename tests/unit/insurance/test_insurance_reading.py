"""How people ask about insurance, and what is understood of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.insurance import Answer, Inquiry, Kind, Level, answer, chosen, policy_on, read

TODAY = date(2026, 11, 22)


def asked(*messages: str, before: Inquiry | None = None) -> Inquiry:
    """The inquiry after these messages; a message that says nothing of insurance changes nothing."""
    inquiry = before or Inquiry()
    for message in messages:
        inquiry = read(message, inquiry, policy=policy_on(TODAY), today=TODAY) or inquiry
    return inquiry


def answered(inquiry: Inquiry, *, may_ask: bool = True) -> Answer:
    return answer(inquiry, own_level=Level.THIRD, today=TODAY, may_ask=may_ask)


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("我是居民医保,住院花了两万能报多少", {"scheme": "resident", "setting": "inpatient", "amount": "20000"}),
        ("职工医保，在三甲住院，总费用20,000块", {"scheme": "employee", "level": "三级", "amount": "20000"}),
        (
            "退休了，二级医院住院￥35000.50",
            {"scheme": "employee", "retired": True, "level": "二级", "amount": "35000.50"},
        ),
        ("新农合在乡镇卫生院住院2万3报多少", {"scheme": "resident", "level": "一级", "amount": "23000"}),
        ("学生医保门诊看病花了八百多", {"scheme": "resident", "setting": "outpatient", "amount": "800"}),
        ("门诊慢特病职工花了一千二", {"scheme": "employee", "setting": "chronic", "amount": "1200"}),
        ("急诊住院花了1.5万", {"setting": "inpatient", "amount": "15000"}),
        ("在你们医院住院，居民医保", {"level": None, "setting": "inpatient"}),
        ("住院花了两万，其中自费三千，乙类5000", {"amount": "20000", "class_c": "3000", "class_b": "5000"}),
        ("乙类药500块，职工门诊", {"amount": "500", "class_b": "500"}),
        ("今年已经报了3万，这次住院花了5万", {"amount": "50000", "paid_this_year": "30000"}),
        ("第二次住院花了1万", {"stays_before": 1, "amount": "10000"}),
        ("今年住过两次院，这次又花了8000", {"stays_before": 2, "amount": "8000"}),
        ("职工住院起付线已经交过了，花了一万", {"deductible_met": True, "amount": "10000"}),
        ("去外地住院没备案，居民，花了2w", {"away": True, "registered": False, "amount": "20000"}),
        ("居民医保去北京住院备案了花了十万", {"away": True, "registered": True, "amount": "100000"}),
        ("居民医保没转诊直接住院，三万", {"referred": False, "amount": "30000"}),
        ("职工剖腹产花了8000", {"setting": "maternity", "birth": "caesarean", "amount": "8000"}),
        ("去年居民医保住院两万", {"on": date(2025, 12, 31), "amount": "20000"}),
        # no amount: a range, nothing, more inside than the whole
        ("住院花了两三万", {"amount": None}),
        ("住院花了-500", {"amount": None}),
        ("住院花了一千，自费两千", {"amount": None}),
        # other numbers are no money
        ("我65岁，住院第3天，居民医保，发烧39度", {"amount": None, "scheme": "resident"}),
    ],
)
def test_the_facts_of_a_message(said: str, facts: dict[str, Any]) -> None:
    case = asked(said).case
    for name, value in facts.items():
        wanted = Decimal(value) if name in ("amount", "class_b", "class_c", "paid_this_year") and value else value
        assert getattr(case, name) == wanted, name


@pytest.mark.parametrize(
    "said",
    ["你好", "我头疼", "挂骨科", "千万别", "万一晕倒怎么办", "⟦ID:0a1b2c3d4e5f6071:110**0020⟧", "", "……", "第二个"],
)
def test_what_says_nothing_of_insurance(said: str) -> None:
    assert read(said, Inquiry(), policy=policy_on(TODAY), today=TODAY) is None


@pytest.mark.parametrize(
    ("said", "kind", "ask"),
    [
        ("门诊能报销吗", Kind.ASK, "scheme"),
        ("花了两万能报多少", Kind.ASK, "scheme"),
        ("居民医保花了两万能报多少", Kind.ASK, "setting"),
        ("帮我算算职工住院能报多少", Kind.ASK, "amount"),
        ("生孩子能报吗", Kind.ASK, "scheme"),
        ("居民医保生孩子花了五千报多少", Kind.ASK, "birth"),
        ("异地住院报多少", Kind.ASK, "where"),
        ("职工医保去外地住院报多少", Kind.ASK, "registered"),
        ("职工医保去外地住院备案了报多少", Kind.ASK, "level"),
        ("居民医保住院报多少", Kind.TERMS, None),
        ("职工医保三级医院起付线多少", Kind.TERMS, None),
        ("居民医保生孩子能报吗", Kind.TERMS, None),
        ("这个药是乙类报多少", Kind.TERMS, None),
        ("异地就医怎么备案", Kind.ARTICLE, None),
        ("外省医保怎么备案", Kind.ARTICLE, None),
        ("门诊慢特病怎么申请", Kind.ARTICLE, None),
        ("甲乙丙类药是什么意思", Kind.ARTICLE, None),
        ("报销要带什么", Kind.ARTICLE, None),
        ("车祸住院花了五万能报多少", Kind.ARTICLE, None),
        ("我没有医保能看病吗", Kind.ARTICLE, None),
        ("种牙医保给报吗", Kind.SILENT, None),
        ("惠民保怎么赔", Kind.SILENT, None),
        ("我医保在老家，来这里住院花了两万报多少", Kind.SILENT, None),
        ("居民医保急诊花了500能报多少", Kind.SILENT, None),
        ("2019年居民医保住院两万报多少", Kind.SILENT, None),
    ],
)
def test_what_is_answered_and_what_is_asked_back(said: str, kind: Kind, ask: str | None) -> None:
    told = answered(asked(said))
    assert (told.kind, told.ask) == (kind, ask)


def test_questions_one_at_a_time_until_the_sum() -> None:
    inquiry = asked("花了两万能报多少")
    for value in ("scheme.resident", "setting.inpatient"):
        question = answered(inquiry).ask
        assert question == value.split(".")[0]
        inquiry = chosen(inquiry, value) or inquiry
    done = answered(inquiry).calculation
    assert done is not None
    assert done.fund == Decimal("11850.00")


def test_a_correction_keeps_the_bill() -> None:
    inquiry = asked("我是居民医保,住院花了两万能报多少", "不是居民是职工")
    assert (inquiry.case.scheme, inquiry.case.amount) == ("employee", Decimal(20000))
    assert asked("职工医保住院花了两万", "说错了，是居民医保").case.scheme == "resident"
    assert asked("职工医保住院花了两万", "那退休的呢").case.retired is True
    assert asked("职工医保住院花了两万", "那三万呢").case.amount == Decimal(30000)
    assert asked("居民医保住院花了两万", "那门诊呢").case.setting == "outpatient"


def test_another_question_keeps_the_person_and_not_the_bill() -> None:
    case = asked("我是居民医保,住院花了两万能报多少", "门诊能报多少").case
    assert (case.scheme, case.setting, case.amount) == ("resident", "outpatient", None)


def test_a_bare_number_counts_when_an_amount_was_asked_for() -> None:
    waiting = asked("帮我算算居民住院能报多少").model_copy(update={"asked": "amount"})
    assert asked("20000", before=waiting).case.amount == Decimal(20000)
    assert asked("大概两万吧", before=waiting).case.amount == Decimal(20000)
    assert asked("20000").case.amount is None


def test_in_the_middle_of_something_else_nothing_is_asked() -> None:
    told = answered(asked("医保能报销吗"), may_ask=False)
    assert told.kind is Kind.TERMS
    assert {name for name, _ in told.rows} == {"职工医保住院", "职工医保门诊", "居民医保住院", "居民医保门诊"}


@pytest.mark.parametrize("value", ["", "scheme", "scheme.king", "nothing.at_all", "amount.1"])
def test_a_button_that_never_was_means_nothing(value: str) -> None:
    assert chosen(Inquiry(), value) is None


PIECES = (
    *(
        "居民医保",
        "职工",
        "不是",
        "退休",
        "住院",
        "门诊",
        "生孩子",
        "花了",
        "两万",
        "自费三千",
        "乙类1亿",
        "丙类9千万",
        "异地",
        "没备案",
    ),
    *(
        "去外地",
        "第三次住院",
        "今年已经报了三万",
        "报多少",
        "种牙",
        "去年",
        "2031年",
        "三甲",
        "起付线",
        "，",
        "帮我算",
        "0元",
        "-5元",
        "😀",
    ),
)


@given(
    st.lists(st.one_of(st.lists(st.sampled_from(PIECES)).map("".join), st.text(max_size=40)), max_size=4), st.booleans()
)
def test_whatever_is_written_gets_an_answer(messages: list[str], may_ask: bool) -> None:
    """Never an error, and never a sum that is not of the bill."""
    inquiry = asked(*messages)
    told = answered(inquiry, may_ask=may_ask)
    assert may_ask or told.kind is not Kind.ASK
    assert told.ask or told.lines or told.rows
    if told.calculation is not None:
        assert told.calculation.bill == inquiry.case.amount
    assert Inquiry.model_validate(inquiry.model_dump(mode="json")) == inquiry
