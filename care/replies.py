"""What goes back to a patient, the same for every channel: text, quick replies, and at most one card.

Actions hand a ``Reply`` to Rasa as the ``custom`` part of a message (``reply.model_dump(mode="json")``); the gateway
reads it back; the web page draws it; WeChat gets ``as_text`` of it.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuickReply(_Frozen):
    """One offered answer. ``payload`` is what the bot hears when it is chosen; the patient sees ``title``."""

    title: str
    payload: str


class EmergencyCard(_Frozen):
    """Shown red and full width; nothing else competes with it."""

    kind: Literal["emergency"] = "emergency"
    title: str
    advice: tuple[str, ...]
    phone: str = "120"
    entrance: str = ""


class DepartmentOption(_Frozen):
    name: str
    parent: str
    reason: str = ""
    payload: str = ""


class DoctorOption(_Frozen):
    name: str
    title: str
    department: str
    skills: tuple[str, ...] = ()
    next_slot_at: AwareDatetime | None = None
    fee: Decimal | None = None
    payload: str = ""
    reason: str = ""


class DepartmentCard(_Frozen):
    """The recommended departments, best first, with why; ``doctors`` are one or two of the first department."""

    kind: Literal["departments"] = "departments"
    urgency: str
    urgency_text: str
    departments: tuple[DepartmentOption, ...]
    rationale: str = ""
    doctors: tuple[DoctorOption, ...] = ()


class SlotOption(_Frozen):
    """One bookable slot. Money is a Decimal of yuan; times carry their zone."""

    slot_id: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    doctor: str
    doctor_title: str
    department: str
    fee: Decimal
    remaining: int
    payload: str


class SlotCard(_Frozen):
    """Slots to choose from; the page groups them by date into a strip and by time into blocks."""

    kind: Literal["slots"] = "slots"
    department: str
    slots: tuple[SlotOption, ...]


class DoctorCard(_Frozen):
    kind: Literal["doctors"] = "doctors"
    doctors: tuple[DoctorOption, ...]


class ConfirmCard(_Frozen):
    """A booking before it is made: the patient presses one big button."""

    kind: Literal["confirm"] = "confirm"
    title: str
    rows: tuple[tuple[str, str], ...]
    confirm: QuickReply
    change: QuickReply


class AppointmentCard(_Frozen):
    """A booking that stands (or was changed or cancelled: ``state``)."""

    kind: Literal["appointment"] = "appointment"
    appointment_id: str
    state: str
    patient: str
    department: str
    doctor: str
    doctor_title: str = ""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    place: str
    fee: Decimal
    bring: tuple[str, ...] = ()


class InsuranceCard(_Frozen):
    """A calculation with its steps, or the rules with no ``total``, and the policy that they follow."""

    kind: Literal["insurance"] = "insurance"
    title: str
    policy: str
    policy_date: str
    steps: tuple[tuple[str, str], ...]
    total: str


class PhotoGuideCard(_Frozen):
    """How to take the photo or video that is asked for."""

    kind: Literal["photo_guide"] = "photo_guide"
    subject: Literal["skin", "report", "rehab"]
    title: str
    tips: tuple[str, ...]


class ConsentCard(_Frozen):
    """What is asked for, in which version, and the path where the whole text stands. The answers are quick replies."""

    kind: Literal["consent"] = "consent"
    purpose: str
    version: str
    title: str
    link: str


class DownloadCard(_Frozen):
    """A file of the patient's own, for a while. ``link`` is a path; it opens for this patient only."""

    kind: Literal["download"] = "download"
    title: str
    link: str
    until: AwareDatetime


class ReportRow(_Frozen):
    """One value that is not in its range; ``flag`` in words."""

    name: str
    value: str
    range: str = ""
    direction: Literal["low", "high", "abnormal"]
    flag: str


class TrendPoint(_Frozen):
    day: date
    value: float


class TrendLine(_Frozen):
    """One item over the patient's reports, oldest first; ``title`` says what became of it."""

    title: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    points: tuple[TrendPoint, ...]


class ReportCard(_Frozen):
    """What is out of range on a report, and what changed since the ones before."""

    kind: Literal["report"] = "report"
    title: str
    day: date | None = None
    rows: tuple[ReportRow, ...] = ()
    trends: tuple[TrendLine, ...] = ()


class ProgressCard(_Frozen):
    """How a patient's exercises have gone, a line each; ``note`` says how exact it is."""

    kind: Literal["progress"] = "progress"
    title: str
    trends: tuple[TrendLine, ...]
    note: str


class AskBackCard(_Frozen):
    """A place on the patient's own sheet that they are asked to read: ``picture`` is the path of the page, which opens
    for this patient only, ``box`` left, top, right, bottom on it in shares of its width and height."""

    kind: Literal["ask_back"] = "ask_back"
    title: str
    picture: str
    box: tuple[float, float, float, float]


Card = Annotated[
    EmergencyCard
    | DepartmentCard
    | SlotCard
    | DoctorCard
    | ConfirmCard
    | AppointmentCard
    | InsuranceCard
    | PhotoGuideCard
    | ConsentCard
    | DownloadCard
    | ReportCard
    | ProgressCard
    | AskBackCard,
    Field(discriminator="kind"),
]


class Reply(_Frozen):
    """One message to the patient. ``text`` is complete by itself, for channels that cannot draw the card."""

    text: str
    quick_replies: tuple[QuickReply, ...] = ()
    card: Card | None = None
