"""Programmes: prescribed, changed, paused, taken up again and ended by a clinician; stopped by the patient's pain.

Who does it is audited here, in the caller's transaction, with the step in the programme's history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import lock_conversation
from care.rehab.exceptions import (
    DaysImpossible,
    ExerciseStands,
    HourAtNight,
    ProgrammeEnded,
    ProgrammeNotFound,
    TargetImpossible,
    TargetsImpossible,
)
from care.rehab.exercises import exercise
from care.rehab.schedule import is_by_day
from records.audit import Action, Actor, ActorKind, audit
from records.database import utc_now
from records.rehab import ProgrammeState, ProgrammeStep, RehabEvent, RehabExercise, RehabProgramme, Side
from settings import get_settings

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Target:
    """One exercise and what is asked of this patient: ``repetitions`` in a row, the joint angle ``range_deg`` to reach,
    or ``hold_s`` seconds; None leaves it to the exercise."""

    exercise: str
    repetitions: int | None = None
    range_deg: float | None = None
    hold_s: float | None = None
    side: Side = Side.BOTH


@dataclass(frozen=True, slots=True)
class Prescription:
    """What a therapist prescribes. ``days`` are ISO weekdays, ``remind_at`` is by the hospital's clock, both dates
    belong to the programme; ``kinship`` says whose it is ("本人", "母亲")."""

    targets: tuple[Target, ...]
    days: frozenset[int]
    remind_at: time
    starts_on: date
    ends_on: date
    department: str = ""
    kinship: str = "本人"


def prescribe(
    session: Session, *, conversation_id: str, prescription: Prescription, actor: Actor, now: datetime | None = None
) -> RehabProgramme:
    """Begin a programme, beside others where there are any. Raises ``ConversationNotFound``, ``ExerciseUnknown``,
    :class:`ExerciseStands`, and the refusals of a prescription."""
    _check(prescription)
    conversation = lock_conversation(session, conversation_id)
    _refuse_twice(session, conversation_id, prescription.targets)
    at = now or utc_now()
    programme = RehabProgramme(
        account_id=conversation.account_id,
        conversation_id=conversation_id,
        prescribed_by=actor.id,
        active_since=prescription.starts_on,
        created_at=at,
        **_fields(prescription),
    )
    session.add(programme)
    session.flush()
    _set_targets(session, programme.id, prescription.targets, at=at)
    _note(session, programme, ProgrammeStep.PRESCRIBED, Action.PRESCRIBE_REHAB, actor=actor, at=at)
    return programme


def change(
    session: Session, *, programme_id: str, prescription: Prescription, actor: Actor, now: datetime | None = None
) -> RehabProgramme:
    """Put another prescription in a programme's place; what was done of it stays. Raises :class:`ProgrammeNotFound`,
    :class:`ProgrammeEnded`, ``ExerciseUnknown``, :class:`ExerciseStands`, and the refusals of a prescription."""
    _check(prescription)
    programme, at = _open(session, programme_id), now or utc_now()
    lock_conversation(session, programme.conversation_id)  # a programme may begin beside this one
    _refuse_twice(session, programme.conversation_id, prescription.targets, beside=programme.id)
    for name, value in _fields(prescription).items():
        setattr(programme, name, value)
    # Days of the earlier prescription were missed under the earlier prescription.
    programme.active_since = max(prescription.starts_on, at.astimezone(get_settings().zone).date())
    _set_targets(session, programme.id, prescription.targets, at=at)
    _note(session, programme, ProgrammeStep.CHANGED, Action.CHANGE_REHAB, actor=actor, at=at)
    return programme


def pause(session: Session, *, programme_id: str, actor: Actor, now: datetime | None = None) -> RehabProgramme:
    """Let a programme rest: no reminders, no missed days. Raises :class:`ProgrammeNotFound` and
    :class:`ProgrammeEnded`."""
    programme = _open(session, programme_id)
    programme.state = ProgrammeState.PAUSED
    _note(session, programme, ProgrammeStep.PAUSED, Action.PAUSE_REHAB, actor=actor, at=now or utc_now())
    return programme


def resume(session: Session, *, programme_id: str, actor: Actor, now: datetime | None = None) -> RehabProgramme:
    """Take a programme up again, after a rest or after pain that a therapist has looked at. Raises as ``pause``."""
    programme, at = _open(session, programme_id), now or utc_now()
    programme.state = ProgrammeState.ACTIVE
    programme.active_since = max(programme.starts_on, at.astimezone(get_settings().zone).date())
    _note(session, programme, ProgrammeStep.RESUMED, Action.RESUME_REHAB, actor=actor, at=at)
    return programme


def end(session: Session, *, programme_id: str, actor: Actor, now: datetime | None = None) -> RehabProgramme:
    """End a programme for good. Raises as ``pause``."""
    programme = _open(session, programme_id)
    programme.state = ProgrammeState.ENDED
    _note(session, programme, ProgrammeStep.ENDED, Action.END_REHAB, actor=actor, at=now or utc_now())
    return programme


def stop_for_pain(session: Session, programme: RehabProgramme, *, now: datetime) -> bool:
    """Stop a programme because it hurts; returns False when it was stopped before."""
    if programme.state != ProgrammeState.ACTIVE:
        return False
    programme.state = ProgrammeState.PAUSED_PAIN
    patient = Actor(ActorKind.PATIENT, programme.account_id)
    _note(session, programme, ProgrammeStep.PAIN, Action.PAUSE_REHAB, actor=patient, at=now)
    return True


def standing(session: Session, conversation_id: str) -> Sequence[RehabProgramme]:
    """The conversation's programmes that have not ended, whatever their state, the first prescribed first. No two
    have an exercise in common: an exercise says which programme it is of."""
    query = select(RehabProgramme).where(
        RehabProgramme.conversation_id == conversation_id, RehabProgramme.state != ProgrammeState.ENDED
    )
    return session.scalars(query.order_by(RehabProgramme.created_at, RehabProgramme.id)).all()


def active(session: Session, conversation_id: str) -> Sequence[RehabProgramme]:
    """Those that go on."""
    return [one for one in standing(session, conversation_id) if one.state == ProgrammeState.ACTIVE]


def active_exercises(session: Session, conversation_id: str) -> Sequence[RehabExercise]:
    """What is prescribed in all that go on."""
    return [one for programme in active(session, conversation_id) for one in exercises_of(session, programme.id)]


def exercises_of(session: Session, programme_id: str) -> Sequence[RehabExercise]:
    """What is prescribed now, in the therapist's order."""
    query = select(RehabExercise).where(RehabExercise.programme_id == programme_id, RehabExercise.removed_at.is_(None))
    return session.scalars(query.order_by(RehabExercise.place)).all()


def history(session: Session, programme_id: str) -> Sequence[RehabEvent]:
    """Everything that was done to a programme, oldest first."""
    query = select(RehabEvent).where(RehabEvent.programme_id == programme_id)
    return session.scalars(query.order_by(RehabEvent.at, RehabEvent.id)).all()


def _open(session: Session, programme_id: str) -> RehabProgramme:
    programme = session.scalars(
        select(RehabProgramme).where(RehabProgramme.id == programme_id).with_for_update()
    ).one_or_none()
    if programme is None:
        raise ProgrammeNotFound
    if programme.state == ProgrammeState.ENDED:
        raise ProgrammeEnded
    return programme


def _refuse_twice(
    session: Session, conversation_id: str, targets: Sequence[Target], *, beside: str | None = None
) -> None:
    """Raises :class:`ExerciseStands` for an exercise of another programme than ``beside``."""
    others = [one for one in standing(session, conversation_id) if one.id != beside]
    taken = {one.exercise for other in others for one in exercises_of(session, other.id)}
    if taken & {target.exercise for target in targets}:
        raise ExerciseStands


def _check(prescription: Prescription) -> None:
    span = prescription.ends_on - prescription.starts_on
    if not prescription.days <= set(range(1, 8)) or not prescription.days or not timedelta(0) <= span <= LONGEST:
        raise DaysImpossible
    if not is_by_day(prescription.remind_at):
        raise HourAtNight
    named = [target.exercise for target in prescription.targets]
    if not named or len(named) != len(set(named)):
        raise TargetsImpossible
    for target in prescription.targets:
        known = exercise(target.exercise)
        wrong_kind = target.range_deg is not None if known.held else target.hold_s is not None
        if wrong_kind or (target.range_deg is not None and not known.reaches(target.range_deg)):
            raise TargetImpossible


def _fields(prescription: Prescription) -> dict[str, Any]:
    return {
        "kinship": prescription.kinship,
        "department": prescription.department,
        "days": sorted(prescription.days),
        "remind_at": f"{prescription.remind_at:%H:%M}",
        "starts_on": prescription.starts_on,
        "ends_on": prescription.ends_on,
    }


def _set_targets(session: Session, programme_id: str, targets: Sequence[Target], *, at: datetime) -> None:
    for row in exercises_of(session, programme_id):
        row.removed_at = at
    for place, target in enumerate(targets):
        session.add(
            RehabExercise(
                programme_id=programme_id,
                place=place,
                exercise=target.exercise,
                repetitions=target.repetitions,
                range_deg=target.range_deg,
                hold_s=target.hold_s,
                side=target.side,
                added_at=at,
            )
        )
    session.flush()


def _note(
    session: Session, programme: RehabProgramme, step: ProgrammeStep, action: Action, *, actor: Actor, at: datetime
) -> None:
    details = {
        "state": str(programme.state),
        "days": programme.days,
        "remind_at": programme.remind_at,
        "starts_on": programme.starts_on.isoformat(),
        "ends_on": programme.ends_on.isoformat(),
        "exercises": [
            {
                "exercise": row.exercise,
                "repetitions": row.repetitions,
                "range_deg": row.range_deg,
                "hold_s": row.hold_s,
                "side": row.side,
            }
            for row in exercises_of(session, programme.id)
        ],
    }
    by = "patient" if actor.kind is ActorKind.PATIENT else actor.id
    session.add(RehabEvent(programme_id=programme.id, step=step, by=by, details=details, at=at))
    audit(
        session,
        actor=actor,
        action=action,
        patient=programme.account_id,
        subject=f"rehab_programme:{programme.id}",
        details={"step": str(step)},
    )
    session.flush()
