"""Accounts, as the security officer manages them: made, changed, closed, passwords and factors given anew. Nobody
manages their own (GB/T 22239-2019, 8.1.4.2)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import func, select

from care.seats import NoSuchGroup, group, groups
from care.staff import (
    Change,
    NameTaken,
    NameUnusable,
    NoSuchStaff,
    OwnAccount,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    reset_factor,
    reset_password,
    revoke_session,
)
from care.staff.sessions import sessions_of
from clinic.account import SessionRow, session_row
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from hospital import get_hospital
from records.database import session_scope
from records.staff import Role, Staff, StaffFactor, StaffSession

Department = Annotated[str, Field(min_length=1, max_length=64, pattern=NO_NUL)]
Departments = Annotated[list[Department], Field(max_length=100)]
Groups = Annotated[list[Annotated[str, Field(max_length=32, pattern=NO_NUL)]], Field(max_length=20)]
# 0 is as many as the house says.
Capacity = Annotated[int, Field(ge=0, le=50)]
Name = Annotated[str, Field(max_length=64, pattern=NO_NUL)]

READ = [Depends(allowed(Permission.READ_STAFF))]
MANAGE = [Depends(allowed(Permission.MANAGE_STAFF))]

routes = APIRouter()


class StaffRow(BaseModel):
    """One account; ``factor_since`` is None until a second factor is enrolled, ``seat_capacity`` None for as many
    conversations as the house says, ``skill_groups`` none for every group's."""

    id: str
    username: str
    name: str
    role: Role
    departments: list[str]
    on_duty: bool
    skill_groups: list[str]
    seat_capacity: int | None
    by_provider: bool
    factor_since: AwareDatetime | None
    last_seen_at: AwareDatetime | None
    disabled_at: AwareDatetime | None
    created_at: AwareDatetime


class NewStaff(BaseModel):
    username: Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9][a-z0-9._\-]{1,63}$")]
    name: Name = ""
    role: Role
    departments: Departments = []
    skill_groups: Groups = []
    seat_capacity: Capacity = 0


class StaffChange(BaseModel):
    """What is to be changed; what is left out stays."""

    name: Name | None = None
    role: Role | None = None
    departments: Departments | None = None
    on_duty: bool | None = None
    skill_groups: Groups | None = None
    seat_capacity: Capacity | None = None


class OneTime(BaseModel):
    """A password for one sign-in, to be handed over in person."""

    username: str
    password: str


@routes.get("/staff", dependencies=READ)
def get_staff() -> list[StaffRow]:
    """Every account, by name."""
    seen = select(StaffSession.staff_id, func.max(StaffSession.last_seen_at).label("at")).group_by(
        StaffSession.staff_id
    )
    last = seen.subquery()
    query = (
        select(Staff, StaffFactor, last.c.at)
        .outerjoin(StaffFactor, StaffFactor.staff_id == Staff.id)
        .outerjoin(last, last.c.staff_id == Staff.id)
        .order_by(Staff.username)
    )
    with session_scope() as session:
        return [
            StaffRow(
                id=staff.id,
                username=staff.username,
                name=staff.name,
                role=Role(staff.role),
                departments=staff.departments,
                on_duty=staff.on_duty,
                skill_groups=staff.skill_groups,
                seat_capacity=staff.seat_capacity,
                by_provider=staff.provider_subject is not None,
                factor_since=factor.enrolled_at if factor else None,
                last_seen_at=at,
                disabled_at=staff.disabled_at,
                created_at=staff.created_at,
            )
            for staff, factor, at in session.execute(query)
        ]


@routes.post("/staff", status_code=status.HTTP_201_CREATED, dependencies=MANAGE)
def post_staff(wanted: NewStaff, seat: AtSeat) -> OneTime:
    """A new account; its password opens once, and the second factor is enrolled then. 400 for an unknown group, 409
    when the name is taken."""
    _refuse_unknown(wanted.skill_groups)
    try:
        with session_scope() as session:
            staff, password = add_staff(
                session,
                username=wanted.username,
                name=wanted.name,
                role=wanted.role,
                departments=wanted.departments,
                skill_groups=wanted.skill_groups,
                seat_capacity=wanted.seat_capacity,
                actor=seat.actor,
            )
    except NameTaken:
        raise HTTPException(status.HTTP_409_CONFLICT, "这个账号名已经有人用了") from None
    except NameUnusable:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "账号名用小写字母、数字、点和横线，2 到 64 位") from None
    return OneTime(username=staff.username, password=password)


@routes.patch("/staff/{staff_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=MANAGE)
def patch_staff(staff_id: Id, change: StaffChange, seat: AtSeat) -> None:
    """Change name, role, departments, duty, or what the person's seat takes on; 409 for one's own account, 404 for an
    unknown one, 400 for an unknown group."""
    _refuse_unknown(change.skill_groups or ())
    with session_scope() as session, _managed():
        change_staff(session, staff_id, Change(**change.model_dump()), actor=seat.actor)


@routes.post("/staff/{staff_id}/reset-password", dependencies=MANAGE)
def post_reset_password(staff_id: Id, seat: AtSeat) -> OneTime:
    """A new one-time password; ends the person's sessions."""
    with session_scope() as session, _managed():
        staff = session.get(Staff, staff_id)
        if staff is None:
            raise NoSuchStaff(staff_id)
        return OneTime(
            username=staff.username, password=reset_password(session, username=staff.username, actor=seat.actor)
        )


@routes.post("/staff/{staff_id}/reset-factor", status_code=status.HTTP_204_NO_CONTENT, dependencies=MANAGE)
def post_reset_factor(staff_id: Id, seat: AtSeat) -> None:
    """For who lost the device: another one is enrolled at the next sign-in; ends the person's sessions."""
    with session_scope() as session, _managed():
        reset_factor(session, staff_id, actor=seat.actor)


@routes.post("/staff/{staff_id}/disable", status_code=status.HTTP_204_NO_CONTENT, dependencies=MANAGE)
def post_disable(staff_id: Id, seat: AtSeat) -> None:
    """Close an account."""
    with session_scope() as session, _managed():
        disable_staff(session, staff_id, actor=seat.actor)


@routes.post("/staff/{staff_id}/enable", status_code=status.HTTP_204_NO_CONTENT, dependencies=MANAGE)
def post_enable(staff_id: Id, seat: AtSeat) -> None:
    """Open a closed account again."""
    with session_scope() as session, _managed():
        enable_staff(session, staff_id, actor=seat.actor)


@routes.get("/sessions", dependencies=READ)
def get_sessions(seat: AtSeat) -> list[SessionRow]:
    """Everybody's signed-in browsers, the latest used first."""
    with session_scope() as session:
        names = {staff.id: staff.username for staff in session.scalars(select(Staff))}
        return [session_row(row, names[row.staff_id], seat) for row in sessions_of(session)]


@routes.delete("/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=MANAGE)
def delete_session(session_id: Id, seat: AtSeat) -> None:
    """End somebody's session; 404 when it has ended."""
    with session_scope() as session:
        row = session.query(StaffSession).filter_by(id=session_id).one_or_none()
        if row is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个登录")
        revoke_session(session, row, actor=seat.actor)


@routes.get("/departments", dependencies=[Depends(allowed(Permission.OWN_ACCOUNT))])
def get_departments() -> list[str]:
    """The hospital's departments, by the names that accounts and cases have them by."""
    with session_scope() as session:
        return [department.name for department in get_hospital().departments(session)]


class Group(BaseModel):
    id: str
    name: str


@routes.get("/skill-groups", dependencies=[Depends(allowed(Permission.OWN_ACCOUNT))])
def get_skill_groups() -> list[Group]:
    """The groups of seats, in the order of the house."""
    return [Group(id=one.id, name=one.name) for one in groups()]


def _refuse_unknown(group_ids: Iterable[str]) -> None:
    for one in group_ids:
        try:
            group(one)
        except NoSuchGroup:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, "没有这个组") from None


@contextmanager
def _managed() -> Iterator[None]:
    """Answers for what cannot be managed."""
    try:
        yield
    except NoSuchStaff:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个账号") from None
    except OwnAccount:
        raise HTTPException(status.HTTP_409_CONFLICT, "自己的账号要请另一位安全管理员来改") from None
