"""Accounts and sessions at the console: the officer manages others and never themself, everybody ends their own
sessions, each change a row; departments bound what a clinician sees, a step-up widens it for half an hour."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.requests import Request

from care.staff import Place
from care.staff.sessions import SEEN_EVERY, idle
from clinic.permissions import Permission, of_departments, still_allowed, visible_departments
from clinic.seat import CSRF_HEADER, Seat, seat
from records.audit import Actor, ActorKind
from records.cases import Case
from records.database import session_scope, utc_now
from records.staff import EVERY_DEPARTMENT, Role, StaffSession
from records.step_up import StepUp
from tests.console_client import Console, account, signed_in, trail

NEW = {"username": "li.na", "name": "李娜", "role": "nurse", "departments": ["皮肤科"]}
NO_CONTENT, CREATED, NOT_FOUND, CONFLICT, INVALID = 204, 201, 404, 409, 422


@pytest.fixture
def officer(database: None) -> Console:
    return signed_in(role=Role.SECURITY_OFFICER)[0]


def row_of(officer: Console, username: str) -> dict[str, object]:
    (row,) = [row for row in officer.get("/staff").json() if row["username"] == username]
    found: dict[str, object] = row
    return found


def seat_of(console: Console) -> Seat:
    """The seat that a request of this browser has."""
    cookies = "; ".join(f"{name}={value}" for name, value in console.cookies.items())
    headers = [(b"cookie", cookies.encode())]
    return seat(Request({"type": "http", "headers": headers, "client": (console.address, 1), "method": "GET"}))


def test_an_account_is_made_changed_closed_and_opened(officer: Console) -> None:
    made = officer.post("/staff", NEW)
    assert made.status_code == CREATED
    assert officer.post("/staff", NEW).status_code == CONFLICT
    row = row_of(officer, "li.na")
    assert (row["role"], row["departments"], row["factor_since"]) == ("nurse", ["皮肤科"], None)
    path = f"/staff/{row['id']}"
    assert officer.ask("PATCH", path, json={"role": "clinician", "departments": ["骨科"]}).status_code == NO_CONTENT
    assert officer.ask("PATCH", path, json={"on_duty": True}).status_code == NO_CONTENT
    row = row_of(officer, "li.na")
    assert (row["role"], row["departments"], row["on_duty"], row["name"]) == ("clinician", ["骨科"], True, "李娜")
    assert officer.post(f"{path}/disable").status_code == NO_CONTENT
    assert row_of(officer, "li.na")["disabled_at"]
    assert officer.post(f"{path}/enable").status_code == NO_CONTENT
    rows = [row.action for row in trail() if row.subject == f"staff:{row_of(officer, 'li.na')['id']}"]
    assert rows == ["add_staff", "change_staff", "change_staff", "disable_staff", "enable_staff"]


@pytest.mark.parametrize("what", ["disable", "enable", "reset-password", "reset-factor", ""])
def test_the_officer_does_not_manage_themself(officer: Console, what: str) -> None:
    path = f"/staff/{row_of(officer, 'admin')['id']}"
    if what:
        assert officer.post(f"{path}/{what}").status_code == CONFLICT
    else:
        assert officer.ask("PATCH", path, json={"role": "clinician"}).status_code == CONFLICT
    assert officer.get("/me").json()["role"] == "security_officer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "Li Na"},
        {"username": "a\x00b"},
        {"role": "chief"},
        {"role": "admin"},
        {"name": "x" * 65},
        {"departments": "皮肤科"},
        {"departments": [""]},
    ],
    ids=str,
)
def test_what_is_no_account_is_refused(officer: Console, wrong: dict[str, object]) -> None:
    assert officer.post("/staff", NEW | wrong).status_code == INVALID


def test_an_unknown_account_is_not_found(officer: Console) -> None:
    for what in ("disable", "enable", "reset-password", "reset-factor"):
        assert officer.post(f"/staff/0a1b2c3d4e5f6071/{what}").status_code == NOT_FOUND
    assert officer.delete("/sessions/0a1b2c3d4e5f6071").status_code == NOT_FOUND


def test_ones_own_sessions_are_listed_and_ended(database: None) -> None:
    here, password = signed_in()
    there = Console(here.app, address="10.0.0.8")
    there.sign_in(password)
    rows = here.get("/account/sessions").json()
    assert {(row["address"], row["mine"]) for row in rows} == {("10.0.0.7", True), ("10.0.0.8", False)}
    assert all("token" not in key for row in rows for key in row)
    (other,) = [row["id"] for row in rows if not row["mine"]]
    assert here.delete(f"/account/sessions/{other}").status_code == NO_CONTENT
    assert there.get("/me").status_code == httpx.codes.UNAUTHORIZED
    assert here.delete(f"/account/sessions/{other}").status_code == NOT_FOUND
    assert (trail()[-1].action, trail()[-1].actor_id) == ("revoke_session", "doctor")


def test_nobody_ends_anothers_session_but_the_officer(officer: Console) -> None:
    agent = Console(officer.app)
    agent.sign_in(account("agent", Role.AGENT), "agent")
    (row,) = [row for row in officer.get("/sessions").json() if row["username"] == "agent"]
    other = Console(officer.app)
    other.sign_in(account("another", Role.AGENT), "another")
    assert other.delete(f"/account/sessions/{row['id']}").status_code == NOT_FOUND
    assert other.delete(f"/sessions/{row['id']}").status_code == httpx.codes.FORBIDDEN
    assert officer.delete(f"/sessions/{row['id']}").status_code == NO_CONTENT
    assert agent.get("/me").status_code == httpx.codes.UNAUTHORIZED
    assert other.get("/me").status_code == httpx.codes.OK


def test_only_a_person_keeps_a_session_awake(database: None) -> None:
    """What the page asks for by itself does not: or no session would ever be idle (GB/T 22239-2019, 8.1.4.1)."""
    console, _ = signed_in()

    def last_seen_after(header: str | None) -> float:
        with session_scope() as session:
            session.execute(update(StaffSession).values(last_seen_at=utc_now() - SEEN_EVERY - timedelta(minutes=1)))
        console.ours = False
        sent = {"headers": {CSRF_HEADER: header}} if header else {}
        assert ask_with(console, sent) == httpx.codes.OK
        with session_scope() as session:
            return (utc_now() - session.query(StaffSession).one().last_seen_at).total_seconds()

    assert last_seen_after("poll") > SEEN_EVERY.total_seconds()
    assert last_seen_after(None) > SEEN_EVERY.total_seconds()
    assert last_seen_after("1") < SEEN_EVERY.total_seconds()
    with session_scope() as session:
        session.execute(update(StaffSession).values(last_seen_at=utc_now() - idle() - timedelta(seconds=1)))
    assert ask_with(console, {"headers": {CSRF_HEADER: "1"}}) == httpx.codes.UNAUTHORIZED


def ask_with(console: Console, sent: dict[str, dict[str, str]]) -> int:
    async def sending() -> int:
        transport = httpx.ASGITransport(console.app, client=(console.address, 50_000))
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://xinglin.test",
            cookies=console.cookies,
            **sent,  # type: ignore[arg-type]
        ) as http:
            return (await http.get("/api/console/me")).status_code

    return asyncio.run(sending())


@pytest.mark.parametrize(
    ("role", "departments", "visible"),
    [
        (Role.CLINICIAN, ("皮肤科", "骨科"), {"皮肤科", "骨科"}),
        (Role.NURSE, ("皮肤科",), {"皮肤科"}),
        (Role.NURSE, (), set()),
        (Role.CLINICIAN, (EVERY_DEPARTMENT,), None),
        (Role.AGENT, (), None),
        (Role.OPERATOR, (), set()),
        (Role.SECURITY_OFFICER, (), set()),
        (Role.AUDITOR, (), set()),
    ],
)
def test_whose_patients_a_role_sees(
    session: Session, role: Role, departments: tuple[str, ...], visible: set[str] | None
) -> None:

    at = Seat(
        actor=Actor(ActorKind.STAFF, "somebody"),
        session="0" * 64,
        role=role,
        staff_id="",
        name="",
        departments=departments,
        place=Place(),
        by_provider=False,
    )
    assert visible_departments(session, at) == visible


def test_a_step_up_shows_one_more_department_here_and_for_half_an_hour(database: None) -> None:
    console, password = signed_in(departments=("皮肤科",))
    elsewhere = Console(console.app)
    elsewhere.sign_in(password, console.username)
    asked = {"department": "骨科", "reason": "会诊，主管医生请我看"}
    assert console.post("/step-up", asked | {"code": "000000"}).status_code == httpx.codes.FORBIDDEN
    assert console.post("/step-up", asked | {"code": console.code()}).status_code == httpx.codes.OK
    assert [row["department"] for row in console.get("/step-up").json()] == ["骨科"]
    row = trail()[-1]
    assert (row.action, row.subject, row.patient, row.reason) == ("step_up", "department:骨科", None, asked["reason"])
    with session_scope() as opened:
        assert visible_departments(opened, seat_of(console)) == {"皮肤科", "骨科"}
        assert visible_departments(opened, seat_of(elsewhere)) == {"皮肤科"}
        opened.execute(update(StepUp).values(expires_at=utc_now() - timedelta(seconds=1)))
    with session_scope() as opened:
        assert visible_departments(opened, seat_of(console)) == {"皮肤科"}
    console.post("/step-up", asked | {"department": EVERY_DEPARTMENT, "code": console.code()})
    with session_scope() as opened:
        assert visible_departments(opened, seat_of(console)) is None


@pytest.mark.parametrize(
    "target", [{}, {"department": "骨科", "conversation": "0a1b2c3d4e5f6071"}, {"department": ""}], ids=str
)
def test_a_step_up_is_for_one_thing(database: None, target: dict[str, str]) -> None:
    console, _ = signed_in()
    answer = console.post("/step-up", {"reason": "会诊需要查看", "code": "123456"} | target)
    assert answer.status_code == INVALID


def test_what_streams_on_stops_with_the_session(officer: Console) -> None:
    doctor, _ = signed_in(officer.app)
    at = seat_of(doctor)
    assert still_allowed(at, Permission.READ_CASES)
    assert not still_allowed(at, Permission.MANAGE_STAFF)
    row = row_of(officer, doctor.username)
    officer.ask("PATCH", f"/staff/{row['id']}", json={"role": "operator"})
    assert not still_allowed(at, Permission.READ_CASES)


def test_what_is_no_departments_yet_is_everybodys_who_may_read_it() -> None:
    condition = str(of_departments(Case.department, frozenset({"皮肤科"})))
    assert "IS NULL" in condition
    assert "IN" in condition
    assert str(of_departments(Case.department, None)) == "true"


def test_the_departments_are_the_hospitals(database: None) -> None:
    assert "皮肤科" in signed_in()[0].get("/departments").json()
