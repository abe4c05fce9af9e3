"""A refusal from before the routes, in the form that the page behind the path reads."""

from math import ceil

from fastapi.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from care.texts import text
from settings import get_settings

DETAIL = ("/api/console", "/api/partner")
"""Where a refusal has the form that FastAPI's own have; a patient's page shows ``code`` and ``text``."""


async def refuse(
    scope: Scope, receive: Receive, send: Send, *, status: int, code: str, wait_s: float = 0.0, hang_up: bool = False
) -> None:
    """Answer with ``status`` and the sentence ``web.<code>``; ``wait_s`` also as ``Retry-After``."""
    seconds = ceil(wait_s)
    words = text(f"web.{code}", seconds=seconds, phone=get_settings().emergency_phone)
    content = {"detail": words} if scope["path"].startswith(DETAIL) else {"code": code, "text": words}
    response = JSONResponse(content, status_code=status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    if hang_up:
        # The rest of the body is not wanted.
        response.headers["Connection"] = "close"
    # Starlette says it in a WebSocket's terms where the server can; else the handshake just fails.
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    await response(scope, receive, send)
