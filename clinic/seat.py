"""Who is asking: a cookie with a random token, and for changes a header that no other site can set."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request, status

from care.staff import Next, Place, current_staff
from care.staff.sessions import Signed, found, seen, unseen
from clinic.places import address_of, place_of
from records.audit import Action, Actor, ActorKind, Outcome, audit
from records.database import read_scope, session_scope
from records.staff import Role, StaffSession

COOKIE = "xinglin_console"
# A browser lets a page of another site send our cookie, but not this header (no CORS is granted).
CSRF_HEADER = "x-xinglin-console"
# Its value when a person is at the page: keys or mouse lately. What the page asks for by itself ends no idleness.
BY_A_PERSON = "1"


@dataclass(frozen=True, slots=True)
class Seat:
    """One signed-in browser: ``session`` is the id its session is kept under, ``departments`` the person's own."""

    actor: Actor
    session: str
    role: Role
    staff_id: str
    name: str
    departments: tuple[str, ...]
    place: Place
    by_provider: bool

    @property
    def username(self) -> str:
        return self.actor.id


def token_of(request: Request) -> str:
    """The cookie's token, empty without one."""
    return request.cookies.get(COOKIE, "")


def refuse_foreign_changes(request: Request) -> None:
    """403 for a change without our header; who was signed in when another site tried is recorded."""
    if request.method not in {"GET", "HEAD"} and CSRF_HEADER not in request.headers:
        with session_scope() as session:
            if staff := current_staff(session, token_of(request)):
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


def seat(request: Request) -> Seat:
    """The seat of whoever is signed in, every step done; 401 when nobody is."""
    with read_scope() as session:
        signed = found(session, token_of(request))
    if signed is None or signed.next is not Next.DONE:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "请重新登录")
    if request.headers.get(CSRF_HEADER) == BY_A_PERSON:
        _note_presence(signed)
    return Seat(
        actor=Actor(ActorKind.STAFF, signed.staff.username, address_of(request)),
        session=signed.row.token_sha256,
        role=Role(signed.staff.role),
        staff_id=signed.staff.id,
        name=signed.staff.name,
        departments=tuple(signed.staff.departments),
        place=place_of(request, signed.staff.username),
        by_provider=signed.row.by_provider,
    )


AtSeat = Annotated[Seat, Depends(seat)]


def _note_presence(signed: Signed) -> None:
    if not unseen(signed.row):
        return
    with session_scope() as session:
        if (row := session.get(StaffSession, signed.row.token_sha256)) is not None:
            seen(session, row)
