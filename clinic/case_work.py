"""What is done to a case: claim, release, hand over, answer, close. Who is second is told by whom it was taken."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import select

from care import cases, seats
from care.cases import CONVERSATION_KINDS, CaseClaimed, CaseClosed
from care.conversations import HeldByAnother
from care.report.filing import ask_again, ask_filing
from care.seats import OtherGroup, SeatFull
from clinic.case_access import Hidden, OtherDepartment, OtherRole, case_for, refuse_colleague, sees
from clinic.conversations import OTHER_GROUP
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.replying import store_reply
from clinic.seat import AtSeat, Seat
from records.audit import Action, Outcome, audit
from records.cases import Case, CaseStep
from records.conversations import Conversation
from records.database import session_scope
from records.staff import Role, Staff

FULL = "您手上已有 {} 个对话，请先结束或转交一个"
FULL_COLLEAGUE = "{1} 手上已有 {0} 个对话，请转给别的同事"
COLLEAGUES_OTHER_GROUP = "这个对话归{0}，{1} 不在这个组；请转给这个组的同事"

WORK = [Depends(allowed(Permission.WORK_CASES))]
GRADE = [Depends(allowed(Permission.GRADE_CASES))]

routes = APIRouter()


class CaseOutcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"  # the patient was told what to do
    SENT_FOR = "sent_for"  # asked to come, now or with an appointment
    EMERGENCY_CARE = "emergency_care"  # 120 or the emergency department
    AGREED = "agreed"  # the machine was right, nothing more to do
    CORRECTED = "corrected"  # the machine was wrong, and is told so
    NOT_REACHED = "not_reached"
    NOT_NEEDED = "not_needed"  # a mistake, a test, already solved


class Closing(BaseModel):
    outcome: CaseOutcome


class HandOver(BaseModel):
    """``to`` is a colleague's user name."""

    to: str = Field(min_length=1, max_length=64, pattern=NO_NUL)


class Colleague(BaseModel):
    """Somebody a case can be given to."""

    username: str
    name: str
    role: Role
    departments: list[str]
    on_duty: bool


class Filing(BaseModel):
    """``own``: the name on the sheet, which the machine could not compare, is the registered patient's."""

    own: bool = False


class CaseReply(BaseModel):
    """``began_as`` is the id of the suggestion that was taken into the box, if one was."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=NO_NUL)]
    began_as: str = Field(default="", max_length=64, pattern=NO_NUL)


@routes.post("/cases/{case_id}/claim", status_code=status.HTTP_204_NO_CONTENT, dependencies=WORK)
def post_claim(case_id: Id, seat: AtSeat) -> None:
    """Take the case: its alert falls silent, and a patient who waits for a person is taken over. 409 when somebody
    else has it, it is closed, or one has enough conversations."""
    with refusing(seat, Action.CLAIM_CASE, case_id), session_scope() as session:
        case_for(session, seat, case_id)
        seats.claim(session, case_id=case_id, actor=seat.actor)


@routes.post("/cases/{case_id}/release", status_code=status.HTTP_204_NO_CONTENT, dependencies=WORK)
def post_release(case_id: Id, seat: AtSeat) -> None:
    """Put one's case back where it was in the queue; an emergency rings on. 409 as for claiming."""
    with refusing(seat, Action.RELEASE_CASE, case_id), session_scope() as session:
        case_for(session, seat, case_id)
        seats.release(session, case_id=case_id, actor=seat.actor)


@routes.get("/cases/{case_id}/colleagues", dependencies=[Depends(allowed(Permission.FIND_COLLEAGUES))])
def get_colleagues(case_id: Id, seat: AtSeat) -> list[Colleague]:
    """Whom the case can be given to, those on duty first. 404 and 403 as for the case itself."""
    query = select(Staff).where(Staff.disabled_at.is_(None), Staff.role.in_(seats.AT_SEATS))
    with session_scope() as session:
        case, _ = case_for(session, seat, case_id)
        return [
            Colleague(
                username=staff.username,
                name=staff.name,
                role=Role(staff.role),
                departments=staff.departments,
                on_duty=staff.on_duty,
            )
            for staff in session.scalars(query.order_by(Staff.on_duty.desc(), Staff.username)).all()
            if sees(case, staff) and seats.may_be_given(session, case, to=staff.username, by=seat.username)
        ]


@routes.post("/cases/{case_id}/reassign", status_code=status.HTTP_204_NO_CONTENT, dependencies=WORK)
def post_reassign(case_id: Id, given: HandOver, seat: AtSeat) -> None:
    """Give the case to a colleague. 404 for an unknown or disabled one, 409 when it is closed or the colleague could
    not have claimed it."""
    with refusing(seat, Action.REASSIGN_CASE, case_id, to=given.to), session_scope() as session:
        case, _ = case_for(session, seat, case_id)
        known = session.scalar(select(Staff).where(Staff.username == given.to, Staff.disabled_at.is_(None)))
        if known is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这位同事，或账号已停用")
        refuse_colleague(case, known)
        seats.reassign(session, case_id=case_id, to=given.to, actor=seat.actor)


@routes.post("/cases/{case_id}/close", status_code=status.HTTP_204_NO_CONTENT, dependencies=WORK)
def post_close(case_id: Id, closing: Closing, seat: AtSeat) -> None:
    """Close one's case with its outcome; with the last one of a conversation the assistant speaks again, and a report
    that a clinician has confirmed goes into the hospital's records. 409 as for claiming."""
    with refusing(seat, Action.CLOSE_CASE, case_id), session_scope() as session:
        case_for(session, seat, case_id)
        case = seats.close(session, case_id=case_id, outcome=closing.outcome, actor=seat.actor)
        ask_filing(session, case)


@routes.post("/cases/{case_id}/file", status_code=status.HTTP_204_NO_CONTENT, dependencies=GRADE)
def post_file(case_id: Id, asked: Filing, seat: AtSeat) -> None:
    """Have a confirmed report that could not be put into the hospital's records put there after all. 409 where it need
    not be, and for the patient's own where the sheet bears another name."""
    with session_scope() as session:
        case, _ = case_for(session, seat, case_id)
        if not ask_again(session, case, actor=seat.actor, own=asked.own):
            raise HTTPException(status.HTTP_409_CONFLICT, "这份报告不用再归档，或单子上是别人的姓名")


@routes.post("/cases/{case_id}/reply", status_code=status.HTTP_204_NO_CONTENT, dependencies=WORK)
def post_case_reply(case_id: Id, reply: CaseReply, seat: AtSeat) -> None:
    """Answer the patient from the case. Of a conversation's case the conversation is taken over; about findings the
    patient gets the answer, and the assistant goes on. 409 as for claiming."""
    with refusing(seat, Action.REPLY, case_id), session_scope() as session:
        case, _ = case_for(session, seat, case_id)
        if case.kind in CONVERSATION_KINDS:
            seats.take_over(session, conversation_id=case.conversation_id, actor=seat.actor)
        message = store_reply(session, seat, case.conversation_id, reply.text, began_as=reply.began_as)
        cases.note(session, case_id=case_id, step=CaseStep.REPLIED, actor=seat.actor, seq=message.seq)


@contextmanager
def refusing(seat: Seat, action: Action, case_id: str, *, to: str = "") -> Iterator[None]:
    """Turns what stands in the way, of oneself or of the colleague ``to``, into a sentence and a row of the audit, in a
    transaction of its own: that of the attempt is rolled back."""
    whom = {"to": to} if to else {}
    try:
        yield
    except CaseClaimed as error:
        raise _refused(
            seat, action, case_id, "claimed", f"{error} 已经在处理这个病例", more={"by": str(error)}
        ) from None
    except Hidden:
        said = "这份结果特别敏感，请先点“查看原文”写明原因，看过再评定"
        raise _refused(seat, action, case_id, "special", said, code=status.HTTP_403_FORBIDDEN) from None
    except CaseClosed:
        raise _refused(seat, action, case_id, "closed", "这个病例已经结束", more=whom) from None
    except HeldByAnother as error:
        said = f"{error} 正在和这位患者对话"
        raise _refused(seat, action, case_id, "held", said, more={"by": str(error)} | whom) from None
    except SeatFull as error:
        said = FULL_COLLEAGUE.format(error, to) if to else FULL.format(error)
        raise _refused(seat, action, case_id, "full", said, more=whom) from None
    except OtherGroup as error:
        said = COLLEAGUES_OTHER_GROUP.format(error, to) if to else OTHER_GROUP.format(error)
        raise _refused(seat, action, case_id, "group", said, more=whom) from None
    except OtherRole as error:
        raise _refused(seat, action, case_id, "role", f"{error} 的岗位不处理这类病例", more=whom) from None
    except OtherDepartment as error:
        said = f"{error} 不在{error.department}，不能处理这个病例"
        raise _refused(seat, action, case_id, "department", said, more=whom) from None


def _refused(
    seat: Seat,
    action: Action,
    case_id: str,
    cause: str,
    said: str,
    *,
    more: Mapping[str, str] | None = None,
    code: int = status.HTTP_409_CONFLICT,
) -> HTTPException:
    with session_scope() as session:
        case = session.get_one(Case, case_id)
        audit(
            session,
            actor=seat.actor,
            action=action,
            patient=session.get_one(Conversation, case.conversation_id).account_id,
            subject=f"case:{case_id}",
            outcome=Outcome.REFUSED,
            details={"cause": cause, **(more or {})},
        )
    return HTTPException(code, said)
