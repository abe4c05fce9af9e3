"""Rehabilitation programmes at the console: what can be prescribed, a patient's programme and its course, and what a
clinician does to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from care import rehab
from care.rehab import Exercise, ExerciseUnknown, Prescription, ProgrammeNotFound, RehabRefused, Target, exercises_of
from care.rehab.exceptions import ExerciseStands, ProgrammeEnded
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed, of_departments, visible_departments
from clinic.reaching import conversation_of, refuse_elsewhere
from clinic.seat import AtSeat, Seat
from clinic.viewing import audit_list
from records.audit import Action
from records.database import session_scope
from records.findings import FileRole, Finding, FindingFile
from records.rehab import RehabProgramme, RehabSession, Side

READ = [Depends(allowed(Permission.READ_PROGRAMMES))]
PRESCRIBE = [Depends(allowed(Permission.PRESCRIBE_PROGRAMMES))]
EARLIEST, LATEST = date(2020, 1, 1), date(2100, 1, 1)
ELSEWHERE = "这个康复计划属于其他科室；需要查看请先申请跨科室查看"

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]

routes = APIRouter()


class TargetAsked(BaseModel):
    """One exercise. ``range_deg`` is the joint angle to reach, ``hold_s`` seconds of a held one; None leaves it to the
    exercise."""

    exercise: str = Field(pattern="^[a-z_]{1,32}$")
    repetitions: int | None = Field(default=None, ge=1, le=100)
    range_deg: float | None = Field(default=None, ge=0, le=180)
    hold_s: float | None = Field(default=None, ge=1, le=600)
    side: Side = Side.BOTH


class PrescriptionAsked(BaseModel):
    """``days`` are ISO weekdays (1 Monday), ``remind_at`` is HH:MM by the hospital's clock."""

    targets: list[TargetAsked] = Field(min_length=1, max_length=15)
    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7)
    remind_at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    starts_on: Day
    ends_on: Day
    department: str = Field(default="", max_length=32, pattern=NO_NUL)
    kinship: str = Field(default="本人", min_length=1, max_length=8, pattern=NO_NUL)

    def prescription(self) -> Prescription:
        return Prescription(
            targets=tuple(Target(**target.model_dump()) for target in self.targets),
            days=frozenset(self.days),
            remind_at=time.fromisoformat(self.remind_at),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            department=self.department,
            kinship=self.kinship,
        )


class ExerciseShown(TargetAsked):
    """One prescribed exercise, with its title."""

    title: str


class SessionShown(BaseModel):
    """One exercise done once. ``score`` is 0 to 100; ``video`` (annotated), ``chart`` and ``source`` are media ids."""

    finding_id: str
    exercise: str
    title: str
    day: date
    repetitions: int
    range_deg: float | None
    uncertainty_deg: float | None
    held_s: float | None
    score: int | None
    form: str
    at: AwareDatetime
    video: str | None
    chart: str | None
    source: str | None


class StepShown(BaseModel):
    """One line of a programme's history; ``details`` is what stood after it."""

    step: str
    by: str
    details: dict[str, Any]
    at: AwareDatetime


class ProgrammeShown(BaseModel):
    """A programme with its course, sessions and steps oldest first. ``falling`` are exercises whose scores fall."""

    id: str
    state: str
    kinship: str
    department: str
    prescribed_by: str
    days: list[int]
    remind_at: str
    starts_on: date
    ends_on: date
    exercises: list[ExerciseShown]
    sessions: list[SessionShown]
    falling: list[str]
    history: list[StepShown]


@routes.get("/rehab/exercises", dependencies=READ)
def get_exercises() -> list[Exercise]:
    """What can be prescribed: titles, how to film, angles at rest and at the turn in degrees, seconds of held ones."""
    return list(rehab.exercises().values())


@routes.get("/conversations/{conversation_id}/rehab", dependencies=READ)
def get_programmes(conversation_id: Id, seat: AtSeat) -> list[ProgrammeShown]:
    """The programmes of a patient, the latest first, as far as one's departments go; 404 for an unknown patient."""
    with session_scope() as session:
        conversation = conversation_of(session, conversation_id)
        query = select(RehabProgramme).where(
            RehabProgramme.conversation_id == conversation_id,
            of_departments(RehabProgramme.department, visible_departments(session, seat)),
        )
        found = [_shown(session, one) for one in session.scalars(query.order_by(RehabProgramme.created_at.desc()))]
        rows = {f"{one.id}@{len(one.sessions)}:{len(one.history)}": conversation.account_id for one in found}
        audit_list(session, seat, action=Action.VIEW_REHAB, subject=f"conversation:{conversation_id}", rows=rows)
        return found


@routes.post("/conversations/{conversation_id}/rehab", dependencies=PRESCRIBE, status_code=status.HTTP_201_CREATED)
def post_programme(conversation_id: Id, asked: PrescriptionAsked, seat: AtSeat) -> ProgrammeShown:
    """Prescribe; 400 for what cannot be, 409 for an exercise of another programme, 403 for another department's."""
    with session_scope() as session, _refusals():
        conversation_of(session, conversation_id)
        refuse_elsewhere(session, seat, asked.department, said=ELSEWHERE)
        programme = rehab.prescribe(
            session, conversation_id=conversation_id, prescription=asked.prescription(), actor=seat.actor
        )
        return _shown(session, programme)


@routes.put("/rehab/{programme_id}", dependencies=PRESCRIBE)
def put_programme(programme_id: Id, asked: PrescriptionAsked, seat: AtSeat) -> ProgrammeShown:
    """Prescribe something else in its place; what was done stays. 409 when it has ended."""
    with session_scope() as session, _refusals():
        _programme(session, seat, programme_id)
        refuse_elsewhere(session, seat, asked.department, said=ELSEWHERE)
        changed = rehab.change(session, programme_id=programme_id, prescription=asked.prescription(), actor=seat.actor)
        return _shown(session, changed)


@routes.post("/rehab/{programme_id}/pause", dependencies=PRESCRIBE)
def post_pause(programme_id: Id, seat: AtSeat) -> ProgrammeShown:
    """Let it rest: no reminders, no missed days."""
    with session_scope() as session, _refusals():
        _programme(session, seat, programme_id)
        return _shown(session, rehab.pause(session, programme_id=programme_id, actor=seat.actor))


@routes.post("/rehab/{programme_id}/resume", dependencies=PRESCRIBE)
def post_resume(programme_id: Id, seat: AtSeat) -> ProgrammeShown:
    """Take it up again, after a rest or after pain."""
    with session_scope() as session, _refusals():
        _programme(session, seat, programme_id)
        return _shown(session, rehab.resume(session, programme_id=programme_id, actor=seat.actor))


@routes.post("/rehab/{programme_id}/end", dependencies=PRESCRIBE)
def post_end(programme_id: Id, seat: AtSeat) -> ProgrammeShown:
    """End it for good."""
    with session_scope() as session, _refusals():
        _programme(session, seat, programme_id)
        return _shown(session, rehab.end(session, programme_id=programme_id, actor=seat.actor))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ExerciseUnknown:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "没有这个动作") from None
    except ProgrammeNotFound as refused:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(refused)) from None
    except (ExerciseStands, ProgrammeEnded) as refused:
        raise HTTPException(status.HTTP_409_CONFLICT, str(refused)) from None
    except RehabRefused as refused:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(refused)) from None


def _programme(session: Session, seat: Seat, programme_id: str) -> None:
    programme = session.get(RehabProgramme, programme_id)
    if programme is None:
        raise ProgrammeNotFound
    conversation_of(session, programme.conversation_id)
    refuse_elsewhere(session, seat, programme.department, said=ELSEWHERE)


def _shown(session: Session, programme: RehabProgramme) -> ProgrammeShown:
    done = rehab.sessions_of(session, programme.id)
    targets = exercises_of(session, programme.id)
    scores = {one.exercise: [row.score for row in done if row.exercise == one.exercise] for one in targets}
    return ProgrammeShown(
        id=programme.id,
        state=programme.state,
        kinship=programme.kinship,
        department=programme.department,
        prescribed_by=programme.prescribed_by,
        days=programme.days,
        remind_at=programme.remind_at,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        exercises=[
            ExerciseShown(
                exercise=one.exercise,
                title=rehab.exercise(one.exercise).title,
                repetitions=one.repetitions,
                range_deg=one.range_deg,
                hold_s=one.hold_s,
                side=Side(one.side),
            )
            for one in targets
        ],
        sessions=_sessions(session, done),
        falling=[
            name for name, values in scores.items() if rehab.is_falling([one for one in values if one is not None])
        ],
        history=[
            StepShown(step=one.step, by=one.by, details=one.details, at=one.at)
            for one in rehab.history(session, programme.id)
        ],
    )


def _sessions(session: Session, done: Sequence[RehabSession]) -> list[SessionShown]:
    ids = [one.finding_id for one in done]
    files = {
        (finding_id, role): media_id
        for finding_id, role, media_id in session.execute(
            select(FindingFile.finding_id, FindingFile.role, FindingFile.media_id).where(
                FindingFile.finding_id.in_(ids)
            )
        )
    }
    found = session.scalars(select(Finding).where(Finding.id.in_(ids)))
    sources = {finding.id: finding.source_media_id for finding in found}
    return [
        SessionShown(
            finding_id=one.finding_id,
            exercise=one.exercise,
            title=rehab.exercise(one.exercise).title,
            day=one.day,
            repetitions=one.repetitions,
            range_deg=one.range_deg,
            uncertainty_deg=one.uncertainty_deg,
            held_s=one.held_s,
            score=one.score,
            form=one.form,
            at=one.at,
            video=files.get((one.finding_id, FileRole.VIDEO)),
            chart=files.get((one.finding_id, FileRole.CHART)),
            source=sources.get(one.finding_id),
        )
        for one in done
    ]
