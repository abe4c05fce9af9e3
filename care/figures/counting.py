"""Messages, waits, alarms, satisfaction of a stretch of days. Read once, counted here: two databases do not agree on
how a time becomes a day of the hospital's clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from care.cases import CONVERSATION_KINDS
from records.alerts import Alert
from records.appointments import Appointment
from records.cases import Case, CaseKind
from records.console import Satisfaction
from records.conversations import Author, Message
from records.followup import FollowUp, FollowUpQuestion, FollowUpState, QuestionState
from settings import get_settings


class Bucket(StrEnum):
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` up to, not with, ``until``."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Waited:
    """``number`` that were taken, and how long they had waited, in seconds; None where nobody waited."""

    number: int = 0
    median_s: float | None = None
    p90_s: float | None = None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Messages of one hour or day that began at ``at``."""

    at: datetime
    patient: int = 0
    bot: int = 0
    staff: int = 0


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alerts: how many were raised, acknowledged, called somebody because nobody had; and how fast."""

    raised: int = 0
    acknowledged: int = 0
    rang: int = 0
    waited: Waited = field(default_factory=Waited)


@dataclass(frozen=True, slots=True)
class Content:
    """What patients said after a person had helped: scores 1 to 3."""

    asked: int = 0
    answered: int = 0
    mean: float | None = None
    scores: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Follow-ups that run now; of the span's questions how many were asked and answered, and how many became a
    case."""

    running: int = 0
    asked: int = 0
    answered: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """``conversations`` had a message of the patient; ``alone`` of them needed no person. ``topics`` are the kinds of
    cards that the assistant answered with, ``departments`` those of cases and bookings, ``cases`` opened by kind."""

    traffic: tuple[Traffic, ...]
    conversations: int
    alone: int
    waits: dict[str, Waited]
    alarms: Alarms
    content: Content
    topics: dict[str, int]
    departments: dict[str, int]
    cases: dict[str, int]
    began_as_suggestions: int = 0
    """Of the staff's replies."""
    follow_ups: FollowUps = field(default_factory=FollowUps)

    @property
    def alone_share(self) -> float | None:
        """0 to 1, None when nobody wrote."""
        return self.alone / self.conversations if self.conversations else None


def count(session: Session, span: Span, *, by: Bucket) -> Figures:
    """The figures of a stretch of time."""
    zone = get_settings().zone
    messages = session.execute(
        select(Message.created_at, Message.author, Message.conversation_id, Message.began_as).where(
            _within(Message.created_at, span)
        )
    ).all()
    opened = session.execute(
        select(Case.kind, Case.department, Case.opened_at, Case.claimed_at, Case.conversation_id).where(
            _within(Case.opened_at, span)
        )
    ).all()
    wrote = {row.conversation_id for row in messages if row.author == Author.PATIENT}
    helped = {row.conversation_id for row in messages if row.author == Author.STAFF}
    helped |= {row.conversation_id for row in opened if row.kind in CONVERSATION_KINDS}
    waits: dict[str, list[float]] = {}
    for row in opened:
        if row.claimed_at is not None:
            waits.setdefault(row.kind, []).append((row.claimed_at - row.opened_at).total_seconds())
    return Figures(
        traffic=_traffic([(row.created_at, row.author) for row in messages], span, by, zone),
        conversations=len(wrote),
        alone=len(wrote - helped),
        waits={kind: waited(seconds) for kind, seconds in sorted(waits.items())},
        alarms=_alarms(session, span),
        content=_content(session, span),
        topics=_topics(session, span),
        departments=_departments(session, span, [row.department for row in opened]),
        cases=dict(Counter(row.kind for row in opened)),
        began_as_suggestions=sum(row.began_as != "" for row in messages),
        follow_ups=_follow_ups(session, span, cases=sum(row.kind == CaseKind.FOLLOW_UP for row in opened)),
    )


def waited(seconds: Sequence[float]) -> Waited:
    """Median and 90th percentile (the nearest rank: a wait that somebody really had)."""
    if not seconds:
        return Waited()
    ordered = sorted(seconds)
    return Waited(len(ordered), median(ordered), ordered[ceil(0.9 * len(ordered)) - 1])


def _within(column: InstrumentedAttribute[datetime], span: Span) -> ColumnElement[bool]:
    return and_(column >= span.since, column < span.until)


def _traffic(messages: Sequence[tuple[datetime, str]], span: Span, by: Bucket, zone: ZoneInfo) -> tuple[Traffic, ...]:
    counted = Counter((_begin(at, by, zone), author) for at, author in messages)
    begun, buckets = _begin(span.since, by, zone), []
    while begun < span.until:
        of = [counted[begun, author] for author in (Author.PATIENT, Author.BOT, Author.STAFF)]
        buckets.append(Traffic(begun, *of))
        begun += timedelta(days=1) if by is Bucket.DAY else timedelta(hours=1)
    return tuple(buckets)


def _begin(at: datetime, by: Bucket, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    return local.replace(hour=0) if by is Bucket.DAY else local


def _alarms(session: Session, span: Span) -> Alarms:
    rows = session.execute(
        select(Alert.created_at, Alert.acknowledged_at, Alert.rings).where(_within(Alert.created_at, span))
    ).all()
    seconds = [(row.acknowledged_at - row.created_at).total_seconds() for row in rows if row.acknowledged_at]
    return Alarms(len(rows), len(seconds), sum(row.rings > 0 for row in rows), waited(seconds))


def _content(session: Session, span: Span) -> Content:
    scores = session.scalars(select(Satisfaction.score).where(_within(Satisfaction.asked_at, span))).all()
    given = [score for score in scores if score is not None]
    mean = sum(given) / len(given) if given else None
    return Content(len(scores), len(given), mean, dict(Counter(given)))


def _follow_ups(session: Session, span: Span, *, cases: int) -> FollowUps:
    running = select(func.count()).select_from(FollowUp).where(FollowUp.state == FollowUpState.RUNNING)
    states = session.scalars(
        select(FollowUpQuestion.state).where(
            _within(FollowUpQuestion.asked_at, span), FollowUpQuestion.state != QuestionState.SKIPPED
        )
    ).all()
    answered = sum(state == QuestionState.ANSWERED for state in states)
    return FollowUps(session.scalars(running).one(), len(states), answered, cases)


def _topics(session: Session, span: Span) -> dict[str, int]:
    cards = session.scalars(
        select(Message.card).where(
            _within(Message.created_at, span), Message.author == Author.BOT, Message.kind == "card"
        )
    )
    return dict(Counter(str(card["kind"]) for card in cards if card))


def _departments(session: Session, span: Span, of_cases: Sequence[str]) -> dict[str, int]:
    booked = session.execute(
        select(Appointment.department, func.count().label("number"))
        .where(_within(Appointment.created_at, span))
        .group_by(Appointment.department)
    )
    counted = Counter({row.department: row.number for row in booked})
    counted.update(department for department in of_cases if department)
    return dict(counted.most_common())
