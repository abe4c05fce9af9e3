"""Who may call what: every route against every role, as the table says and not otherwise (GB/T 22239-2019, 8.1.4.2:
access control by role, least privilege, system, security and audit in separate hands)."""

import re

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts

import clinic
from care.staff import add_staff
from care.staff.sessions import open_session
from clinic.permissions import (
    Permission,
    RouteWithoutPermission,
    allowed,
    anyone,
    permission_of,
    permissions_of,
    refuse_unguarded,
    table,
)
from clinic.seat import COOKIE
from records.audit import ActorKind
from records.database import session_scope
from records.staff import EVERY_DEPARTMENT, Role
from tests.console_client import Console, console_app, trail

# Of patients: what they said, what is known of them, who they are.
PATIENTS = {
    permission
    for permission in Permission
    if re.search(
        "alert|conversation|suggestion|case|label|original|right|booking|step_up|programme|follow_up", permission
    )
}
# What the three duties that must be apart may do, each no more: written here a second time, on purpose.
DUTIES = {
    Role.SECURITY_OFFICER: {Permission.OWN_ACCOUNT, Permission.READ_STAFF, Permission.MANAGE_STAFF},
    Role.AUDITOR: {Permission.OWN_ACCOUNT, Permission.READ_STAFF, Permission.READ_AUDIT},
}
# Open to who has not signed in, and nothing else is.
OPEN = {
    ("GET", "/api/console/sign-in"),
    ("POST", "/api/console/sign-in"),
    ("POST", "/api/console/sign-in/factor"),
    ("POST", "/api/console/sign-in/enrolment"),
    ("POST", "/api/console/sign-in/enrolment/confirm"),
    ("POST", "/api/console/sign-in/password"),
    ("POST", "/api/console/sign-out"),
    ("GET", "/api/console/oidc/start"),
    ("GET", "/api/console/oidc/callback"),
}


def routes(app: FastAPI) -> dict[tuple[str, str], Permission | None]:
    """Every method and path of the application, and the permission it names."""
    return {
        (method, context.path): permission_of(context.original_route)
        for context in iter_route_contexts(app.routes)
        if context.path.startswith("/api/console")
        for method in sorted((context.methods or set()) - {"HEAD"})
    }


def seat_of(app: FastAPI, role: Role) -> Console:
    """Somebody of this role, signed in."""
    console = Console(app)
    with session_scope() as session:
        staff, _ = add_staff(session, username=role.value, role=role, departments=[EVERY_DEPARTMENT])
        token = open_session(session, staff, by_provider=True, proved=True)
    console.cookies.set(COOKIE, token, domain="xinglin.test")
    return console


@pytest.mark.parametrize("role", Role)
def test_every_route_lets_in_whom_the_table_names_and_nobody_else(
    database: None, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.live.LONGEST_S", 0.0)  # a stream of events ends with its first line
    app = console_app()
    console, wrong = seat_of(app, role), []
    for (method, path), permission in routes(app).items():
        if permission is None:
            continue
        # What is asked for does not exist, and a body is missing: who may is told that, who may not only this.
        answer = console.ask(method, re.sub(r"\{\w+\}", "0a1b2c3d4e5f6071", path.removeprefix("/api/console")))
        if (answer.status_code == httpx.codes.FORBIDDEN) == (role in table()[permission]):
            wrong.append((method, path, permission, answer.status_code))
    assert wrong == []


def test_what_was_forbidden_is_a_row_and_says_by_which_permission(database: None) -> None:
    console = seat_of(console_app(), Role.OPERATOR)
    assert console.get("/conversations").json() == {"detail": "您的岗位没有这项权限"}
    row = trail()[-1]
    assert (row.action, row.actor_kind, row.actor_id, row.outcome) == (
        "forbidden",
        ActorKind.STAFF,
        "operator",
        "refused",
    )
    assert '"permission":"read_conversations"' in row.details


def test_only_the_way_in_is_open(installation: object) -> None:
    found = {route for route, permission in routes(console_app()).items() if permission is None}
    assert found == OPEN


def test_the_table_names_every_permission_once() -> None:
    assert set(table()) == set(Permission)


def test_every_permission_is_some_routes(installation: object) -> None:
    assert set(Permission) - set(routes(console_app()).values()) == set()


@pytest.mark.parametrize(("role", "may"), DUTIES.items())
def test_duties_are_apart(role: Role, may: set[Permission]) -> None:
    assert set(permissions_of(role)) == may


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SECURITY_OFFICER, Role.AUDITOR])
def test_who_runs_guards_or_audits_the_house_sees_no_patient(role: Role) -> None:
    assert set(permissions_of(role)) & PATIENTS == set()


def test_nobody_but_the_officer_manages_accounts_and_nobody_but_the_auditor_reads_the_trail() -> None:
    assert table()[Permission.MANAGE_STAFF] == {Role.SECURITY_OFFICER}
    assert table()[Permission.READ_AUDIT] == {Role.AUDITOR}


def test_the_auditor_changes_nothing_but_their_own_account(installation: object) -> None:
    changing = {
        (method, path)
        for (method, path), permission in routes(console_app()).items()
        if method != "GET" and permission in permissions_of(Role.AUDITOR)
    }
    assert all(path.startswith(("/api/console/account/", "/api/console/password")) for _, path in changing), changing


def test_a_route_without_a_permission_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = APIRouter()
    forgotten.add_api_route("/forgotten", lambda: None, methods=["GET"])
    with pytest.raises(RouteWithoutPermission, match="/forgotten"):
        refuse_unguarded(forgotten.routes)
    monkeypatch.setattr("clinic.alerts.routes", forgotten)
    with pytest.raises(RouteWithoutPermission):
        clinic.router()


@pytest.mark.parametrize(("guard", "named"), [(allowed(Permission.READ_CASES), Permission.READ_CASES), (anyone, None)])
def test_a_route_may_name_it_among_its_dependencies_or_its_arguments(guard: object, named: Permission | None) -> None:
    routed = APIRouter()
    routed.add_api_route("/one", lambda: None, dependencies=[Depends(guard)])  # type: ignore[arg-type]
    assert permission_of(routed.routes[0]) is named
