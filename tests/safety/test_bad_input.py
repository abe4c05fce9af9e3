"""What patients also write: contradictions, ten things at once, letters, dialect, slips, English, dogs, threats."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from care.emergency import emergency_reply, screen
from care.triage import assess
from care.triage.evidence import Evidence
from channels.admission import Admission
from channels.apart import ApartStep
from channels.inbound import Channel, Kind
from language.extraction import extract

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DIALECT: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "dialect.yaml").read_text(encoding="utf-8")
)


def flags(text: str) -> set[str]:
    return {flag.id for flag in screen(text).flags}


def dialect_words() -> Iterator[tuple[str, str]]:
    for symptoms in DIALECT.values():
        for symptom, words in symptoms.items():
            for word in words.split():
                yield symptom, word


def test_at_least_150_dialect_words_are_read_as_their_symptom() -> None:
    words = set(dialect_words())
    assert len({word for _, word in words}) >= 150
    missed = [
        f"{word}: {symptom}"
        for symptom, word in words
        if symptom not in {found.value for found in extract(f"我{word}，怎么办", now=NOW) if found.kind == "symptom"}
    ]
    assert not missed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("凶口痛 喘不上汽", "acute_coronary"),
        ("我爸嘴外了 说话不轻", "stroke"),
        ("他喝农要了", "poisoning"),
        ("血止不主", "severe_bleeding"),
        ("呼吸困男嘴唇发子", "severe_dyspnoea"),
        ("晕到了叫不醒", "unconscious"),
        ("发骚四十度说胡话", "dangerous_fever"),
        ("头通欲裂突然的", "severe_headache"),
        ("肚子通得打滚", "acute_abdomen"),
        ("土血了一大口", "haematemesis"),
        ("我不想货了", "suicide"),
        ("孩子抽畜了", "seizure"),
        ("兄痛出冷汉", "acute_coronary"),
        ("xiong口疼出冷汗", "acute_coronary"),
        ("胸 口 疼 ， 冒 冷 汗", "acute_coronary"),
        ("喘不上氣，臉發紫", "severe_dyspnoea"),
    ],
)
def test_slips_of_typing_and_of_voice_recognition_are_understood(text: str, wanted: str) -> None:
    assert wanted in flags(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("my chest hurts and I can't breathe", "severe_dyspnoea"),
        ("my dad passed out and is not responding", "syncope"),
        ("I want to kill myself", "suicide"),
        ("help me I am dying", "call_for_help"),
    ],
)
def test_an_emergency_in_english_is_answered_in_english_too(text: str, wanted: str) -> None:
    screening = screen(text)
    assert wanted in {flag.id for flag in screening.flags}
    reply = emergency_reply(screening, entrance="East Gate", phone="120", said=text)
    assert "call 120 now" in reply.text


def test_a_chinese_emergency_is_answered_in_chinese_alone() -> None:
    text = "我爸胸口疼得厉害，出冷汗"
    assert "EMERGENCY" not in emergency_reply(screen(text), entrance="东门", phone="120", said=text).text


def apart(text: str) -> str:
    admission = Admission(
        channel=Channel.WEB,
        sender="",
        conversation_id="",
        account_id="",
        message_id="",
        seq=1,
        kind=Kind.TEXT,
        holder="bot",
        heard=text,
    )
    routed = asyncio.run(ApartStep().stop(admission))
    return "" if routed is None else ("person: " if routed.person else "") + routed.replies[0].text


def test_other_english_goes_to_a_person() -> None:
    assert apart("I have a headache for two days").startswith("person: We read Chinese best")


@pytest.mark.parametrize("text", ["CT", "ok", "B超", "120", "我要做CT和MRI", "WBC 12.3", "", "😀", "👍👍👍"])
def test_abbreviations_are_no_english(text: str) -> None:
    assert apart(text) == ""


@pytest.mark.parametrize("text", ["我家狗一直吐", "我家猫拉稀三天了", "狗狗呼吸困难舌头发紫", "金毛今天抽搐了"])
def test_an_animals_illness_is_no_patients(text: str) -> None:
    assert not screen(text).alarm
    assert "宠物医院" in apart(text)


@pytest.mark.parametrize(
    "text", ["被狗咬了腿流血", "狗把孩子抓伤了发烧", "我对猫过敏打喷嚏", "养猫以后老咳嗽", "邻居家狗咬了我妈的手"]
)
def test_a_person_hurt_by_an_animal_is_a_patient(text: str) -> None:
    assert apart(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "我要炸了你们医院",
        "再不给我看病我就砍死你们医生",
        "我要找人弄死那个护士",
        "信不信我捅了你",
        "我带了刀在你们门诊",
        "打死你们这帮庸医",
    ],
)
def test_a_threat_calls_a_person_and_names_the_police(text: str) -> None:
    screening = screen(text)
    assert flags(text) == {"threat"}
    reply = emergency_reply(screening, entrance="东门", phone="120")
    assert "110" in reply.text
    assert reply.card is None  # nobody is sent to the emergency department for being angry


@pytest.mark.parametrize(
    "text",
    [
        "排队排得想打人",
        "医闹打死人的新闻看了好怕",
        "紫外线能杀死病毒吗",
        "发烧门诊和急诊是一个地方吗",
        "你们医院的号太难抢了",
    ],
)
def test_anger_and_news_are_no_threat(text: str) -> None:
    assert not screen(text).alarm


@pytest.mark.parametrize("text", ["我不想活了", "我想死", "我刚割了手腕", "活着没意思，想一了百了", "我把安眠药都吃了"])
def test_who_wants_to_die_is_told_of_somebody_to_talk_to(text: str) -> None:
    reply = emergency_reply(screen(text), entrance="东门", phone="120")
    assert "12356" in reply.text
    assert "120" in reply.text


@pytest.mark.parametrize(
    "text", ["哈哈哈笑死我了", "我是你爸爸", "讲个笑话", "热死了热死了", "这个梗我吐血哈哈", "尴尬死了"]
)
def test_jokes_raise_no_alarm(text: str) -> None:
    assert not screen(text).alarm


def test_somebody_elses_emergency_is_one() -> None:
    assert "stroke" in flags("我邻居王大爷突然嘴歪了，说话不清楚")
    assert "cardiac_arrest" in flags("路边有个人没有呼吸了")


@pytest.mark.parametrize("text", ["不发烧但是39度", "没发烧，体温39.2", "说是不烧，可是一量39度5"])
def test_a_measured_fever_counts_whatever_is_said_of_it(text: str) -> None:
    """Nobody is called well who measures 39; a doctor within the day is the least."""
    assessment = assess(Evidence(texts=(text,)))
    assert assessment.urgency in {"emergency", "within_24h", "call_120"}


@pytest.mark.parametrize(
    "text", ["没有胸痛，就是胸口疼得厉害出冷汗", "不喘，就是喘不上气嘴唇发紫", "没事没事，就是咳了好几大口血"]
)
def test_who_denies_and_then_tells_is_heard(text: str) -> None:
    assert screen(text).alarm


TEN = "头痛、头晕、咳嗽、流鼻涕、嗓子疼、胃胀、拉肚子、腰疼、膝盖疼、睡不着"


def test_ten_symptoms_at_once_are_all_read() -> None:
    found = [one.value for one in extract(TEN, now=NOW) if one.kind == "symptom" and not one.negated]
    assert len(found) == 10
    assert not screen(TEN).alarm
    assert assess(Evidence(texts=(TEN,))).departments


def test_the_one_danger_among_ten_symptoms_is_found() -> None:
    assert "acute_coronary" in flags(f"{TEN}，还有胸口压着疼出冷汗")


LETTER = """出院小结
姓名：某 性别：男 年龄：68岁 住院号：000000
入院诊断：冠状动脉粥样硬化性心脏病 急性下壁心肌梗死 心功能II级；高血压病3级；2型糖尿病
入院情况：患者因“突发胸痛3小时”于2019年3月入院。当时胸骨后压榨样疼痛，伴大汗、呼吸困难，曾晕厥一次。
既往史：否认药物过敏史，否认脑卒中、消化道出血病史。
诊疗经过：急诊行冠脉造影+支架植入术，术后予抗血小板、调脂治疗，恢复顺利，无胸闷气促，无出血。
出院情况：患者无胸痛、无呼吸困难，生命体征平稳。
出院医嘱：低盐低脂饮食，按时服药，如再发胸痛及时就诊，一月后心内科门诊复查。"""


def test_a_pasted_discharge_letter_is_no_alarm_but_its_sender_is_asked() -> None:
    assert not screen(LETTER).alarm
    assert screen(LETTER).doubt


def test_a_harmless_letter_is_not_asked_about() -> None:
    letter = "出院小结\n入院诊断：腹股沟疝\n诊疗经过：行疝修补术，恢复顺利。\n出院医嘱：一月后复查。"
    assert not screen(f"{letter}\n请问什么时候能上班").doubt
    assert not screen(letter).alarm


def test_what_is_said_after_the_letter_is_heard() -> None:
    assert screen(f"{LETTER}\n我爸现在又胸口疼，出冷汗，脸色发白").alarm
