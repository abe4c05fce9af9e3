"""Booking: slots, appointments, family members, cards. The edge owns the transaction; nothing here commits."""

from care.booking.cards import (
    appointment_card,
    appointment_text,
    confirm_card,
    doctor_card,
    slot_card,
    slots_text,
)
from care.booking.display import money, when
from care.booking.doctors import DoctorMatch, recommend_doctors
from care.booking.exceptions import (
    AlreadyBooked,
    AppointmentClosed,
    AppointmentNotFound,
    BookingRefused,
    ClinicStopped,
    IdentityMismatch,
    InvalidIdentityNumber,
    NotYourPatient,
    SlotInPast,
    SlotNotFound,
    SlotTaken,
    TooManyBookings,
    TooManyPatients,
    UnknownDepartment,
    UnknownDoctor,
    WalkInOnly,
)
from care.booking.patients import FamilyMember, family, patients_by_kinship, register_patient
from care.booking.service import book, cancel, change, upcoming
from care.booking.slots import alternatives_to, find_slots
from care.booking.stops import StoppedVisit, stop_clinic
from hospital.protocol import Doctor, PartOfDay, Slot

__all__ = [
    "AlreadyBooked",
    "AppointmentClosed",
    "AppointmentNotFound",
    "BookingRefused",
    "ClinicStopped",
    "Doctor",
    "DoctorMatch",
    "FamilyMember",
    "IdentityMismatch",
    "InvalidIdentityNumber",
    "NotYourPatient",
    "PartOfDay",
    "Slot",
    "SlotInPast",
    "SlotNotFound",
    "SlotTaken",
    "StoppedVisit",
    "TooManyBookings",
    "TooManyPatients",
    "UnknownDepartment",
    "UnknownDoctor",
    "WalkInOnly",
    "alternatives_to",
    "appointment_card",
    "appointment_text",
    "book",
    "cancel",
    "change",
    "confirm_card",
    "doctor_card",
    "family",
    "find_slots",
    "money",
    "patients_by_kinship",
    "recommend_doctors",
    "register_patient",
    "slot_card",
    "slots_text",
    "stop_clinic",
    "upcoming",
    "when",
]
