"""Figures of the last days: how much, how long, how well; as JSON for the charts and as CSV for a spreadsheet."""

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from care.figures import HEADER, Figures, Span, as_rows, count
from care.figures.counting import Bucket, Waited
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from records.audit import Action, audit
from records.database import read_scope, session_scope, utc_now
from settings import get_settings

READ = [Depends(allowed(Permission.READ_FIGURES))]
LONGEST = 92
USUAL = timedelta(days=6)
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2100, 1, 1)

routes = APIRouter()


class FigureQuery(BaseModel):
    """Days by the hospital's clock, both included; the last seven when nothing is said."""

    first: date | None = Field(default=None, ge=FIRST_DAY, le=LAST_DAY)
    last: date | None = Field(default=None, ge=FIRST_DAY, le=LAST_DAY)
    by: Bucket = Bucket.DAY

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.last and not 0 <= (self.last - self.first).days < LONGEST:
            raise ValueError("at most 92 days, the first before the last")
        return self

    def span(self) -> Span:
        """As times."""
        zone = get_settings().zone
        last = self.last or (self.first + USUAL if self.first else utc_now().astimezone(zone).date())
        first = self.first or last - USUAL
        return Span(datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone))


class WaitedShown(BaseModel):
    """Seconds; null where nobody waited."""

    number: int
    median_s: float | None
    p90_s: float | None


class TrafficShown(BaseModel):
    at: AwareDatetime
    patient: int
    bot: int
    staff: int


class AlarmsShown(BaseModel):
    raised: int
    acknowledged: int
    rang: int
    waited: WaitedShown


class ContentShown(BaseModel):
    """Scores 1 (not content) to 3."""

    asked: int
    answered: int
    mean: float | None
    scores: dict[int, int]


class FollowUpsShown(BaseModel):
    """``running`` now; of the span's questions ``asked`` and ``answered``; ``cases`` that came of them."""

    running: int
    asked: int
    answered: int
    cases: int


class FiguresShown(BaseModel):
    """See ``care.figures``."""

    traffic: list[TrafficShown]
    conversations: int
    alone: int
    alone_share: float | None
    waits: dict[str, WaitedShown]
    alarms: AlarmsShown
    content: ContentShown
    topics: dict[str, int]
    departments: dict[str, int]
    cases: dict[str, int]
    began_as_suggestions: int
    follow_ups: FollowUpsShown


@routes.get("/figures", dependencies=READ)
def get_figures(asked: Annotated[FigureQuery, Query()]) -> FiguresShown:
    """The figures of some days; they name nobody."""
    with read_scope() as session:
        return _shown(count(session, asked.span(), by=asked.by))


@routes.get("/figures.csv", dependencies=READ, response_class=Response)
def get_figures_csv(asked: Annotated[FigureQuery, Query()], seat: AtSeat) -> Response:
    """The same numbers, one a line, UTF-8 with the mark that spreadsheets need; audited."""
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(HEADER)
    with session_scope() as session:
        lines.writerows(as_rows(count(session, asked.span(), by=asked.by)))
        audit(session, actor=seat.actor, action=Action.EXPORT_FIGURES, patient=None, subject="figures:csv")
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment; filename=xinglin-figures.csv"}
    return Response("\ufeff" + written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _shown(figures: Figures) -> FiguresShown:
    return FiguresShown(
        traffic=[TrafficShown(at=one.at, patient=one.patient, bot=one.bot, staff=one.staff) for one in figures.traffic],
        conversations=figures.conversations,
        alone=figures.alone,
        alone_share=figures.alone_share,
        waits={kind: _waited(one) for kind, one in figures.waits.items()},
        alarms=AlarmsShown(
            raised=figures.alarms.raised,
            acknowledged=figures.alarms.acknowledged,
            rang=figures.alarms.rang,
            waited=_waited(figures.alarms.waited),
        ),
        content=ContentShown(
            asked=figures.content.asked,
            answered=figures.content.answered,
            mean=figures.content.mean,
            scores=figures.content.scores,
        ),
        topics=figures.topics,
        departments=figures.departments,
        cases=figures.cases,
        began_as_suggestions=figures.began_as_suggestions,
        follow_ups=FollowUpsShown(
            running=figures.follow_ups.running,
            asked=figures.follow_ups.asked,
            answered=figures.follow_ups.answered,
            cases=figures.follow_ups.cases,
        ),
    )


def _waited(one: Waited) -> WaitedShown:
    return WaitedShown(number=one.number, median_s=one.median_s, p90_s=one.p90_s)
