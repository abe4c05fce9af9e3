"""Signing in, step by step: name and password; the second factor, enrolled at the first time; a password of one's own
after a one-time one. Nothing else of the console opens before the last step (GB/T 22239-2019, 8.1.4.1)."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response, status
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.orm import Session

from care.staff import Next, PasswordNotNew, PasswordTooShort, verify
from care.staff.factors import NotOffered, begin_enrolment, confirm_enrolment, prove
from care.staff.passwords import set_own_password
from care.staff.sessions import Signed, end_session, found, idle, open_session
from clinic.parameters import NO_NUL
from clinic.permissions import Permission, allowed, anyone, permissions_of
from clinic.places import COOKIE_PATH, address_of, browser_of, place_of, remember_browser, secure
from clinic.seat import COOKIE, AtSeat, token_of
from records.audit import Action, Actor, ActorKind, audit
from records.database import session_scope
from records.staff import Role, Staff
from settings import get_settings

WRONG = "账号、密码或动态码不对；连续输错 5 次以后，每次要等更久（1 到 15 分钟）"

routes = APIRouter()


class Credentials(BaseModel):
    username: str = Field(max_length=64, pattern=NO_NUL)
    password: SecretStr = Field(max_length=256)


class Code(BaseModel):
    """Six digits from the device, or a recovery code."""

    code: SecretStr = Field(max_length=32)


class OwnPassword(BaseModel):
    new: SecretStr = Field(max_length=256)


class Me(BaseModel):
    """Who is signed in and what they may do; ``idle_s`` is after how many seconds without keys or mouse it ends."""

    username: str
    name: str
    role: Role
    departments: list[str]
    permissions: list[Permission]
    on_duty: bool
    by_provider: bool
    idle_s: int


class SignInStep(BaseModel):
    """What is needed next; ``me`` once nothing is."""

    next: Next
    me: Me | None = None


class Offered(BaseModel):
    """A new secret, as text and as the address in a QR code; in force once a code of it is confirmed."""

    secret: str
    uri: str


class Enrolled(SignInStep):
    """The recovery codes can be read this once."""

    recovery_codes: list[str]


class Ways(BaseModel):
    """How one may sign in; ``provider`` is the name of the hospital's own sign-in, empty without one."""

    provider: str


def me_of(signed: Signed) -> Me:
    """How a session's person is told of themself."""
    role = Role(signed.staff.role)
    return Me(
        username=signed.staff.username,
        name=signed.staff.name,
        role=role,
        departments=signed.staff.departments,
        permissions=permissions_of(role),
        on_duty=signed.staff.on_duty,
        by_provider=signed.row.by_provider,
        idle_s=int(idle().total_seconds()),
    )


def unfinished(request: Request) -> str:
    """The token of a browser on its way in; 401 when there is none, or it took too long."""
    token = token_of(request)
    with session_scope() as session:
        if found(session, token) is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "请重新登录")
    return token


OnTheWay = Annotated[str, Depends(unfinished)]


@routes.get("/sign-in", dependencies=[Depends(anyone)])
def get_ways() -> Ways:
    """How one may sign in here."""
    settings = get_settings()
    return Ways(provider=settings.oidc_name if settings.oidc_configured else "")


@routes.post("/sign-in", dependencies=[Depends(anyone)])
def post_sign_in(credentials: Credentials, request: Request, response: Response) -> SignInStep:
    """Name and password; 401 with one sentence for every reason. The answer says what is needed next."""
    place = place_of(request, credentials.username)
    with session_scope() as session:
        staff = verify(
            session, username=credentials.username, password=credentials.password.get_secret_value(), place=place
        )
        step = _enter(session, staff, request, response, proved=False) if staff is not None else None
    if step is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, WRONG)
    return step


@routes.post("/sign-in/factor", dependencies=[Depends(anyone)])
def post_factor(code: Code, token: OnTheWay, request: Request, response: Response) -> SignInStep:
    """The second factor; 401 for a wrong code, which counts like a wrong password."""
    step = None
    with session_scope() as session:
        signed = _on_the_way(session, token, Next.FACTOR)
        place = place_of(request, signed.staff.username)
        if prove(session, signed.staff, code.code.get_secret_value(), place=place, action=Action.SIGN_IN):
            end_session(session, signed.row)
            step = _enter(session, signed.staff, request, response, proved=True)
    if step is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, WRONG)
    return step


@routes.post("/sign-in/enrolment", dependencies=[Depends(anyone)])
def post_enrolment(token: OnTheWay) -> Offered:
    """Offer a secret to somebody who has no second factor yet; 409 when that is not what is needed."""
    with session_scope() as session:
        signed = _on_the_way(session, token, Next.ENROL)
        offered = begin_enrolment(session, signed.staff)
    return Offered(secret=offered.secret, uri=offered.uri)


@routes.post("/sign-in/enrolment/confirm", dependencies=[Depends(anyone)])
def post_enrolment_confirmed(code: Code, token: OnTheWay, request: Request, response: Response) -> Enrolled:
    """Prove the device with its first code; 401 for a wrong one, 409 when nothing was offered."""
    codes = step = None
    with session_scope() as session:
        signed = _on_the_way(session, token, Next.ENROL)
        place = place_of(request, signed.staff.username)
        try:
            codes = confirm_enrolment(session, signed.staff, code.code.get_secret_value(), place=place)
        except NotOffered:
            raise _not_now() from None
        if codes is not None:
            end_session(session, signed.row)
            step = _enter(session, signed.staff, request, response, proved=True)
    if codes is None or step is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "动态码不对：请看设备上最新的 6 位数字，并核对手机的时间")
    return Enrolled(next=step.next, me=step.me, recovery_codes=codes)


@routes.post("/sign-in/password", dependencies=[Depends(anyone)])
def post_own_password(password: OwnPassword, token: OnTheWay, request: Request) -> SignInStep:
    """A password of one's own after a one-time one; 400 for a short one or the same."""
    try:
        with session_scope() as session:
            signed = _on_the_way(session, token, Next.PASSWORD)
            place = place_of(request, signed.staff.username)
            set_own_password(session, signed.staff, password.new.get_secret_value(), place=place)
            return _step(session, token)
    except (PasswordTooShort, PasswordNotNew) as error:
        raise refused_password(error) from None


@routes.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT, dependencies=[Depends(anyone)])
def post_sign_out(request: Request, response: Response) -> None:
    """End this session."""
    with session_scope() as session:
        if (signed := found(session, token_of(request))) is not None:
            end_session(session, signed.row)
            actor = Actor(ActorKind.STAFF, signed.staff.username, address_of(request))
            audit(session, actor=actor, action=Action.SIGN_OUT, patient=None, subject=f"staff:{signed.staff.id}")
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


@routes.get("/me", dependencies=[Depends(allowed(Permission.OWN_ACCOUNT))])
def get_me(_: AtSeat, request: Request) -> Me:
    """Who is signed in."""
    with session_scope() as session:
        signed = found(session, token_of(request))
        if signed is None:
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, "请重新登录")
        return me_of(signed)


def refused_password(error: Exception) -> HTTPException:
    """Why a new password is none."""
    said = "新密码至少 10 个字符" if isinstance(error, PasswordTooShort) else "新密码不能和原来的一样"
    return HTTPException(status.HTTP_400_BAD_REQUEST, said)


def set_session_cookie(response: Response, token: str) -> None:
    """Give a browser its session: no script reads it, no other site sends it."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure(), path=COOKIE_PATH)


def _enter(session: Session, staff: Staff, request: Request, response: Response, *, proved: bool) -> SignInStep:
    """Open a session as far as it has come; signed in is who has proved both factors."""
    address, place = address_of(request), place_of(request, staff.username)
    token = open_session(session, staff, address=address, browser=browser_of(request), proved=proved)
    if proved:
        audit(
            session,
            actor=Actor(ActorKind.STAFF, staff.username, address),
            action=Action.SIGN_IN,
            patient=None,
            subject=f"staff:{staff.id}",
            details=place.details(),
        )
        remember_browser(request, response, staff.username)
    set_session_cookie(response, token)
    return _step(session, token)


def _step(session: Session, token: str) -> SignInStep:
    signed = found(session, token)
    assert signed is not None
    return SignInStep(next=signed.next, me=me_of(signed) if signed.next is Next.DONE else None)


def _on_the_way(session: Session, token: str, wanted: Next) -> Signed:
    signed = found(session, token)
    if signed is None or signed.next is not wanted:
        raise _not_now()
    return signed


def _not_now() -> HTTPException:
    return HTTPException(status.HTTP_409_CONFLICT, "这一步现在不需要，请重新登录")
