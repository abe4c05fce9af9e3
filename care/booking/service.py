"""Book, change, cancel and list appointments. Services flush; the edge commits."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.booking.exceptions import (
    AlreadyBooked,
    AppointmentClosed,
    AppointmentNotFound,
    ClinicStopped,
    NotYourPatient,
    SlotInPast,
    SlotNotFound,
    SlotTaken,
    TooManyBookings,
)
from care.booking.slots import alternatives_to
from hospital.protocol import BookingClosed, HospitalSystem, PartOfDay, Slot, SlotFull, SlotStopped, SlotUnknown
from records.appointments import Appointment, AppointmentState
from records.audit import Action, Actor, ActorKind, audit
from records.patients import Patient, Relation
from settings import get_settings

MAX_OPEN_BOOKINGS = 5


def book(
    session: Session, hospital: HospitalSystem, *, account_id: str, patient_id: str, slot_id: str, now: datetime
) -> Appointment:
    """Take a place in a slot for a patient the account may act for.

    Raises NotYourPatient, SlotNotFound, SlotInPast, ClinicStopped, AlreadyBooked, TooManyBookings, or SlotTaken with
    the next free slots. Nothing is changed when it raises.
    """
    _lock_patient(session, account_id=account_id, patient_id=patient_id)
    slot = _wanted(session, hospital, slot_id=slot_id, now=now)
    _refuse_overlap(session, patient_id=patient_id, slot=slot, moving=None, now=now)
    if _open_bookings(session, patient_id=patient_id, now=now) >= MAX_OPEN_BOOKINGS:
        raise TooManyBookings(MAX_OPEN_BOOKINGS)
    try:
        number = hospital.book(session, slot_id=slot.id, patient_id=patient_id)
    except SlotFull:
        raise SlotTaken(alternatives_to(session, hospital, slot, now=now)) from None
    except SlotStopped:
        raise ClinicStopped(alternatives_to(session, hospital, slot, now=now)) from None
    except SlotUnknown:
        raise SlotNotFound from None
    appointment = Appointment(account_id=account_id, patient_id=patient_id, hospital_ref=number, created_at=now)
    _copy_slot(appointment, slot)
    session.add(appointment)
    session.flush()
    _audit(session, appointment, Action.BOOK)
    return appointment


def change(
    session: Session, hospital: HospitalSystem, *, account_id: str, appointment_id: str, slot_id: str, now: datetime
) -> Appointment:
    """Move an appointment to another slot; the old one stays booked when the new one cannot be had.

    Raises AppointmentNotFound, AppointmentClosed, and as :func:`book` does.
    """
    appointment = _own(session, account_id=account_id, appointment_id=appointment_id)
    _refuse_closed(appointment, now)
    if slot_id == appointment.slot_id:
        return appointment
    slot = _wanted(session, hospital, slot_id=slot_id, now=now)
    _refuse_overlap(session, patient_id=appointment.patient_id, slot=slot, moving=appointment.id, now=now)
    try:
        hospital.change(session, booking=appointment.hospital_ref, slot_id=slot.id)
    except SlotFull:
        raise SlotTaken(alternatives_to(session, hospital, slot, now=now)) from None
    except SlotStopped:
        raise ClinicStopped(alternatives_to(session, hospital, slot, now=now)) from None
    except SlotUnknown:
        raise SlotNotFound from None
    except BookingClosed:  # the hospital stopped the clinic at this very moment
        raise AppointmentClosed from None
    _copy_slot(appointment, slot)
    appointment.changed_at = now
    session.flush()
    _audit(session, appointment, Action.CHANGE_APPOINTMENT)
    return appointment


def cancel(
    session: Session,
    hospital: HospitalSystem,
    *,
    account_id: str,
    appointment_id: str,
    now: datetime,
    actor: Actor | None = None,
) -> Appointment:
    """Cancel an appointment and give the place back, until the visit begins; ``actor`` is who does it for the patient.

    Cancelling what is cancelled already changes nothing and raises nothing, so that a resend is harmless. Raises
    AppointmentNotFound, AppointmentClosed.
    """
    appointment = _own(session, account_id=account_id, appointment_id=appointment_id)
    if appointment.state == AppointmentState.CANCELLED:
        return appointment
    _refuse_closed(appointment, now)
    try:
        hospital.cancel(session, booking=appointment.hospital_ref)
    except BookingClosed:  # as above
        raise AppointmentClosed from None
    appointment.state = AppointmentState.CANCELLED
    appointment.changed_at = now
    session.flush()
    _audit(session, appointment, Action.CANCEL_APPOINTMENT, actor)
    return appointment


def upcoming(session: Session, *, account_id: str, now: datetime) -> list[Appointment]:
    """The account's booked appointments that are not over, earliest first: its own and its family's."""
    query = (
        select(Appointment)
        .where(
            Appointment.account_id == account_id,
            Appointment.state == AppointmentState.BOOKED,
            Appointment.ends_at > now,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return list(session.scalars(query))


def _lock_patient(session: Session, *, account_id: str, patient_id: str) -> None:
    # Two bookings for one patient run one after the other, or both could pass the checks that count them.
    # (PostgreSQL locks the row; on SQLite the whole transaction is exclusive already.)
    if session.scalar(select(Patient.id).where(Patient.id == patient_id).with_for_update()) is None:
        raise NotYourPatient
    related = select(Relation.id).where(Relation.account_id == account_id, Relation.patient_id == patient_id)
    if session.scalar(related) is None:
        raise NotYourPatient


def _wanted(session: Session, hospital: HospitalSystem, *, slot_id: str, now: datetime) -> Slot:
    slot = hospital.slot(session, slot_id)
    if slot is None:
        raise SlotNotFound
    if slot.starts_at <= now:
        raise SlotInPast
    if slot.stopped:
        raise ClinicStopped(alternatives_to(session, hospital, slot, now=now))
    return slot


def _refuse_overlap(session: Session, *, patient_id: str, slot: Slot, moving: str | None, now: datetime) -> None:
    zone = get_settings().zone
    for other in _open(session, patient_id=patient_id, now=now):
        if other.id == moving:
            continue
        start = other.starts_at.astimezone(zone)
        part = PartOfDay.MORNING if start.hour < 12 else PartOfDay.AFTERNOON  # noqa: PLR2004  (noon)
        same_clinic = (other.department, other.doctor) == (slot.department, slot.doctor)
        same_half_day = (start.date(), part) == (slot.day, slot.part_of_day)
        same_time = other.starts_at < slot.ends_at and slot.starts_at < other.ends_at
        if (same_clinic and same_half_day) or same_time:
            raise AlreadyBooked(other)


def _open(session: Session, *, patient_id: str, now: datetime) -> list[Appointment]:
    query = select(Appointment).where(
        Appointment.patient_id == patient_id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.ends_at > now,
    )
    return list(session.scalars(query))


def _open_bookings(session: Session, *, patient_id: str, now: datetime) -> int:
    query = select(func.count()).where(
        Appointment.patient_id == patient_id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.ends_at > now,
    )
    return session.scalar(query) or 0


def _own(session: Session, *, account_id: str, appointment_id: str) -> Appointment:
    query = select(Appointment).where(Appointment.id == appointment_id, Appointment.account_id == account_id)
    appointment = session.scalar(query)
    if appointment is None:
        raise AppointmentNotFound
    # Everybody locks in the same order (patient, slots, bookings, appointments), so that nobody waits in a circle.
    _lock_patient(session, account_id=account_id, patient_id=appointment.patient_id)
    session.refresh(appointment)
    return appointment


def _refuse_closed(appointment: Appointment, now: datetime) -> None:
    if appointment.state != AppointmentState.BOOKED or appointment.starts_at <= now:
        raise AppointmentClosed


def _copy_slot(appointment: Appointment, slot: Slot) -> None:
    appointment.slot_id = slot.id
    appointment.department = slot.department
    appointment.doctor = slot.doctor
    appointment.doctor_title = slot.doctor_title
    appointment.starts_at = slot.starts_at
    appointment.ends_at = slot.ends_at
    appointment.place = slot.place
    appointment.fee = slot.fee


def _audit(session: Session, appointment: Appointment, action: Action, actor: Actor | None = None) -> None:
    audit(
        session,
        actor=actor or Actor(ActorKind.PATIENT, appointment.account_id),
        action=action,
        patient=appointment.account_id,
        subject=f"appointment:{appointment.id}",
        details={"patient": appointment.patient_id, "slot": appointment.slot_id},
    )
