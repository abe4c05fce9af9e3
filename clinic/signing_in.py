"""Who is asking: a cookie with a random token, and for changes a header that no other site can set."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response, status
from pydantic import BaseModel, Field, SecretStr

from care.staff import PasswordTooShort, change_password, current_staff, sign_in, sign_out, verify
from clinic.parameters import NO_NUL
from records.audit import Action, Actor, ActorKind, Outcome, audit
from records.database import session_scope
from settings import get_settings

COOKIE = "xinglin_console"
# A browser lets a page of another site send our cookie, but not this header (no CORS is granted).
CSRF_HEADER = "x-xinglin-console"

routes = APIRouter()


class Credentials(BaseModel):
    username: str = Field(max_length=64, pattern=NO_NUL)
    password: SecretStr = Field(max_length=256)


class NewPassword(BaseModel):
    old: SecretStr = Field(max_length=256)
    new: SecretStr = Field(max_length=256)


class Me(BaseModel):
    username: str
    role: str


def address_of(request: Request) -> str:
    """The network address a request came from (the server has put a proxy's word for it in already)."""
    return request.client.host if request.client else ""


def refuse_foreign_changes(request: Request) -> None:
    """403 for a change without our header; who was signed in when another site tried is recorded."""
    if request.method not in {"GET", "HEAD"} and CSRF_HEADER not in request.headers:
        with session_scope() as session:
            if staff := current_staff(session, request.cookies.get(COOKIE, "")):
                audit(
                    session,
                    actor=Actor(ActorKind.STAFF, staff.username, address_of(request)),
                    action=Action.FORBIDDEN,
                    patient=None,
                    subject=f"path:{request.url.path}",
                    outcome=Outcome.REFUSED,
                    details={"cause": "foreign"},
                )
        raise HTTPException(status.HTTP_403_FORBIDDEN, "请从工作台页面操作")


def signed_in(request: Request) -> Me:
    """Who is signed in; 401 when nobody is."""
    with session_scope() as session:
        staff = current_staff(session, request.cookies.get(COOKIE, ""))
        me = Me(username=staff.username, role=staff.role) if staff else None
    if me is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "请重新登录")
    return me


SignedIn = Annotated[Me, Depends(signed_in)]


@routes.post("/sign-in")
def post_sign_in(credentials: Credentials, request: Request, response: Response) -> Me:
    """Sign in; 401 with one sentence for every reason."""
    me = token = None
    address = address_of(request)
    with session_scope() as session:
        staff = verify(
            session,
            username=credentials.username,
            password=credentials.password.get_secret_value(),
            address=address,
        )
        if staff is not None:
            actor = Actor(ActorKind.STAFF, staff.username, address)
            audit(session, actor=actor, action=Action.SIGN_IN, patient=None, subject=f"staff:{staff.id}")
            token, me = sign_in(session, staff), Me(username=staff.username, role=staff.role)
    if me is None or token is None:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "账号或密码不对；在同一台电脑上连续输错 5 次，要等 15 分钟")
    secure = get_settings().base_url.startswith("https://")
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/api/console")
    return me


@routes.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT)
def post_sign_out(request: Request, response: Response) -> None:
    """End this session."""
    with session_scope() as session:
        if name := sign_out(session, request.cookies.get(COOKIE, "")):
            actor = Actor(ActorKind.STAFF, name, address_of(request))
            audit(session, actor=actor, action=Action.SIGN_OUT, patient=None, subject=f"staff:{name}")
    response.delete_cookie(COOKIE, path="/api/console")


@routes.get("/me")
def get_me(me: SignedIn) -> Me:
    """Who is signed in."""
    return me


@routes.post("/password", status_code=status.HTTP_204_NO_CONTENT)
def post_password(passwords: NewPassword, request: Request, me: SignedIn) -> None:
    """Change one's own password; every session ends, the first password's file is removed."""
    try:
        with session_scope() as session:
            changed = change_password(
                session,
                username=me.username,
                old=passwords.old.get_secret_value(),
                new=passwords.new.get_secret_value(),
                address=address_of(request),
            )
    except PasswordTooShort:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "新密码至少 10 个字符") from None
    if not changed:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "原密码不对")
    (get_settings().var / "keys" / "first-password").unlink(missing_ok=True)
