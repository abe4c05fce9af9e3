"""The built pages, served by the gateway itself: nothing on them comes from another host."""

import gzip
import html
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from care.texts import text
from settings import ROOT, get_settings

DIST = ROOT / "web" / "dist"
# Built names carry a hash of their content: they never change.
FOREVER = "public, max-age=31536000, immutable"
ASSET_NAME = re.compile(r"^[A-Za-z0-9_.-]+\.(js|css|svg|png|webp|woff2|json)$")
HOST = re.compile(r"^[A-Za-z0-9.\-\[\]:]{1,255}$")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
}
COMPRESSED = {".js", ".css", ".svg", ".json", ".html"}


@dataclass(frozen=True, slots=True)
class PageFile:
    """One built file, as it is and compressed."""

    body: bytes
    zipped: bytes | None
    media_type: str


def pages(*, dist: Path = DIST) -> APIRouter:
    """``/`` is the patient's chat; ``/assets/…`` is what pages need."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    def chat(request: Request) -> Response:
        return page_response(request, "index.html", dist=dist)

    @router.api_route("/assets/{name}", methods=["GET", "HEAD"])
    def asset(request: Request, name: str) -> Response:
        if not ASSET_NAME.match(name):
            return PlainTextResponse("", status_code=404)
        try:
            file = _read(dist / "assets" / name)
        except OSError:  # not there, or a name longer than any file's
            return PlainTextResponse("", status_code=404)
        return _respond(request, file, {"Cache-Control": FOREVER})

    return router


def page_response(request: Request, name: str, *, dist: Path = DIST, styles: str = "'self'") -> Response:
    """A built page with its Content-Security-Policy; 503 with a sentence while it is not built.

    ``styles`` is the policy's ``style-src``: the console's library writes styles at run time and needs more.
    """
    try:
        template = (dist / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return PlainTextResponse(text("web.page_not_built"), status_code=503, headers={"Retry-After": "10"})
    settings = get_settings()
    # Filled in here, so that the first paint (and a browser without scripts) has the names.
    for place, value in {
        "[[hospital_name]]": settings.hospital_name,
        "[[emergency_phone]]": settings.emergency_phone,
        "[[emergency_entrance]]": settings.emergency_entrance,
    }.items():
        template = template.replace(place, html.escape(value))
    body = template.encode()
    file = PageFile(body=body, zipped=gzip.compress(body, 6, mtime=0), media_type=TYPES[".html"])
    return _respond(
        request, file, {"Cache-Control": "no-cache", "Content-Security-Policy": _policy(request, styles=styles)}
    )


def _policy(request: Request, *, styles: str) -> str:
    host = request.headers.get("host", "")
    # Older WebViews do not count ws:// of the same host as 'self'.
    sockets = f" ws://{host} wss://{host}" if HOST.match(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "font-src 'self'",
            f"connect-src 'self'{sockets}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


@lru_cache(maxsize=128)
def _load(path: Path, _changed_ns: int) -> PageFile:
    body = path.read_bytes()
    zipped = gzip.compress(body, 9, mtime=0) if path.suffix in COMPRESSED else None
    return PageFile(body=body, zipped=zipped, media_type=TYPES[path.suffix])


def _read(path: Path) -> PageFile:
    return _load(path, path.stat().st_mtime_ns)


def _respond(request: Request, file: PageFile, headers: dict[str, str]) -> Response:
    headers = {**headers, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    if file.zipped is None:
        return Response(file.body, media_type=file.media_type, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.zipped, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.body, media_type=file.media_type, headers=headers)
