"""The way of a patient's exercise video: looked at as the exercise it shows, or kept until the patient says which."""

from typing import Any

from sqlalchemy.orm import Session

from care.analysis import Asked, Concluded, NewCase, Seen
from care.cases import is_drawn
from care.media.vision import VisionClient
from care.rehab.choosing import left_of_all, prescribed_for
from care.rehab.exercises import exercise
from care.rehab.programmes import active_exercises
from care.rehab.rules import rules
from care.rehab.sessions import before, is_falling, record, refused_on
from care.rehab.telling import refused_reply, result_reply, which_reply
from care.replies import Reply
from care.texts import text
from records.cases import CaseKind, CaseLevel
from records.conversations import Message
from records.findings import FileRole, Finding, FindingKind
from records.rehab import RehabExercise, RehabProgramme, RehabSession, Side
from settings import get_settings

ENGINE = "/rehab"
WHICH_VERSION = "which-1"
ROLES = {"video": FileRole.VIDEO, "chart": FileRole.CHART}


def look_at(asked: Asked, vision: VisionClient, one: RehabExercise) -> Seen:
    """What the engine sees in a video of this exercise, with what was asked of this patient beside it. Raises
    ``VisionAway``, ``NotAnalysed``."""
    wanted: dict[str, str | int | float] = {"exercise": one.exercise}
    if one.range_deg is not None:
        wanted["target"] = one.range_deg
    if one.hold_s is not None:
        wanted["hold_s"] = one.hold_s
    if one.side != Side.BOTH:
        wanted["side"] = one.side
    answer = vision.analyse(ENGINE, asked.file, asked=wanted)
    of_patient = {
        "repetitions": one.repetitions,
        "range_deg": one.range_deg,
        "hold_s": one.hold_s or exercise(one.exercise).hold_s,
        "side": one.side,
    }
    return Seen(
        version=str(answer.findings["version"]),
        data=answer.findings | {"programme": one.programme_id, "asked": of_patient},
        files={role: answer.files[name] for name, role in ROLES.items() if name in answer.files},
    )


class RehabAnalyst:
    """For videos of which it is known which prescribed exercise they show."""

    kind = FindingKind.REHAB

    def takes(self, asked: Asked) -> bool:
        return asked.kind == "video"

    def look(self, session: Session, asked: Asked, vision: VisionClient) -> Seen | None:
        prescribed = prescribed_for(session, session.get_one(Message, asked.message_id))
        if prescribed is None or prescribed.shown is None:
            return None
        return look_at(asked, vision, prescribed.shown)

    def conclude(self, session: Session, finding: Finding, data: dict[str, Any]) -> Concluded:
        programme = session.get_one(RehabProgramme, data["programme"])
        slots = {"rehab_exercise": data["exercise"]}
        if data["gate"]["problem"] is not None:
            return _refused(session, finding, programme, data, slots)
        done = record(session, finding, programme=programme, data=data)
        earlier = before(session, done)
        reply = result_reply(
            done,
            data,
            last=earlier[-1] if earlier else None,
            left=left_of_all(session, programme.conversation_id, at=done.at),
            with_score=get_settings().grades_patient_visible,
        )
        scores = [one.score for one in (*earlier, done) if one.score is not None]
        return Concluded(reply, _case(programme, finding, done, scores, first=not earlier), slots)


class UnnamedVideoAnalyst:
    """For videos of a patient with programmes of which nobody can tell which exercise they show: it is asked, and
    the video waits."""

    kind = FindingKind.REHAB_UNNAMED

    def takes(self, asked: Asked) -> bool:
        return asked.kind == "video"

    def look(self, session: Session, asked: Asked, vision: VisionClient) -> Seen | None:
        prescribed = prescribed_for(session, session.get_one(Message, asked.message_id))
        if prescribed is None or prescribed.shown is not None:
            return None
        return Seen(WHICH_VERSION, {"exercises": [one.exercise for one in prescribed.exercises]})

    def conclude(self, session: Session, finding: Finding, data: dict[str, Any]) -> Concluded:
        return Concluded(which_reply(data["exercises"], message_id=finding.message_id))


def not_looked_at() -> Reply:
    """What is said when the engine gave a video up: it is kept, and a therapist looks."""
    return Reply(text=text("rehab.which.missing"))


def _refused(
    session: Session, finding: Finding, programme: RehabProgramme, data: dict[str, Any], slots: dict[str, Any]
) -> Concluded:
    often = refused_on(session, finding) >= rules().refused_videos.value
    reply = refused_reply(data, prescribed=active_exercises(session, programme.conversation_id), person=often)
    case = _new_case(programme, data["exercise"], CaseLevel.ROUTINE, "rehab_cannot_film") if often else None
    return Concluded(reply, case, slots)


def _case(
    programme: RehabProgramme, finding: Finding, done: RehabSession, scores: list[int], *, first: bool
) -> NewCase | None:
    """The score and the form are a clinician's to judge (NMPA 2021 No. 47): the first video of an exercise, a fall of
    scores, and a share of all others."""
    if is_falling(scores):
        return _new_case(programme, done.exercise, CaseLevel.ROUTINE, "rehab_falling_scores")
    if first:
        return _new_case(programme, done.exercise, CaseLevel.ROUTINE, "rehab_first_video")
    if is_drawn(finding.id, get_settings().second_look_share):
        return _new_case(programme, done.exercise, CaseLevel.SECOND_LOOK, "rehab_sample", sampled=True)
    return None


def _new_case(programme: RehabProgramme, name: str, level: CaseLevel, reason: str, *, sampled: bool = False) -> NewCase:
    return NewCase(
        kind=CaseKind.REHAB,
        level=level,
        department=programme.department,
        complaint=exercise(name).title,
        reasons=(reason,),
        sampled=sampled,
    )
