"""The demo hospital's own tables, in the records' database and nobody else's business."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from records.database import Base, UtcDateTime, new_id, utc_now


class DemoDoctor(Base):
    """An invented doctor."""

    __tablename__ = "demo_doctor"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), index=True)
    title: Mapped[str] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(String(64), index=True)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    fee: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    place: Mapped[str] = mapped_column(String(128))
    position: Mapped[int] = mapped_column(Integer)  # within the department; decides the weekly rota


class DemoSlot(Base):
    """Half an hour of a doctor's clinic. ``taken`` only ever moves by conditional updates."""

    __tablename__ = "demo_slot"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
        Index("ix_demo_slot_department_start", "department", "starts_at"),
        Index("ix_demo_slot_doctor_start", "doctor_id", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    doctor_id: Mapped[str] = mapped_column(ForeignKey("demo_doctor.id"))
    department: Mapped[str] = mapped_column(String(64))
    day: Mapped[date] = mapped_column(Date, index=True)
    part_of_day: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0)
    stopped: Mapped[bool] = mapped_column(Boolean, default=False)
    place: Mapped[str] = mapped_column(String(128), default="", server_default="")  # "" for the doctor's usual one


class DemoBooking(Base):
    """A place taken; ``state`` is ``booked``, ``cancelled`` or ``stopped``."""

    __tablename__ = "demo_booking"

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    slot_id: Mapped[str] = mapped_column(ForeignKey("demo_slot.id"), index=True)
    patient_id: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="booked")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class DemoClosedDay(Base):
    """A day without clinics: a public holiday, or what the operator entered."""

    __tablename__ = "demo_closed_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(String(64), default="")


class DemoReport(Base):
    """A report in a patient's record. ``content_ref`` is the vault's: what is in it is for nobody who reads tables."""

    __tablename__ = "demo_report"

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    report_id: Mapped[str] = mapped_column(String(64), unique=True)  # the sender's
    patient_id: Mapped[str] = mapped_column(String(16), index=True)
    content_ref: Mapped[str] = mapped_column(String(16))
    confirmed_by: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class DemoExamination(Base):
    """An examination booked for a patient by whoever ordered it; ``state`` is ``booked`` or ``cancelled``."""

    __tablename__ = "demo_examination"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    patient_id: Mapped[str] = mapped_column(String(16), index=True)
    name: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default="booked")
