"""One's own account: password, second factor, recovery codes, sessions, on duty or not."""

from fastapi import APIRouter, Depends, HTTPException, Response, status
from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from care.staff import PasswordNotNew, PasswordTooShort, change_password, revoke_session, set_on_duty
from care.staff.factors import (
    NotOffered,
    begin_enrolment,
    codes_left,
    confirm_enrolment,
    new_recovery_codes,
    prove,
)
from care.staff.sessions import sessions_of
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.places import COOKIE_PATH
from clinic.seat import COOKIE, AtSeat, Seat
from clinic.signing_in import Code, Offered, refused_password
from clinic.stepping_up import WRONG_CODE
from records.audit import Action, audit
from records.database import session_scope
from records.staff import Staff, StaffFactor, StaffSession
from settings import get_settings

AT_THE_PROVIDER = "您从医院统一认证登录，密码和动态码在那里管理"

OWN = [Depends(allowed(Permission.OWN_ACCOUNT))]

routes = APIRouter()


class NewPassword(BaseModel):
    old: SecretStr = Field(max_length=256)
    new: SecretStr = Field(max_length=256)


class SessionRow(BaseModel):
    """One signed-in browser; ``mine`` is the one that asks."""

    id: str
    username: str
    address: str
    browser: str
    created_at: AwareDatetime
    last_seen_at: AwareDatetime
    mine: bool


class Factor(BaseModel):
    """Since when there is a second factor, and how many recovery codes are unused."""

    enrolled_at: AwareDatetime | None
    codes_left: int


class RecoveryCodes(BaseModel):
    """They can be read this once."""

    recovery_codes: list[str]


class OnDuty(BaseModel):
    on_duty: bool


@routes.post("/password", status_code=status.HTTP_204_NO_CONTENT, dependencies=OWN)
def post_password(passwords: NewPassword, seat: AtSeat, response: Response) -> None:
    """Change one's own password; every session ends, the first password's file is removed. 403 for a wrong old one."""
    try:
        with session_scope() as session:
            changed = change_password(
                session,
                username=seat.username,
                old=passwords.old.get_secret_value(),
                new=passwords.new.get_secret_value(),
                place=seat.place,
            )
    except (PasswordTooShort, PasswordNotNew) as error:
        raise refused_password(error) from None
    if not changed:
        raise HTTPException(status.HTTP_403_FORBIDDEN, AT_THE_PROVIDER if seat.by_provider else "原密码不对")
    get_settings().first_password(seat.username).unlink(missing_ok=True)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


@routes.get("/account/factor", dependencies=OWN)
def get_factor(seat: AtSeat) -> Factor:
    """One's own second factor."""
    with session_scope() as session:
        factor = session.get(StaffFactor, seat.staff_id)
        return Factor(enrolled_at=factor.enrolled_at if factor else None, codes_left=codes_left(session, seat.staff_id))


@routes.post("/account/factor", dependencies=OWN)
def post_factor(code: Code, seat: AtSeat) -> Offered:
    """Offer the secret for another device, proved with the one in force (or a recovery code); 403 for a wrong code."""
    offered = None
    with session_scope() as session:
        staff = _own(session.get_one(Staff, seat.staff_id), seat)
        if prove(session, staff, code.code.get_secret_value(), place=seat.place, action=Action.ENROL_FACTOR):
            offered = begin_enrolment(session, staff)
    if offered is None:
        raise HTTPException(status.HTTP_403_FORBIDDEN, WRONG_CODE)
    return Offered(secret=offered.secret, uri=offered.uri)


@routes.post("/account/factor/confirm", dependencies=OWN)
def post_factor_confirmed(code: Code, seat: AtSeat) -> RecoveryCodes:
    """Put the other device in force with its first code; 403 for a wrong one, 409 when none was offered."""
    with session_scope() as session:
        staff = _own(session.get_one(Staff, seat.staff_id), seat)
        try:
            codes = confirm_enrolment(session, staff, code.code.get_secret_value(), place=seat.place)
        except NotOffered:
            raise HTTPException(status.HTTP_409_CONFLICT, "请从头开始换绑") from None
    if codes is None:
        raise HTTPException(status.HTTP_403_FORBIDDEN, WRONG_CODE)
    return RecoveryCodes(recovery_codes=codes)


@routes.post("/account/recovery-codes", dependencies=OWN)
def post_recovery_codes(code: Code, seat: AtSeat) -> RecoveryCodes:
    """Ten new recovery codes instead of those before; 403 for a wrong code."""
    codes = None
    with session_scope() as session:
        staff = _own(session.get_one(Staff, seat.staff_id), seat)
        action = Action.MAKE_RECOVERY_CODES
        if prove(session, staff, code.code.get_secret_value(), place=seat.place, action=action):
            codes = new_recovery_codes(session, staff)
            audit(session, actor=seat.actor, action=action, patient=None, subject=f"staff:{staff.id}")
    if codes is None:
        raise HTTPException(status.HTTP_403_FORBIDDEN, WRONG_CODE)
    return RecoveryCodes(recovery_codes=codes)


@routes.get("/account/sessions", dependencies=OWN)
def get_own_sessions(seat: AtSeat) -> list[SessionRow]:
    """Where one is signed in, the latest used first."""
    with session_scope() as session:
        return [session_row(row, seat.username, seat) for row in sessions_of(session, seat.staff_id)]


@routes.delete("/account/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=OWN)
def delete_own_session(session_id: Id, seat: AtSeat) -> None:
    """End one of one's own sessions; 404 when it is none of them."""
    with session_scope() as session:
        row = session.query(StaffSession).filter_by(id=session_id, staff_id=seat.staff_id).one_or_none()
        if row is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个登录")
        revoke_session(session, row, actor=seat.actor)


@routes.put("/account/on-duty", status_code=status.HTTP_204_NO_CONTENT, dependencies=OWN)
def put_on_duty(wanted: OnDuty, seat: AtSeat) -> None:
    """Say that one is on duty, or no longer."""
    with session_scope() as session:
        set_on_duty(session, seat.staff_id, wanted.on_duty, actor=seat.actor)


def session_row(row: StaffSession, username: str, seat: Seat) -> SessionRow:
    """One session as a list shows it."""
    return SessionRow(
        id=row.id,
        username=username,
        address=row.address,
        browser=row.browser,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        mine=row.token_sha256 == seat.session,
    )


def _own(staff: Staff, seat: Seat) -> Staff:
    if seat.by_provider:
        raise HTTPException(status.HTTP_409_CONFLICT, AT_THE_PROVIDER)
    return staff
