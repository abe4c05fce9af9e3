"""Why a booking did not happen. ``key`` names the sentence in ``care/texts/booking.yaml`` that tells the patient."""

from collections.abc import Sequence
from typing import ClassVar

from care.texts import text
from hospital.protocol import Slot
from records.appointments import Appointment


class BookingRefused(Exception):
    """The booking could not be made."""

    key: ClassVar[str] = "booking.refused.general"

    def patient_text(self) -> str:
        """What the patient is told; names nobody and no number."""
        return text(self.key)


class SlotTaken(BookingRefused):
    """The slot has no place left; ``alternatives`` are the next free ones, best first."""

    key = "booking.refused.taken"

    def __init__(self, alternatives: Sequence[Slot] = ()) -> None:
        super().__init__(self.__doc__)
        self.alternatives = tuple(alternatives)

    def patient_text(self) -> str:
        return text(self.key if self.alternatives else "booking.refused.taken_no_other")


class ClinicStopped(SlotTaken):
    """The hospital has stopped this clinic; ``alternatives`` are the next free slots, best first."""

    key = "booking.refused.stopped"

    def patient_text(self) -> str:
        return text(self.key if self.alternatives else "booking.refused.stopped_no_other")


class SlotInPast(BookingRefused):
    """The slot has begun already."""

    key = "booking.refused.past"


class SlotNotFound(BookingRefused):
    """The hospital knows no such slot."""

    key = "booking.refused.slot_unknown"


class AlreadyBooked(BookingRefused):
    """The patient has this doctor in this half-day already, or another visit at the same time (``appointment``)."""

    key = "booking.refused.already"

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(self.__doc__)
        self.appointment = appointment


class TooManyBookings(BookingRefused):
    """The patient has as many open bookings as one person may have (``limit``)."""

    key = "booking.refused.too_many"

    def __init__(self, limit: int) -> None:
        super().__init__(self.__doc__)
        self.limit = limit

    def patient_text(self) -> str:
        return text(self.key, limit=self.limit)


class NotYourPatient(BookingRefused):
    """This account may not act for this patient."""

    key = "booking.refused.not_your_patient"


class AppointmentNotFound(BookingRefused):
    """This account has no such appointment."""

    key = "booking.refused.appointment_unknown"


class AppointmentClosed(BookingRefused):
    """The appointment was cancelled, stopped or is over; it can be neither changed nor cancelled."""

    key = "booking.refused.closed"


class UnknownDepartment(BookingRefused):
    """The hospital has no such department."""

    key = "booking.refused.department_unknown"


class UnknownDoctor(BookingRefused):
    """The hospital has no such doctor."""

    key = "booking.refused.doctor_unknown"


class WalkInOnly(BookingRefused):
    """This department (emergency) takes no bookings: patients come at any time."""

    key = "booking.refused.walk_in"


class InvalidIdentityNumber(BookingRefused):
    """The identity number is not one (length, region, date or check digit; GB 11643-1999)."""

    key = "booking.refused.id_number"


class IdentityMismatch(BookingRefused):
    """The name given is not the one this identity number was registered with."""

    key = "booking.refused.identity_mismatch"


class TooManyPatients(BookingRefused):
    """This account has registered as many family members as one may have."""

    key = "booking.refused.too_many_patients"


class SelfRegistered(BookingRefused):
    """This account's own person is somebody else already: say whose family member this is."""

    key = "booking.refused.self_registered"


class InvalidName(BookingRefused):
    """This is not a person's name."""

    key = "booking.refused.name"


class InvalidPhone(BookingRefused):
    """This is not a phone number."""

    key = "booking.refused.phone"
