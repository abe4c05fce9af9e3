"""The privacy notice: what is processed, why, for how long, and how to say no (PIPL art. 17, 24, 30, 44-47)."""

import html
from base64 import b64encode
from hashlib import sha256

from fastapi import APIRouter, Response

from care.consent import ConsentText, Purpose, text_of
from care.texts import text
from settings import get_settings

STYLE = """
:root{color-scheme:light dark;font-size:17px;line-height:1.7}
body{max-width:42rem;margin:0 auto;padding:20px 18px 48px;background:#f4f6f5;color:#17201c}
body{font-family:system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif}
h1{font-size:1.4rem;line-height:1.35}h2{font-size:1.12rem;margin:1.6em 0 .4em}p{margin:.35em 0}
section{background:#fff;border-radius:12px;padding:2px 16px 12px;margin:14px 0}
small{color:#55625c}dt{font-weight:600;margin-top:.6em}dd{margin:0}
@media(prefers-color-scheme:dark){body{background:#161a18;color:#edf2ef}section{background:#232926}small{color:#a9b6af}}
"""
NAME_CHARS = 10  # "处理什么：", and no sentence with a colon in it
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def privacy_routes() -> APIRouter:
    """``/privacy``: one page, no script, nothing from another host."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/privacy", methods=["GET", "HEAD"])
    def notice() -> Response:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return Response(privacy_page(), media_type="text/html; charset=utf-8", headers=headers)

    return router


def privacy_page() -> str:
    """The notice as HTML, in the versions that are asked with now."""
    settings = get_settings()
    values = {
        "hospital": settings.hospital_name,
        "phone": settings.service_phone or text("privacy.no_phone"),
        "entrance": settings.emergency_entrance,
    }
    intro = "".join(_paragraph(line) for line in text("privacy.intro", **values).splitlines())
    purposes = "".join(map(_purpose, map(text_of, Purpose)))
    closing = "".join(
        f"<h2>{_escaped(text(f'privacy.{part}.title'))}</h2>"
        + "".join(_paragraph(line) for line in text(f"privacy.{part}.text", **values).splitlines())
        for part in ("rights", "children", "kept", "contact")
    )
    title = _escaped(text("privacy.title", **values))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><h1>{title}</h1>{intro}{purposes}{closing}</body></html>"
    )


def _purpose(asked: ConsentText) -> str:
    version = text("privacy.version", version=asked.version, date=asked.date)
    rows = "".join(_paragraph(line) for line in asked.full.splitlines())
    return (
        f'<section id="{asked.purpose}"><h2>{_escaped(asked.title)}</h2><p><small>{_escaped(version)}</small></p>'
        f"{rows}</section>"
    )


def _paragraph(line: str) -> str:
    name, colon, rest = line.partition("：")
    if colon and len(name) <= NAME_CHARS:
        return f"<p><strong>{_escaped(name)}</strong>：{_escaped(rest)}</p>"
    return f"<p>{_escaped(line)}</p>"


def _escaped(words: str) -> str:
    return html.escape(words)
