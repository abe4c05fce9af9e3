"""What each role may do at the console: permissions as data (``permissions.yaml``), deny by default.

Every route names its permission, once, where it is declared::

    @routes.get("/cases", dependencies=[Depends(allowed(Permission.READ_CASES))])
    def get_cases(seat: AtSeat) -> list[CaseRow]: ...

A route that names none keeps the console from starting (:class:`RouteWithoutPermission`); one that anybody may call
says so with ``Depends(anyone)``. A new permission is a member of :class:`Permission` and a line in
``permissions.yaml``. Which patients a permission reaches is :func:`visible_departments`::

    with session_scope() as session:
        visible = visible_departments(session, seat)
        query = select(Case).where(of_departments(Case.department, visible))

What streams on (server-sent events) asks :func:`still_allowed` every minute or so: the session may have ended.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml
from fastapi import HTTPException, Request, status
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import InstrumentedAttribute, Session
from starlette.routing import BaseRoute

from care.staff import more_departments
from care.staff.accounts import OF_DEPARTMENTS
from care.staff.sessions import over
from clinic.seat import AtSeat, Seat
from records.audit import Action, Outcome, audit_alone
from records.database import read_scope
from records.staff import EVERY_DEPARTMENT, Role, Staff, StaffSession

FILE = Path(__file__).with_suffix(".yaml")


class Permission(StrEnum):
    """What a route is for; ``permissions.yaml`` says whose it is."""

    OWN_ACCOUNT = "own_account"

    READ_ALERTS = "read_alerts"
    ACKNOWLEDGE_ALERTS = "acknowledge_alerts"
    READ_CONVERSATIONS = "read_conversations"
    ANSWER_CONVERSATIONS = "answer_conversations"
    READ_SUGGESTIONS = "read_suggestions"  # answers to what a patient wrote
    READ_CASES = "read_cases"
    WORK_CASES = "work_cases"  # claim, release, reassign, reply, close
    GRADE_CASES = "grade_cases"  # a clinician's own finding
    EXPORT_LABELS = "export_labels"
    READ_PROGRAMMES = "read_programmes"  # rehabilitation at home
    PRESCRIBE_PROGRAMMES = "prescribe_programmes"  # a therapist's: prescribe, change, pause, take up again, end
    READ_FOLLOW_UPS = "read_follow_ups"
    RUN_FOLLOW_UPS = "run_follow_ups"  # start one for a patient, stop it
    STEP_UP = "step_up"  # the second factor again: for originals, for another department
    REVEAL_ORIGINALS = "reveal_originals"
    MANAGE_RIGHTS = "manage_rights"  # consent, export, erasure
    READ_BOOKINGS = "read_bookings"
    MANAGE_BOOKINGS = "manage_bookings"
    FIND_COLLEAGUES = "find_colleagues"  # names to give a case to

    READ_SCHEDULES = "read_schedules"
    EDIT_SCHEDULES = "edit_schedules"
    EDIT_KNOWLEDGE = "edit_knowledge"  # insurance policies, preparation for examinations
    READ_SAFETY = "read_safety"  # red flags, plans of follow-ups
    PROPOSE_SAFETY = "propose_safety"
    APPROVE_SAFETY = "approve_safety"
    READ_CANNED_REPLIES = "read_canned_replies"
    EDIT_CANNED_REPLIES = "edit_canned_replies"
    READ_FIGURES = "read_figures"

    READ_STAFF = "read_staff"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"


class RouteWithoutPermission(Exception):
    """A route of the console names no permission."""


@lru_cache(maxsize=1)
def table() -> dict[Permission, frozenset[Role]]:
    """Permission to roles. Raises ``ValueError`` for a name that is none."""
    stored: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {Permission(name): frozenset(Role(role) for role in roles) for name, roles in stored.items()}


def permissions_of(role: Role) -> list[Permission]:
    """What this role may do, in the table's order."""
    return [permission for permission, roles in table().items() if role in roles]


@dataclass(frozen=True, slots=True)
class Allowed:
    """The dependency of a route: lets a seat through whose role has the permission; 403 for others, and a row of the
    audit; 401 for nobody."""

    permission: Permission

    def __call__(self, request: Request, seat: AtSeat) -> Seat:
        if seat.role not in table().get(self.permission, frozenset()):
            audit_alone(
                actor=seat.actor,
                action=Action.FORBIDDEN,
                patient=None,
                subject=f"path:{request.url.path}",
                outcome=Outcome.REFUSED,
                details={"cause": "role", "permission": self.permission},
            )
            raise HTTPException(status.HTTP_403_FORBIDDEN, "您的岗位没有这项权限")
        return seat


def allowed(permission: Permission) -> Allowed:
    """For ``Depends``: only who has ``permission``. Its value is the :class:`~clinic.seat.Seat`."""
    return Allowed(permission)


def anyone() -> None:
    """For ``Depends``: a route that is open to who has not signed in, on purpose."""


def visible_departments(session: Session, seat: Seat) -> frozenset[str] | None:
    """The departments whose patients this seat may see now, by name as in the triage catalogue ("皮肤科"); None for
    all. Clinicians and nurses see their own and those they stepped up for, agents everybody: who writes to the
    hospital has no department yet. Nobody else sees patients."""
    return departments_of(seat.role, [*seat.departments, *more_departments(session, session_id=seat.session)])


def departments_of(role: Role, departments: Collection[str]) -> frozenset[str] | None:
    """As :func:`visible_departments`, of an account: what its person sees without stepping up."""
    if role is Role.AGENT:
        return None
    if role not in OF_DEPARTMENTS:
        return frozenset()
    return None if EVERY_DEPARTMENT in departments else frozenset(departments)


def of_departments(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], visible: frozenset[str] | None
) -> ColumnElement[bool]:
    """The condition that ``column`` names a department that is visible. What is no department's yet (NULL or "") is
    everybody's who may read it at all: somebody has to look."""
    if visible is None:
        return true()
    return or_(column.is_(None), column == "", column.in_(visible))


def still_allowed(seat: Seat, permission: Permission) -> bool:
    """Whether the session of a seat has not ended meanwhile and its person still has ``permission``."""
    with read_scope() as session:
        row = session.get(StaffSession, seat.session)
        if row is None or over(row):
            return False
        staff = session.get_one(Staff, row.staff_id)
    return staff.disabled_at is None and staff.role in table().get(permission, frozenset())


def permission_of(route: BaseRoute) -> Permission | None:
    """What a route asks for, None when it is open on purpose. Raises :class:`RouteWithoutPermission`."""
    if isinstance(route, APIRoute):
        for call in _calls(route.dependant):
            if isinstance(call, Allowed):
                return call.permission
            if call is anyone:
                return None
    raise RouteWithoutPermission(getattr(route, "path", route))


def refuse_unguarded(routes: Iterable[BaseRoute]) -> None:
    """Raise :class:`RouteWithoutPermission` for the first route that names no permission."""
    for context in iter_route_contexts(list(routes)):
        permission_of(context.original_route)


def _calls(dependant: Dependant) -> Iterator[object]:
    for found in dependant.dependencies:
        yield found.call
        yield from _calls(found)
