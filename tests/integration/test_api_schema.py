"""The gateway keeps to its OpenAPI document whatever comes, and its console is closed to whoever is not signed in."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from care.staff import add_staff
from care.staff.sessions import open_session
from clinic.permissions import permission_of, table
from clinic.seat import COOKIE, CSRF_HEADER
from gateway.app import create_app
from records.database import session_scope
from records.staff import EVERY_DEPARTMENT, Role, Staff
from settings import Settings, get_settings

# What anybody may call. Everything else must refuse whoever is not signed in.
PUBLIC = frozenset({"/", "/assets/{name}", "/console", "/healthz", "/privacy", "/wechat", "/api/openapi.json"})
PATIENTS = "/api/chat/"
# Opened by the session that asked, or by the key in a link on WeChat: to everybody else it is not there.
EXPORT = "/api/chat/exports/{request_id}"
SIGN_IN = "/api/console/sign-in"
# Of the console: the ways in, and signing out, which without a session ends nothing.
OPEN = {("GET", SIGN_IN), ("POST", SIGN_IN), ("POST", "/api/console/sign-out")}
# The hospital's own provider, where one is set: not here.
OPEN |= {("GET", "/api/console/oidc/start"), ("GET", "/api/console/oidc/callback")}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def app(installation: Settings, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """The gateway's application; no assistant, no WeChat account."""
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    monkeypatch.setattr("clinic.live.LONGEST_S", 0.0)  # a stream of events ends with its first line
    get_settings.cache_clear()
    yield create_app()


@pytest.fixture
def api_schema(app: FastAPI) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


def signed_in(role: Role = Role.CLINICIAN) -> dict[str, str]:
    """The cookie of a new session of somebody in this role, as the hospital's own sign-in would open it."""
    with session_scope() as session:
        staff = session.query(Staff).filter_by(username=role.value).one_or_none()
        if staff is None:
            staff, _ = add_staff(session, username=role.value, role=role, departments=[EVERY_DEPARTMENT])
        return {COOKIE: open_session(session, staff, by_provider=True, proved=True)}


def roles(app: FastAPI) -> dict[tuple[str, str], Role]:
    """For each method and path of the console somebody who may; the clinician where anybody may."""
    found = {}
    for context in iter_route_contexts(app.routes):
        if context.path.startswith("/api/console"):
            permission = permission_of(context.original_route)
            role = Role.CLINICIAN if permission is None else min(table()[permission])
            found |= {(method, context.path): role for method in context.methods or ()}
    return found


def ask(app: FastAPI, method: str, path: str, **sent: Any) -> httpx.Response:
    """One request to the application itself, without a server."""

    async def sending() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://xinglin.test") as http:
            return await http.request(method, path, **sent)

    return asyncio.run(sending())


def test_every_answer_is_in_the_document(app: FastAPI, api_schema: schemathesis.BaseSchema) -> None:
    operations, may = [found.ok() for found in api_schema.get_all_operations()], roles(app)
    for operation in operations:
        keeps_to_the_document(operation, may.get((operation.method.upper(), operation.path)))
    assert len(operations) >= 20


def keeps_to_the_document(operation: schemathesis.APIOperation, role: Role | None) -> None:
    """Call one operation with what the document allows and with what it does not."""

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def keeps(case: schemathesis.Case) -> None:
        case.call_and_validate(
            checks=CHECKS,
            # Each anew: one of the calls signs out.
            cookies=signed_in(role) if role else {},
            headers={CSRF_HEADER: "1"} if role else {},
        )

    keeps()


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route, its parameters filled in."""
    for route in iter_route_contexts(app.routes):
        for method in sorted(getattr(route, "methods", None) or ()):
            if method != "HEAD":
                yield method, route.path


def filled(path: str) -> str:
    return "/".join("0a1b2c3d4e5f6071" if part.startswith("{") else part for part in path.split("/"))


def test_the_console_has_routes(app: FastAPI) -> None:
    found = {path for _, path in routes(app)}
    assert {SIGN_IN, "/api/console/alerts", "/api/console/conversations/{conversation_id}/reply"} <= found


def test_nothing_is_open_that_is_not_meant_to_be(app: FastAPI) -> None:
    for method, path in routes(app):
        if path in PUBLIC or path.startswith(PATIENTS) or (method, path) in OPEN:
            continue
        answer = ask(app, method, filled(path), headers={CSRF_HEADER: "1"}, json={})
        assert answer.status_code == 401, (method, path)
        forged = ask(app, method, filled(path), headers={CSRF_HEADER: "1", "Cookie": f"{COOKIE}=forged"}, json={})
        assert forged.status_code == 401, (method, path)


def test_no_change_without_the_header_that_only_our_page_sets(app: FastAPI) -> None:
    for method, path in routes(app):
        if not path.startswith("/api/console") or method == "GET":
            continue
        answer = ask(app, method, filled(path), json={}, headers=cookie_header(signed_in()))
        assert answer.status_code == 403, (method, path)


def test_a_patient_without_a_session_reads_and_sends_nothing(app: FastAPI) -> None:
    for method, path in routes(app):
        if path.startswith(PATIENTS) and not path.endswith(("/config", "/session")):
            answer = ask(app, method, filled(path))
            assert answer.status_code == (404 if path == EXPORT else 401), (method, path)


def test_who_has_signed_out_is_out(app: FastAPI) -> None:
    headers = cookie_header(signed_in()) | {CSRF_HEADER: "1"}
    assert ask(app, "GET", "/api/console/me", headers=headers).status_code == 200
    assert ask(app, "POST", "/api/console/sign-out", headers=headers).status_code == 204
    assert ask(app, "GET", "/api/console/me", headers=headers).status_code == 401


def test_nothing_of_the_console_is_kept_by_a_browser(app: FastAPI) -> None:
    for method, path in routes(app):
        if path.startswith("/api/console") and method == "GET":
            answer = ask(app, "GET", filled(path), headers=cookie_header(signed_in()))
            assert "no-store" in answer.headers.get("cache-control", ""), path


def cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
