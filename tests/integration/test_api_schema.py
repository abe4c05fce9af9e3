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

from care.staff import ensure_first_operator, sign_in
from clinic.signing_in import COOKIE, CSRF_HEADER
from gateway.app import create_app
from records.database import session_scope
from records.staff import Staff
from settings import Settings, get_settings

# What anybody may call. Everything else must refuse whoever is not signed in.
PUBLIC = frozenset({"/", "/assets/{name}", "/console", "/healthz", "/privacy", "/wechat", "/api/openapi.json"})
PATIENTS = "/api/chat/"
# Opened by the session that asked, or by the key in a link on WeChat: to everybody else it is not there.
EXPORT = "/api/chat/exports/{request_id}"
# Signing out without a session ends nothing.
SIGN_IN, SIGN_OUT = "/api/console/sign-in", "/api/console/sign-out"
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
    get_settings.cache_clear()
    yield create_app()


@pytest.fixture
def api_schema(app: FastAPI) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


def signed_in() -> dict[str, str]:
    """The cookie of a new session of the first operator."""
    with session_scope() as session:
        ensure_first_operator(session)
        return {COOKIE: sign_in(session, session.query(Staff).one())}


def ask(app: FastAPI, method: str, path: str, **sent: Any) -> httpx.Response:
    """One request to the application itself, without a server."""

    async def sending() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://xinglin.test") as http:
            return await http.request(method, path, **sent)

    return asyncio.run(sending())


def test_every_answer_is_in_the_document(api_schema: schemathesis.BaseSchema) -> None:
    operations = [found.ok() for found in api_schema.get_all_operations()]
    for operation in operations:
        keeps_to_the_document(operation, signed=operation.path.startswith("/api/console"))
    assert len(operations) >= 20


def keeps_to_the_document(operation: schemathesis.APIOperation, *, signed: bool) -> None:
    """Call one operation with what the document allows and with what it does not."""

    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def keeps(case: schemathesis.Case) -> None:
        case.call_and_validate(
            checks=CHECKS,
            # Each anew: one of the calls signs out.
            cookies=signed_in() if signed else {},
            headers={CSRF_HEADER: "1"} if signed else {},
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
        if path in PUBLIC or path.startswith(PATIENTS) or path in {SIGN_IN, SIGN_OUT}:
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
