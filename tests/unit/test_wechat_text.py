from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.conversations import offered_options
from care.replies import (
    AppointmentCard,
    ConfirmCard,
    DepartmentCard,
    DepartmentOption,
    EmergencyCard,
    QuickReply,
    Reply,
    SlotCard,
    SlotOption,
)
from channels.text_rendering import AI_LABEL, as_text, labelled
from channels.wechat.splitting import MAX_TEXT_BYTES, split_text

EIGHT = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)  # 08:00 in the hospital


@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("疼。\n👩‍⚕️🏽é")), max_size=3000))
@settings(max_examples=60, deadline=None)
def test_parts_joined_are_the_text_and_each_fits(text: str) -> None:
    parts = split_text(text)
    assert "".join(parts) == text
    assert all(0 < len(part.encode()) <= MAX_TEXT_BYTES for part in parts)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.integers(4, 40))
def test_small_limits(text: str, limit: int) -> None:
    parts = split_text(text, limit=limit)
    assert "".join(parts) == text
    assert all(0 < len(part.encode()) <= limit for part in parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("疼" * 682, 1),  # 2,046 bytes
        ("疼" * 683, 2),  # 2,049 bytes
        ("a" * 2048, 1),
        ("a" * 2049, 2),
        ("😀" * 512, 1),
        ("😀" * 513, 2),
        ("疼" * 100_000, 147),
    ],
)
def test_how_many_parts(text: str, parts: int | list[str]) -> None:
    found = split_text(text)
    assert found == parts if isinstance(parts, list) else len(found) == parts


def test_it_cuts_after_a_sentence_and_not_inside_a_character() -> None:
    text = "这是第一句。" * 120
    assert all(part.endswith("。") for part in split_text(text))
    families = "👩‍⚕️" * 400
    assert all(part.startswith("👩") for part in split_text(families))


def test_the_label_is_for_the_bot_only() -> None:
    assert labelled("您好", "bot").endswith(AI_LABEL)
    assert labelled("您好", "staff") == "您好"


def test_options_are_numbered_as_the_turn_counts_them() -> None:
    slots = [
        SlotOption(
            slot_id=str(number),
            starts_at=EIGHT + timedelta(hours=number),
            ends_at=EIGHT + timedelta(hours=number, minutes=15),
            doctor="王一",
            doctor_title="主任医师",
            department="心内科",
            fee=Decimal("25"),
            remaining=3,
            payload=f"/slot{number}",
        )
        for number in range(2)
    ]
    reply = Reply(
        text="请选时间",
        quick_replies=(QuickReply(title="换一天", payload="/other"),),
        card=SlotCard(department="心内科", slots=tuple(slots)),
    )
    lines = as_text(reply).splitlines()
    assert [option.payload for option in offered_options(reply)] == ["/slot0", "/slot1", "/other"]
    assert "1. 12-01 08:00 王一（主任医师，25.00 元，余 3）" in lines
    assert "2. 12-01 09:00 王一（主任医师，25.00 元，余 3）" in lines
    assert lines[-1] == "3. 换一天（回复数字即可）"


def test_a_card_says_only_what_the_text_has_not_said() -> None:
    card = EmergencyCard(title="请立即拨打 120", advice=("坐下休息，不要走动",), phone="120", entrance="东门")
    text = as_text(Reply(text="请立即拨打120！", card=card))
    assert text.count("请立即拨打") == 1
    assert "坐下休息，不要走动" in text
    assert "东门" in text


def test_departments_with_their_reasons() -> None:
    card = DepartmentCard(
        urgency="outpatient",
        urgency_text="可以门诊就诊",
        departments=(DepartmentOption(name="心内科", parent="内科", reason="胸闷", payload="/book"),),
    )
    assert "1. 心内科（胸闷）" in as_text(Reply(text="建议：", card=card))


def test_confirm_and_appointment() -> None:
    confirm = ConfirmCard(
        title="确认挂号",
        rows=(("医生", "王一"),),
        confirm=QuickReply(title="确认", payload="/affirm"),
        change=QuickReply(title="改一下", payload="/deny"),
    )
    assert "1. 确认\n2. 改一下" in as_text(Reply(text="请确认", card=confirm))
    made = AppointmentCard(
        appointment_id="1",
        state="booked",
        patient="张**",
        department="心内科",
        doctor="王一",
        starts_at=EIGHT,
        ends_at=EIGHT + timedelta(minutes=15),
        place="门诊楼 3 层",
        fee=Decimal("25"),
        bring=("身份证", "医保卡"),
    )
    text = as_text(Reply(text="挂好了", card=made))
    assert "时间：2026-12-01 08:00–08:15" in text
    assert "请带：身份证、医保卡" in text


def test_tokens_show_masked_and_xml_stays_possible() -> None:
    text = as_text(Reply(text="证件 ⟦ID:0a1b2c3d4e5f6071:450**1990⟧\x00\x0b收到"))
    assert text == "证件 450**1990收到"
