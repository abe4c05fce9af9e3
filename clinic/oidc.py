"""Signing in at the hospital's own provider (OpenID Connect), where it is set; see ``care.staff.provider``.

What was sent along stays with the browser, sealed, in a cookie for ten minutes: state, nonce and PKCE verifier bind the
answer to the browser that asked. The cookie is ``Lax``: the provider sends the browser back from another site.
"""

import base64
import binascii
import hmac
import json
import time
from dataclasses import asdict
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query, Request, status
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from care.staff import Next, Place
from care.staff.joining import Disabled, NoRole, join, turned_away
from care.staff.provider import Asked, Identity, Provider, ProviderAway, ProviderRefused, provider_for
from care.staff.sessions import found, open_session
from clinic.parameters import NO_NUL
from clinic.permissions import anyone
from clinic.places import COOKIE_PATH, address_of, browser_of, secure
from clinic.seat import token_of
from clinic.signing_in import set_session_cookie
from records.audit import Action, Actor, ActorKind, audit
from records.database import session_scope, utc_now
from records.staff import Staff, StaffSession
from records.vault import HOUSE, VaultError, get_vault
from settings import get_settings

ASKED_COOKIE = "xinglin_console_oidc"
ASKED_WITHIN_S = 600
CONSOLE = "/console"
_CONTEXT = "oidc"

Word = Annotated[str, Query(max_length=2048, pattern=NO_NUL)]
OPEN = [Depends(anyone)]

routes = APIRouter()


class _Kept(NamedTuple):
    """What the cookie holds: what was asked, when, and in which session a person was asked again."""

    asked: Asked
    at: int
    session: str


def provider() -> Provider:
    """The provider that is set; 404 where none is."""
    settings = get_settings()
    if not settings.oidc_configured:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有接医院统一认证")
    return provider_for(settings)


ThisProvider = Annotated[Provider, Depends(provider)]


@routes.get("/oidc/start", dependencies=OPEN, status_code=303, response_class=RedirectResponse)
def get_start(at: ThisProvider, request: Request, again: bool = False) -> RedirectResponse:
    """To the provider; with ``again``, for a step-up, it asks for every factor anew."""
    with session_scope() as session:
        signed = found(session, token_of(request)) if again else None
        here = signed.row.token_sha256 if signed and signed.next is Next.DONE and signed.row.by_provider else ""
    try:
        address, asked = at.way_there(redirect_uri=_callback(), again=bool(here))
    except (ProviderAway, ProviderRefused):
        return _back("away")
    with session_scope() as session:
        kept = _seal(session, _Kept(asked, int(time.time()), here))
    answer = RedirectResponse(address, status.HTTP_303_SEE_OTHER)
    answer.set_cookie(
        ASKED_COOKIE,
        kept,
        max_age=ASKED_WITHIN_S,
        httponly=True,
        samesite="lax",
        secure=secure(),
        path=f"{COOKIE_PATH}/oidc",
    )
    return answer


@routes.get("/oidc/callback", dependencies=OPEN, status_code=303, response_class=RedirectResponse)
def get_callback(at: ThisProvider, request: Request, state: Word = "", code: Word = "") -> RedirectResponse:
    """Back from the provider: a session for who is known there and has a role here; else a word on the sign-in
    page."""
    place = Place(address_of(request))
    with session_scope() as session:
        kept = _opened(session, request.cookies.get(ASKED_COOKIE, ""))
    if kept is None or not code or not hmac.compare_digest(kept.asked.state.encode(), state.encode()):
        return _turned_away(None, place, "refused")
    try:
        identity = at.identity(kept.asked, code=code, redirect_uri=_callback(), now=int(time.time()))
    except ProviderAway:
        return _turned_away(None, place, "away")
    except ProviderRefused:
        return _turned_away(None, place, "refused")
    if kept.session:
        return _proved_again(identity, kept.session, place)
    try:
        with session_scope() as session:
            staff = join(session, identity)
            token = _opened_for(session, staff, request)
    except NoRole:
        return _turned_away(identity, place, "role")
    except Disabled:
        return _turned_away(identity, place, "disabled")
    answer = _back()
    set_session_cookie(answer, token)
    return answer


def _opened_for(session: Session, staff: Staff, request: Request) -> str:
    address = address_of(request)
    actor = Actor(ActorKind.STAFF, staff.username, address)
    audit(
        session,
        actor=actor,
        action=Action.SIGN_IN,
        patient=None,
        subject=f"staff:{staff.id}",
        details={"by": "provider"},
    )
    return open_session(session, staff, address=address, browser=browser_of(request), by_provider=True, proved=True)


def _proved_again(identity: Identity, session_sha256: str, place: Place) -> RedirectResponse:
    with session_scope() as session:
        row = session.get(StaffSession, session_sha256)
        mine = row is not None and session.get_one(Staff, row.staff_id).provider_subject == identity.subject
        if row is not None and mine:
            row.proved_at = row.last_seen_at = utc_now()
    return _back() if mine else _turned_away(None, place, "refused")


def _turned_away(identity: Identity | None, place: Place, cause: str) -> RedirectResponse:
    with session_scope() as session:
        turned_away(session, identity, place=place, cause=cause)
    return _back(cause)


def _back(cause: str = "") -> RedirectResponse:
    """To the console's page; what it shall say stands behind the #, which is sent to nobody."""
    answer = RedirectResponse(f"{CONSOLE}#sign-in={cause}" if cause else CONSOLE, status.HTTP_303_SEE_OTHER)
    answer.delete_cookie(ASKED_COOKIE, path=f"{COOKIE_PATH}/oidc")
    return answer


def _callback() -> str:
    return f"{get_settings().base_url}{COOKIE_PATH}/oidc/callback"


def _seal(session: Session, kept: _Kept) -> str:
    plain = json.dumps({"asked": asdict(kept.asked), "at": kept.at, "session": kept.session}).encode()
    return base64.urlsafe_b64encode(get_vault().seal(session, plain, owner=HOUSE, context=_CONTEXT)).decode()


def _opened(session: Session, cookie: str) -> _Kept | None:
    """What was kept; None for nothing, for what is no work of ours, and for what is too old."""
    try:
        sealed = base64.urlsafe_b64decode(cookie.encode())
        plain = json.loads(get_vault().open(session, sealed, owner=HOUSE, context=_CONTEXT))
    except (binascii.Error, VaultError, ValueError):
        return None
    kept = _Kept(Asked(**plain["asked"]), plain["at"], plain["session"])
    return kept if time.time() - kept.at <= ASKED_WITHIN_S else None
