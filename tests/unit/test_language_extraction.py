"""What patients say, and what is read from it. The clock stands at Sunday, 22 November 2026, nine in the morning."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from language.extraction import KINDS, extract
from language.people import doctor_name

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def _values(text: str, kind: str) -> list[str]:
    return [mention.value for mention in extract(text, now=NOW) if mention.kind == kind]


def _symptoms(text: str) -> set[str]:
    """Canonical names; a denied one with a minus before it."""
    found = [mention for mention in extract(text, now=NOW) if mention.kind == "symptom"]
    return {("-" if mention.negated else "") + mention.value for mention in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我头疼三天了", {"头痛"}),  # part + feeling
        ("脑壳痛", {"头痛"}),  # dialect
        ("打摆子", {"寒战"}),  # dialect that is no part + feeling
        ("屙血两天", {"便血"}),
        ("拉稀", {"腹泻"}),
        ("心口窝疼", {"胸痛"}),
        ("胸口偶尔闷", {"胸闷"}),  # words between part and feeling
        ("右下腹一直隐隐作痛", {"腹痛"}),
        ("头和脖子都疼", {"头痛", "颈痛"}),  # one feeling, two parts
        ("头又晕又疼", {"头晕", "头痛"}),  # one part, two feelings
        ("睡不着", {"失眠"}),  # 不 belongs to the name
        ("吐血", {"呕血"}),  # not 吐
        ("不发烧", {"-发热"}),
        ("没有呕吐", {"-呕吐"}),
        ("没发烧也不咳嗽", {"-发热", "-咳嗽"}),
        ("肚子不怎么疼", {"-腹痛"}),
        ("没有发烧、咳嗽和呕吐，就是拉稀", {"-发热", "-咳嗽", "-呕吐", "腹泻"}),  # the denial ends at the comma
        ("无发热咳嗽，有恶心", {"-发热", "-咳嗽", "恶心"}),
        ("否认胸痛", {"-胸痛"}),
        ("咳嗽倒没有", {"-咳嗽"}),  # denied afterwards
        ("烧退了", {"-发热"}),
        ("有没有发烧", {"发热"}),  # asked, not denied
        ("发烧没有？", {"发热"}),
        ("会不会吐", {"呕吐"}),
        ("忍不住咳嗽", {"咳嗽"}),
        ("不停地咳嗽", {"咳嗽"}),
        ("除了咳嗽没有别的", {"咳嗽"}),
        ("晕车", set()),
        ("挂号", set()),
    ],
)
def test_symptoms_and_whether_they_are_denied(text: str, expected: set[str]) -> None:
    assert _symptoms(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("39度2", "temperature", ["39.2"]),
        ("三十九度", "temperature", ["39"]),
        ("体温三十八度五", "temperature", ["38.5"]),
        ("38.5℃", "temperature", ["38.5"]),
        ("烧到39", "temperature", ["39"]),
        ("３９．２度", "temperature", ["39.2"]),  # full width
        ("近视300度", "temperature", []),
        ("八个月", "age", ["0.67"]),
        ("宝宝八个月了", "age", ["0.67"]),
        ("咳嗽八个月了", "age", []),
        ("怀孕八个月", "age", []),
        ("我爸六十多了", "age", ["60"]),
        ("六十多块", "age", []),
        ("3岁半", "age", ["3.5"]),
        ("一岁三个月", "age", ["1.25"]),
        ("满月", "age", ["0.08"]),
        ("女，35岁", "age", ["35"]),
        ("我妈72，高血压", "age", ["72"]),
        ("三天了", "duration", ["3"]),
        ("半个月", "duration", ["15"]),
        ("咳嗽八个月了", "duration", ["240"]),
        ("两三天", "duration", ["2.5"]),
        ("十几天", "duration", ["15"]),
        ("一年半", "duration", ["547.5"]),
        ("从昨晚开始", "duration", ["1"]),
        ("从上周三开始疼", "duration", ["11"]),
        ("三天后", "duration", []),  # a date
        ("一天拉五次", "duration", []),  # how often
        ("八个月", "duration", ["240"]),  # alone it may answer either question
        ("下周三上午", "date", ["2026-11-25"]),
        ("12月1号", "date", ["2026-12-01"]),
        ("大后天", "date", ["2026-11-25"]),
        ("周五", "date", ["2026-11-27"]),
        ("这个月底", "date", ["2026-11-30"]),
        ("下个月3号", "date", ["2026-12-03"]),
        ("3号", "date", ["2026-12-03"]),  # the coming third
        ("三天后", "date", ["2026-11-25"]),
        ("2月30号", "date", []),
        ("3号楼", "date", []),
        ("下周三上午", "time_of_day", ["morning"]),
        ("明天下午三点", "time_of_day", ["afternoon"]),
        ("15:30", "time_of_day", ["afternoon"]),
        ("明晚", "time_of_day", ["evening"]),
        ("有点疼", "severity", ["mild"]),
        ("疼得厉害", "severity", ["severe"]),
        ("女，35岁", "sex", ["female"]),
        ("我是男的", "sex", ["male"]),
        ("有女医生吗", "sex", []),
        ("怀孕五个月", "pregnancy", ["yes"]),
        ("没怀孕", "pregnancy", ["no"]),
        ("会不会怀孕", "pregnancy", []),
        ("备孕半年", "pregnancy", []),
        ("挂心内科", "department", ["心血管内科"]),
        ("看消化的号", "department", ["消化内科"]),
        ("挂个内科", "department", ["内科"]),  # a first level
        ("呼吸困难", "department", []),
        ("王主任", "doctor", ["王主任"]),
        ("约李建国医生", "doctor", ["李建国医生"]),
        ("周五王医生", "doctor", ["王医生"]),
        ("我想看医生", "doctor", []),
        ("高血压专家", "doctor", []),
        ("帮我妈挂号", "kinship", ["母亲"]),
        ("给儿子约儿科", "kinship", ["儿子"]),
        ("给自己挂", "kinship", ["本人"]),
        ("大姨妈推迟了", "kinship", []),
        ("第二个", "ordinal", ["2"]),
        ("第一个时间", "ordinal", ["1"]),
        ("2", "ordinal", ["2"]),
        ("最后一个", "ordinal", ["-1"]),
        ("第二天", "ordinal", []),
    ],
)
def test_values(text: str, kind: str, expected: list[str]) -> None:
    assert _values(text, kind) == expected


def test_everything_in_one_sentence() -> None:
    found = {(m.kind, m.value) for m in extract("帮我妈挂个下周三上午的心内科，她胸口偶尔闷", now=NOW)}
    assert found >= {
        ("kinship", "母亲"),
        ("date", "2026-11-25"),
        ("time_of_day", "morning"),
        ("department", "心血管内科"),
        ("symptom", "胸闷"),
    }


def test_a_masking_token_is_one_thing_and_nothing_in_it_is_read() -> None:
    token = "⟦ADDRESS:0a1b2c3d4e5f6071:头疼3号39度明天⟧"
    (only,) = extract(token, now=NOW)
    assert (only.kind, only.value) == ("personal", token)


@pytest.mark.parametrize("text", ["", " ", "😀😀", "。。。", "<script>", "⟦", "' or 1=1 --", "\x00\ud7ff"])
def test_nothing_to_read_is_no_error(text: str) -> None:
    assert extract(text, now=NOW) == []


@pytest.mark.parametrize(
    "unit", ["头", "1", "一", "没有、", "头有点", "两个半月", "我妈", "孕 ", "，", "可能", "我头疼三天了，女，35岁，"]
)
def test_cost_grows_with_the_length_and_no_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        began = time.process_time()
        extract(text, now=NOW)
        return time.process_time() - began

    seconds(1_000)  # lexicons are read once
    assert seconds(100_000) < 10  # quadratic time would be minutes


@pytest.mark.parametrize(
    "text", ["我头疼三天了，没有发烧39度2，女，35岁", "⟦ID:0a1b2c3d4e5f6071:450**1990⟧明天上午心内科王主任", "３９岁"]
)
def test_places_are_those_of_the_text(text: str) -> None:
    found = extract(text, now=NOW)
    assert found
    for mention in found:
        assert text[mention.start : mention.end] == mention.text
        assert mention.kind in KINDS


def test_doctor_name() -> None:
    assert [doctor_name(said) for said in ("王主任", "李建国医生", "欧阳")] == ["王", "李建国", "欧阳"]


@pytest.mark.parametrize(
    ("text", "day"),
    [("这周六上午", "2026-11-28"), ("本周三", "2026-11-25"), ("上周六", "2026-11-14"), ("这周日", "2026-11-22")],
)
def test_on_a_sunday_this_week_is_the_one_to_come(text: str, day: str) -> None:
    assert _values(text, "date") == [day]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("住院花了两万三", "23000"),
        ("总费用20,000块", "20000"),
        ("￥1,234.5", "1234.50"),
        ("花了2w多", "20000"),
        ("1万2千", "12000"),
        ("八百多块钱", "800"),
        ("５００元", "500"),
        ("一百零五块", "105"),
        ("3千5能报多少", "3500"),
        ("两万块半", "20000"),
    ],
)
def test_money(text: str, amount: str) -> None:
    assert _values(text, "amount") == [amount]


@pytest.mark.parametrize(
    "text",
    [
        "两三万",
        "十几万",
        "我65岁",
        "发烧39度",
        "万一晕倒",
        "千万别",
        "一块红斑",
        "走了一万步",
        "血压160",
        "第三天",
        "2026年",
        "-500元",
        "三百斤",
    ],
)
def test_no_money(text: str) -> None:
    assert _values(text, "amount") == []
