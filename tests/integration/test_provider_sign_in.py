"""Signing in at the hospital's own provider (OpenID Connect), over real HTTP with a provider that keeps to the rules:
code with PKCE, state, nonce, signature, audience, time; roles and departments from claims."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey

from care.staff import ensure_first_accounts
from care.staff.provider import provider_for, role_of, words
from records.database import session_scope
from records.staff import Role, Staff
from settings import get_settings
from tests.console_client import Console, console_app, conversation_saying, signed_in, trail
from tests.oidc_provider import CLIENT, SECRET, OpenIdProvider
from tests.wechat_house import Server

PERSON = {"preferred_username": "li.na", "name": "李娜", "roles": ["staff", "derma-doctors"], "departments": "皮肤科"}
CALLBACK = "http://127.0.0.1:8000/api/console/oidc/callback"
STRANGER = RSAKey.generate_key(2048, {"kid": "one"})


@cache
def server() -> Server:
    """Started once: starting takes longer than most tests."""
    return Server()


@pytest.fixture
def provider(database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> OpenIdProvider:
    """The hospital's provider, set in the console, with one dermatologist at the browser."""
    made = OpenIdProvider(server().address, CALLBACK, dict(PERSON))
    server().app = made.app()
    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.setenv("XINGLIN_OIDC_URL", f"{made.address}/.well-known/openid-configuration")
    monkeypatch.setenv("XINGLIN_OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setenv("XINGLIN_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("XINGLIN_OIDC_ROLES", "derma-doctors=clinician, security=security_officer")
    get_settings.cache_clear()
    provider_for.cache_clear()
    return made


def way_back(console: Console, *, again: bool = False) -> dict[str, str]:
    """To the provider and, signed in there, back: the query that the browser brings."""
    started = console.get("/oidc/start?again=1" if again else "/oidc/start")
    assert started.status_code == httpx.codes.SEE_OTHER
    returned = httpx.get(started.headers["location"])
    assert returned.headers["location"].startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(returned.headers["location"]).query).items()}


def come_back(console: Console, query: dict[str, str]) -> str:
    """Where the console sends a browser that comes with ``query``."""
    answer = console.ask("GET", "/oidc/callback", params=query)
    assert answer.status_code == httpx.codes.SEE_OTHER
    return str(answer.headers["location"])


def sign_in(console: Console) -> str:
    return come_back(console, way_back(console))


def test_a_known_person_with_a_role_is_let_in(provider: OpenIdProvider) -> None:
    console = Console()
    assert console.get("/sign-in").json() == {"provider": "医院统一认证"}
    assert sign_in(console) == "/console"
    me = console.get("/me").json()
    assert (me["username"], me["name"], me["role"], me["departments"], me["by_provider"]) == (
        "li.na",
        "李娜",
        "clinician",
        ["皮肤科"],
        True,
    )
    rows = [(row.action, row.actor_id, row.outcome) for row in trail()]
    assert rows == [("add_staff", "provider", "done"), ("sign_in", "li.na", "done")]
    # The password of nobody opens this account.
    assert Console().post("/sign-in", {"username": "li.na", "password": ""}).status_code == httpx.codes.UNAUTHORIZED


def test_what_was_asked_is_bound_to_this_browser_and_never_said_twice(provider: OpenIdProvider) -> None:
    console = Console()
    way_back(console)
    way_back(console)
    first, second = provider.asked
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 32
    kept = console.cookies.get("xinglin_console_oidc") or ""
    assert first["nonce"] not in kept  # sealed: not even the browser reads the verifier


@pytest.mark.parametrize(
    "change",
    [
        {"state": "another"},
        {"state": ""},
        {"code": "guessed"},
        {"code": ""},
    ],
    ids=str,
)
def test_an_answer_to_another_question_opens_nothing(provider: OpenIdProvider, change: dict[str, str]) -> None:
    console = Console()
    assert come_back(console, way_back(console) | change) == "/console#sign-in=refused"
    assert console.get("/me").status_code == httpx.codes.UNAUTHORIZED
    assert (trail()[-1].action, trail()[-1].outcome) == ("sign_in", "refused")


def test_another_browser_cannot_finish_what_one_began(provider: OpenIdProvider) -> None:
    """A link with an attacker's code signs nobody in as the attacker."""
    query = way_back(Console())
    victim = Console()
    assert come_back(victim, query) == "/console#sign-in=refused"
    way_back(victim)
    assert come_back(victim, query) == "/console#sign-in=refused"


def test_an_answer_is_taken_once(provider: OpenIdProvider) -> None:
    console = Console()
    query = way_back(console)
    kept = console.cookies.get("xinglin_console_oidc")
    assert come_back(console, query) == "/console"
    again = Console()
    again.cookies.set("xinglin_console_oidc", kept or "", domain="xinglin.test")
    assert come_back(again, query) == "/console#sign-in=refused"


@pytest.mark.parametrize(
    "instead",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another", CLIENT], "azp": "another"},
        {"iss": "http://another.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": ""},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_is_refused(provider: OpenIdProvider, instead: dict[str, Any]) -> None:
    provider.instead = instead
    console = Console()
    assert sign_in(console) == "/console#sign-in=refused"
    assert console.get("/me").status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("key", [STRANGER, OctKey.import_key(SECRET)], ids=["another key", "the client's secret"])
def test_a_token_that_somebody_else_signed_is_refused(provider: OpenIdProvider, key: RSAKey | OctKey) -> None:
    provider.signed_with = key
    assert sign_in(Console()) == "/console#sign-in=refused"


def test_the_provider_may_change_its_keys(provider: OpenIdProvider) -> None:
    assert sign_in(Console()) == "/console"
    assert sign_in(Console()) == "/console"
    assert provider.keys_fetched == 1
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(Console()) == "/console"


def test_who_has_no_role_there_has_none_here(provider: OpenIdProvider) -> None:
    console = Console()
    assert sign_in(console) == "/console"
    provider.person["roles"] = ["staff"]
    assert sign_in(Console(console.app)) == "/console#sign-in=role"
    assert console.get("/me").status_code == httpx.codes.UNAUTHORIZED, "and is out where they were in"


def test_role_and_departments_follow_the_provider(provider: OpenIdProvider) -> None:
    console = Console()
    sign_in(console)
    provider.person |= {"departments": ["骨科", "康复医学科"]}
    assert sign_in(console) == "/console"
    assert console.get("/me").json()["departments"] == ["骨科", "康复医学科"]
    provider.person |= {"roles": ["security"]}
    assert sign_in(console) == "/console"
    assert (console.get("/me").json()["role"], console.get("/me").json()["departments"]) == ("security_officer", [])
    with session_scope() as session:
        assert session.query(Staff).count() == 1


def test_calling_somebody_admin_gives_nobodys_account(provider: OpenIdProvider) -> None:
    with session_scope() as session:
        ensure_first_accounts(session)
    provider.person["preferred_username"] = "admin"
    console = Console()
    assert sign_in(console) == "/console"
    me = console.get("/me").json()
    assert me["username"].startswith("admin-")
    assert me["role"] == "clinician"


def test_a_closed_account_stays_closed(provider: OpenIdProvider) -> None:
    officer, _ = signed_in(role=Role.SECURITY_OFFICER)
    console = Console(officer.app)
    sign_in(console)
    (row,) = [row for row in officer.get("/staff").json() if row["username"] == "li.na"]
    assert row["by_provider"]
    officer.post(f"/staff/{row['id']}/disable")
    assert console.get("/me").status_code == httpx.codes.UNAUTHORIZED
    assert sign_in(console) == "/console#sign-in=disabled"


def test_a_step_up_goes_to_the_provider_once_more(provider: OpenIdProvider) -> None:
    conversation = conversation_saying("电话13800138000")
    console = Console()
    sign_in(console)
    asked = {"conversation": conversation.id, "reason": "电话回访需要核对"}
    assert console.post("/step-up", asked).status_code == httpx.codes.FORBIDDEN
    query = way_back(console, again=True)
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    session = console.cookies.get("xinglin_console")
    assert come_back(console, query) == "/console"
    assert console.cookies.get("xinglin_console") == session
    assert console.post("/step-up", asked).status_code == httpx.codes.OK
    assert console.post("/step-up", asked).status_code == httpx.codes.FORBIDDEN, "one proof, one step-up"


@pytest.mark.parametrize("instead", [{"auth_time": 1_600_000_000}, {"auth_time": None}, {"sub": "person-2"}], ids=str)
def test_a_step_up_needs_the_same_person_now(provider: OpenIdProvider, instead: dict[str, Any]) -> None:
    console = Console()
    sign_in(console)
    provider.instead = instead
    assert come_back(console, way_back(console, again=True)) == "/console#sign-in=refused"
    asked = {"department": "骨科", "reason": "会诊需要查看"}
    assert console.post("/step-up", asked).status_code == httpx.codes.FORBIDDEN


def test_who_came_from_the_provider_has_no_factor_of_ours(provider: OpenIdProvider) -> None:
    console = Console()
    sign_in(console)
    for path in ("/account/factor", "/account/recovery-codes"):
        assert console.post(path, {"code": "123456"}).status_code == httpx.codes.CONFLICT


def test_a_provider_that_is_away_is_said(provider: OpenIdProvider) -> None:
    console = Console()
    query = way_back(console)
    server().app = None
    assert come_back(console, query) == "/console#sign-in=away"
    provider_for.cache_clear()
    assert console.get("/oidc/start").headers["location"] == "/console#sign-in=away"


def test_without_the_setting_there_is_no_such_way(database: None) -> None:
    app = console_app()
    assert Console(app).get("/sign-in").json() == {"provider": ""}
    for path in ("/oidc/start", "/oidc/callback?state=a&code=b"):
        assert Console(app).get(path).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("values", "mapping", "role"),
    [
        (["a"], "a=nurse", Role.NURSE),
        (["b", "a"], "a=nurse,b=clinician", Role.NURSE),  # the mapping's order decides
        (["a"], "", None),
        ([""], "=nurse", None),
        ([], "a=nurse", None),
    ],
)
def test_which_claim_is_which_role(values: list[str], mapping: str, role: Role | None) -> None:
    assert role_of(values, mapping) is role


def test_a_role_that_is_none_is_an_error_of_the_setting() -> None:
    with pytest.raises(ValueError, match="chief"):
        role_of(["a"], "a=chief")


@pytest.mark.parametrize(
    ("claim", "found"),
    [(None, []), ("", []), ("a b,c", ["a", "b", "c"]), (["a b", "c"], ["a b", "c"]), ({"a": 1}, []), (7, [])],
)
def test_a_claim_may_be_a_list_or_a_text(claim: object, found: list[str]) -> None:
    assert words(claim) == found
