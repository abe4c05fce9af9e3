"""Appointments that the house made, changed or cancelled for patients."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class AppointmentState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    STOPPED = "stopped"  # the clinic was stopped by the hospital
    DONE = "done"


class Appointment(Base):
    """One booked visit; names of department and doctor are kept as they were when it was booked."""

    __tablename__ = "appointment"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    slot_id: Mapped[str] = mapped_column(String(32), index=True)  # the hospital system's own
    hospital_ref: Mapped[str] = mapped_column(String(64))  # the hospital system's booking number
    department: Mapped[str] = mapped_column(String(64))
    doctor: Mapped[str] = mapped_column(String(64))
    doctor_title: Mapped[str] = mapped_column(String(16), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(128), default="")
    fee: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    state: Mapped[str] = mapped_column(String(16), default=AppointmentState.BOOKED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
