"""More than one's work usually needs, for half an hour: one patient's originals, or the patients of another
department. The second factor again, with a reason (GB/T 39725-2020; GB/T 22239-2019, 8.1.4.2)."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field, SecretStr, StringConstraints, model_validator
from sqlalchemy.orm import Session

from care.staff import TooOften, Wanted, more_departments, step_up
from care.staff.stepping_up import REASON_CHARS
from clinic.parameters import NO_NUL
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from records.audit import Action, Outcome, audit_alone
from records.conversations import Conversation
from records.database import session_scope
from records.patients import Account

WRONG_CODE = "动态码不对，或已经用过；请等下一个 6 位数字再试"
AT_THE_PROVIDER = "请先到医院统一认证再验证一次，两分钟内回来"

MORE = [Depends(allowed(Permission.STEP_UP))]

routes = APIRouter()


class StepUpRequest(BaseModel):
    """Who is at the seat proves it again and says why: for one conversation's patient, or for one department (``*``:
    every one). ``code`` is six digits from the device or a recovery code; who signed in at the hospital's provider
    goes there again (``/api/console/oidc/start?again=1``) and leaves it empty."""

    code: SecretStr = Field(default=SecretStr(""), max_length=32)
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=REASON_CHARS, max_length=200, pattern=NO_NUL)
    ]
    conversation: str | None = Field(default=None, pattern="^[0-9a-f]{16}$")
    department: str | None = Field(default=None, min_length=1, max_length=64, pattern=NO_NUL)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.conversation is None) == (self.department is None):
            raise ValueError("either a conversation or a department")
        return self


class SteppedUp(BaseModel):
    expires_at: AwareDatetime


class Widened(BaseModel):
    """One department whose patients this browser may see for now."""

    department: str
    expires_at: AwareDatetime


@routes.post("/step-up", dependencies=MORE)
def post_step_up(request: StepUpRequest, seat: AtSeat) -> SteppedUp:
    """Leave for 30 minutes, in this browser. 403 for a wrong code (it counts as any), 404 for an unknown conversation,
    429 when asked too often."""
    wanted = Wanted(department=request.department or "")
    subject = f"department:{request.department}"
    try:
        with session_scope() as session:
            if request.conversation is not None:
                wanted = Wanted(account_id=patient_of(session, request.conversation))
                subject = f"conversation:{request.conversation}"
            until = step_up(
                session,
                actor=seat.actor,
                session_id=seat.session,
                place=seat.place,
                code=request.code.get_secret_value(),
                wanted=wanted,
                subject=subject,
                reason=request.reason,
            )
    except TooOften:
        raise too_often(seat, Action.STEP_UP, subject, wanted.patient) from None
    if until is None:
        raise HTTPException(status.HTTP_403_FORBIDDEN, AT_THE_PROVIDER if seat.by_provider else WRONG_CODE)
    return SteppedUp(expires_at=until)


@routes.get("/step-up", dependencies=MORE)
def get_step_ups(seat: AtSeat) -> list[Widened]:
    """The departments that this browser may see beyond one's own, and until when."""
    with session_scope() as session:
        more = more_departments(session, session_id=seat.session)
    return [Widened(department=department, expires_at=until) for department, until in sorted(more.items())]


def too_often(seat: Seat, action: Action, subject: str, patient: str | None) -> HTTPException:
    """The answer to who asks more often than any work needs; recorded."""
    audit_alone(
        actor=seat.actor,
        action=action,
        patient=patient,
        subject=subject,
        outcome=Outcome.REFUSED,
        details={"cause": "too_often"},
    )
    return HTTPException(status.HTTP_429_TOO_MANY_REQUESTS, "这一小时里查看太多次，请稍后再试")


def patient_of(session: Session, conversation_id: str) -> str:
    """The account of a conversation; 404 when there is none, or its data are restricted."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话")
    return conversation.account_id
