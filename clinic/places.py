"""Where somebody signs in from: an address, and whether this browser is one they have signed in with before.

The browser keeps a random number and its HMAC for the name under a key of the house: no table, nothing to steal that
opens anything. Wrong passwords from such a browser count apart from those of everybody else (``care.staff.attempts``).
"""

import hmac
import secrets
from hashlib import sha256

from fastapi import Request, Response

from care.staff import Place
from care.staff.attempts import KNOWN_FOR
from records.vault import get_vault
from settings import get_settings

COOKIE_PATH = "/api/console"
_PURPOSE = "known-browser"
_BYTES = 12
_SHOWN = 8


def address_of(request: Request) -> str:
    """The network address a request came from (the server has put a proxy's word for it in already)."""
    return request.client.host if request.client else ""


def browser_of(request: Request) -> str:
    """What the browser calls itself, for the person's own list of sessions."""
    return request.headers.get("user-agent", "")[:160]


def secure() -> bool:
    """Whether cookies go over HTTPS only: wherever the house is reached by it."""
    return get_settings().base_url.startswith("https://")


def place_of(request: Request, username: str) -> Place:
    """Where this request for this name comes from."""
    number, _, mac = request.cookies.get(_cookie(username), "").partition(".")
    known = mac and hmac.compare_digest(mac.encode(), _mac(username, number).encode())
    return Place(address_of(request), number[:_SHOWN] if known else "")


def remember_browser(request: Request, response: Response, username: str) -> None:
    """Have this browser known for this name; nothing when it is."""
    if place_of(request, username).browser:
        return
    number = secrets.token_hex(_BYTES)
    response.set_cookie(
        _cookie(username),
        f"{number}.{_mac(username, number)}",
        max_age=int(KNOWN_FOR.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure(),
        path=COOKIE_PATH,
    )


def _cookie(username: str) -> str:
    return f"xinglin_known_{sha256(username.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _mac(username: str, number: str) -> str:
    return get_vault().fingerprint(f"{username}:{number}", purpose=_PURPOSE)
