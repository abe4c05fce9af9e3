"""Booking's cards, and the same in words for channels that draw none."""

import json
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from care.booking.display import money, when
from care.booking.doctors import DoctorMatch
from care.replies import (
    AppointmentCard,
    ConfirmCard,
    DoctorCard,
    DoctorOption,
    QuickReply,
    SlotCard,
    SlotOption,
)
from care.texts import catalogue, text
from hospital.protocol import Slot
from records.appointments import Appointment
from records.patients import Patient
from settings import get_settings

CHILD_YEARS = 14


def slot_payload(slot_id: str) -> str:
    """What the bot hears when a slot is chosen."""
    return "/inform" + json.dumps({"slot_id": slot_id})


def doctor_payload(doctor: str) -> str:
    """What the bot hears when a doctor is chosen."""
    return "/inform" + json.dumps({"doctor": doctor}, ensure_ascii=False)


def slot_card(slots: Sequence[Slot], *, department: str = "", payload: Callable[[str], str] = slot_payload) -> SlotCard:
    """Slots to choose from; raises nothing on an empty list, but an empty card helps nobody: say so in words."""
    zone = get_settings().zone
    return SlotCard(
        department=department or (slots[0].department if slots else ""),
        slots=tuple(
            SlotOption(
                slot_id=slot.id,
                starts_at=slot.starts_at.astimezone(zone),
                ends_at=slot.ends_at.astimezone(zone),
                doctor=slot.doctor,
                doctor_title=slot.doctor_title,
                department=slot.department,
                fee=slot.fee,
                remaining=slot.remaining,
                payload=payload(slot.id),
            )
            for slot in slots
        ),
    )


def slot_line(slot: Slot) -> str:
    """One slot in a line: time, doctor, fee."""
    return text(
        "booking.slot_line",
        when=when(slot.starts_at, slot.ends_at),
        doctor=slot.doctor,
        title=slot.doctor_title,
        fee=money(slot.fee),
        remaining=slot.remaining,
    )


def slots_text(slots: Sequence[Slot]) -> str:
    """The slots as numbered lines."""
    return "\n".join(f"{number}. {slot_line(slot)}" for number, slot in enumerate(slots, start=1))


def doctor_card(matches: Sequence[DoctorMatch], *, payload: Callable[[str], str] = doctor_payload) -> DoctorCard:
    """Doctors to choose from; the skills that answer the complaint stand first."""
    zone = get_settings().zone
    return DoctorCard(
        doctors=tuple(
            DoctorOption(
                name=match.doctor.name,
                title=match.doctor.title,
                department=match.doctor.department,
                skills=(*match.matched, *(tag for tag in match.doctor.skills if tag not in match.matched)),
                next_slot_at=match.next_slot.starts_at.astimezone(zone) if match.next_slot else None,
                fee=match.doctor.fee,
                payload=payload(match.doctor.name),
                reason=doctor_reason(match),
            )
            for match in matches
        )
    )


def doctor_reason(match: DoctorMatch) -> str:
    """Why this doctor, in plain words: seen before, skills that answer the complaint, the next free time."""
    said = []
    if match.seen_on is not None:
        said.append(text("booking.doctor.seen", month=match.seen_on.month, day=match.seen_on.day))
    if match.matched:
        said.append(text("booking.doctor.skills", skills="、".join(match.matched)))
    if match.next_slot is not None:
        said.append(text("booking.doctor.next", when=when(match.next_slot.starts_at)))
    return "；".join(said)


def confirm_card(
    slot: Slot, patient: Patient, *, kinship: str = "本人", confirm: str = "/affirm", change: str = "/deny"
) -> ConfirmCard:
    """What is about to be booked, with one big button; ``confirm`` and ``change`` are the buttons' payloads."""
    return ConfirmCard(
        title=text("booking.confirm.title"),
        rows=(
            (text("booking.row.patient"), shown_patient(patient, kinship)),
            (text("booking.row.department"), slot.department),
            (text("booking.row.doctor"), f"{slot.doctor} {slot.doctor_title}"),
            (text("booking.row.time"), when(slot.starts_at, slot.ends_at)),
            (text("booking.row.place"), slot.place),
            (text("booking.row.fee"), money(slot.fee)),
        ),
        confirm=QuickReply(title=text("booking.confirm.yes"), payload=confirm),
        change=QuickReply(title=text("booking.confirm.no"), payload=change),
    )


def shown_patient(patient: Patient, kinship: str = "") -> str:
    """The masked name, with who it is when it is not the account's own person."""
    name = patient.name_shown or text("booking.unnamed")
    return name if kinship in ("", "本人") else f"{name}（{kinship}）"


def what_to_bring(appointment: Appointment, patient: Patient | None) -> tuple[str, ...]:
    """What to take along: for everybody, for this department, and for a child."""
    lines = text("booking.bring.everybody").splitlines()
    own = f"booking.bring.{appointment.department}"
    if own in catalogue():
        lines += text(own).splitlines()
    if patient is not None and patient.birth_date is not None:
        day = appointment.starts_at.date()
        born = patient.birth_date
        if day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < CHILD_YEARS:
            lines += text("booking.bring.child").splitlines()
    return tuple(lines)


def appointment_card(session: Session, appointment: Appointment) -> AppointmentCard:
    """The card of an appointment in whatever state it is."""
    zone = get_settings().zone
    patient = session.get(Patient, appointment.patient_id)
    return AppointmentCard(
        appointment_id=appointment.id,
        state=appointment.state,
        patient=shown_patient(patient) if patient else "",
        department=appointment.department,
        doctor=appointment.doctor,
        doctor_title=appointment.doctor_title,
        starts_at=appointment.starts_at.astimezone(zone),
        ends_at=appointment.ends_at.astimezone(zone),
        place=appointment.place,
        fee=appointment.fee,
        bring=what_to_bring(appointment, patient),
    )


def appointment_text(session: Session, appointment: Appointment) -> str:
    """The same in words, complete by itself; its first line says what happened (by ``state``)."""
    patient = session.get(Patient, appointment.patient_id)
    return text(
        f"booking.appointment.{appointment.state}",
        patient=shown_patient(patient) if patient else "",
        department=appointment.department,
        doctor=appointment.doctor,
        title=appointment.doctor_title,
        when=when(appointment.starts_at, appointment.ends_at),
        place=appointment.place,
        fee=money(appointment.fee),
        bring="、".join(what_to_bring(appointment, patient)),
    )
