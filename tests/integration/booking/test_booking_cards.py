"""Cards and words of a booking."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from care.booking import (
    appointment_card,
    appointment_text,
    book,
    cancel,
    confirm_card,
    doctor_card,
    find_slots,
    recommend_doctors,
    slot_card,
    slots_text,
)
from care.replies import Reply
from hospital.demo.service import DemoHospital
from records.patients import Account, Patient
from tests.integration.booking.house import NOW


def test_the_card_of_a_booking(session: Session, hospital: DemoHospital, account: Account, patient: Patient) -> None:
    slot = find_slots(session, hospital, department="消化科", now=NOW)[0]
    patient.birth_date = date(2020, 5, 1)
    made = book(session, hospital, account_id=account.id, patient_id=patient.id, slot_id=slot.id, now=NOW)
    card = appointment_card(session, made)
    assert (card.state, card.patient, card.doctor_title, card.fee) == ("booked", "林**", slot.doctor_title, slot.fee)
    assert card.starts_at.isoformat() == "2026-11-23T08:00:00+08:00"
    assert any("身份证" in line for line in card.bring)
    assert any("户口本" in line for line in card.bring)
    assert any("先别吃" in line for line in card.bring)
    words = appointment_text(session, made)
    for part in ("林**", slot.doctor, "11月23日 周一 上午 8:00–8:30", slot.place, f"¥{slot.fee:.2f}", "身份证"):
        assert part in words
    cancel(session, hospital, account_id=account.id, appointment_id=made.id, now=NOW)
    assert appointment_card(session, made).state == "cancelled"
    assert "已取消" in appointment_text(session, made)


def test_cards_survive_the_way_through_rasa(
    session: Session, hospital: DemoHospital, account: Account, patient: Patient
) -> None:
    slots = find_slots(session, hospital, department="眼科", now=NOW)
    cards = (
        slot_card(slots),
        doctor_card(recommend_doctors(session, hospital, department="眼科", complaint="眼干", now=NOW)),
        confirm_card(slots[0], patient, kinship="母亲"),
    )
    for card in cards:
        reply = Reply(text="请选择", card=card)
        assert Reply.model_validate(reply.model_dump(mode="json")) == reply
    assert dict(cards[2].rows)["就诊人"] == "林**（母亲）"
    assert dict(cards[2].rows)["挂号费"].startswith("¥")
    assert cards[1].doctors[0].skills[0] == "干眼"
    assert isinstance(cards[0].slots[0].fee, Decimal)
    assert len(slots_text(slots).splitlines()) == len(slots)
