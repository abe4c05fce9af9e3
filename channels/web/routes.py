"""The chat page's HTTP routes and its WebSocket."""

import asyncio
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, FastAPI, Query, Request, Response, WebSocket
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.routing import APIRoute

from care.analysis import for_patients
from care.rights import ExportGone, session_has_ended
from care.texts import text
from channels.inbound import Channel, Inbound
from channels.limits import InProcess, Limiter, Rate
from channels.results import TurnHandler
from channels.web.exports import own_export
from channels.web.filetypes import ACCEPTED
from channels.web.hub import Hub
from channels.web.origins import foreign, same_origin
from channels.web.pages import DIST, pages
from channels.web.privacy import privacy_routes
from channels.web.protocol import CLIENT_ID, ChatConfig, History, Limits, MediaAccepted, SessionOpened, ShownError
from channels.web.sessions import COOKIE, RENEW_AFTER, BrowserSession, SessionRefused, session_tokens
from channels.web.socket import Connection
from channels.web.transcript import DEDUPE_PREFIX, messages_before, standings
from channels.web.uploads import UploadRefused, receive_upload
from records.conversations import Holder, Message
from records.database import read_scope, utc_now
from records.media import Media
from records.media_store import MediaNotFound, open_media
from records.vault import VaultEntryShredded, get_vault
from settings import get_settings

log = structlog.get_logger(__name__)

PAGE_OF_HISTORY = 30
UPLOADS = Rate("uploads", burst=10, per_second=0.2)

ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ShownError} for code in (400, 401, 403, 404, 408, 413, 415, 422, 429, 503)
}


# The body is read as it streams in, so FastAPI cannot know its form by itself.
UPLOAD_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["id", "kind", "file"],
                "properties": {
                    "id": {"type": "string", "pattern": f"^{CLIENT_ID}$"},
                    "kind": {"type": "string", "enum": [kind.value for kind in ACCEPTED]},
                    "file": {"type": "string", "format": "binary"},
                },
            }
        }
    },
}


class Refused(Exception):
    """A request that gets a sentence instead of an answer."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


class _KindRoute(APIRoute):
    """Says every refusal as ``{code, text}``, in words for a patient."""

    def get_route_handler(self) -> Any:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response: Response = await handle(request)
            except Refused as refused:
                return refusal(refused.status, refused.code, **refused.values)
            except UploadRefused as refused:
                answer = refusal(refused.status, refused.code, **refused.values)
                # The rest of the body is not wanted: hang up instead of reading it to its end.
                answer.headers["Connection"] = "close"
                return answer
            except RequestValidationError:
                return refusal(422, "bad_request")
            return response

        return handler


def refusal(status: int, code: str, **values: object) -> JSONResponse:
    """``{code, text}`` with an HTTP status; ``retry_after`` (seconds) among the values becomes the header."""
    retry_after = values.pop("retry_after", None)
    headers = {"Retry-After": str(ceil(float(str(retry_after))))} if retry_after else None
    return JSONResponse({"code": code, "text": text(f"web.{code}", **values)}, status_code=status, headers=headers)


def mount(app: FastAPI, *, turn: TurnHandler, hub: Hub, limiter: Limiter | None = None, dist: Path = DIST) -> None:
    """Everything of the chat page: its API under ``/api/chat``, and the page itself at ``/``."""
    app.include_router(router(turn, hub, limiter or InProcess()))
    app.include_router(privacy_routes())
    app.include_router(pages(dist=dist))


def router(turn: TurnHandler, hub: Hub, limiter: Limiter) -> APIRouter:
    """The API of the chat page. ``hub`` must be running (``async with hub.running()``)."""
    api = APIRouter(prefix="/api/chat", tags=["chat"], route_class=_KindRoute, responses=ERRORS)

    @api.get("/config")
    def config() -> ChatConfig:
        """What anybody may know before saying a word."""
        return _config()

    @api.post("/session")
    def session(request: Request, response: Response) -> SessionOpened:
        """A session for this browser: the one it has, or a new one."""
        if foreign(request):
            raise Refused(403, "foreign_page")
        return SessionOpened(session=_open_session(request, response).public_id)

    @api.get("/history")
    def history(
        request: Request,
        before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = PAGE_OF_HISTORY,
    ) -> History:
        """This browser's own messages before ``before`` (the newest without it)."""
        return _history(hub, _sender(request), before, limit)

    @api.post("/media", openapi_extra={"requestBody": UPLOAD_FORM})
    async def media(request: Request) -> MediaAccepted:
        """A photo, video, voice note or file, with the browser's own id: sent twice, it is taken once."""
        if foreign(request):
            raise Refused(403, "foreign_page")
        sender = _sender(request)
        if wait := await limiter.wait(UPLOADS, sender):
            raise Refused(429, "slow_down", retry_after=wait)
        return await _take_media(request, sender, turn, hub)

    @api.get("/media/{media_id}", response_class=StreamingResponse)
    def own_media(request: Request, media_id: Annotated[str, PathParameter(pattern="^[0-9a-f]{16}$")]) -> Response:
        """A file that this browser sent; another's looks the same as none."""
        return _own_media(hub, _sender(request), media_id)

    @api.get("/exports/{request_id}", response_class=StreamingResponse)
    def export(
        request: Request,
        request_id: Annotated[str, PathParameter(pattern="^[0-9a-f]{16}$")],
        key: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """The patient's own data as a zip, for a day; another's looks the same as none."""
        try:
            return own_export(request, request_id, key)
        except ExportGone as error:
            raise Refused(404, "export_gone") from error

    @api.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        # Closed before it is accepted: the browser sees 403 and asks for a session again.
        if not same_origin(websocket):
            await websocket.close()
            return
        try:
            sender = session_tokens().read(websocket.cookies.get(COOKIE)).sender
        except SessionRefused:
            await websocket.close()
            return
        await Connection(websocket, sender=sender, turn=turn, hub=hub, limiter=limiter).serve()

    return api


def _sender(request: Request) -> str:
    try:
        return session_tokens().read(request.cookies.get(COOKIE)).sender
    except SessionRefused as error:
        raise Refused(401, "session_refused") from error


def _open_session(request: Request, response: Response) -> BrowserSession:
    tokens = session_tokens()
    try:
        known = tokens.read(request.cookies.get(COOKIE))
    except SessionRefused:
        known = None
    if known is not None and _has_ended(known.sender):
        known = None
    if known is not None and utc_now() - known.issued_at < RENEW_AFTER:
        return known
    token, opened = tokens.issue(known.sender if known else None)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(tokens.lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or get_settings().base_url.startswith("https://"),
        path="/",
    )
    return opened


def _has_ended(sender: str) -> bool:
    fingerprint = get_vault().fingerprint(sender, purpose=f"address:{Channel.WEB}")
    with read_scope() as session:
        return session_has_ended(session, fingerprint)


def _config() -> ChatConfig:
    settings = get_settings()
    return ChatConfig(
        hospital_name=settings.hospital_name,
        welcome=text("turn.welcome", hospital=settings.hospital_name),
        emergency_entrance=settings.emergency_entrance,
        emergency_phone=settings.emergency_phone,
        service_phone=settings.service_phone,
        timezone=settings.timezone,
        limits=Limits(
            text_chars=settings.text_max_chars,
            image_bytes=settings.photo_max_bytes,
            video_bytes=settings.video_max_bytes,
            voice_bytes=settings.voice_max_bytes,
            file_bytes=settings.file_max_bytes,
        ),
        accepted_types={kind.value: list(types) for kind, types in ACCEPTED.items()},
    )


def _history(hub: Hub, sender: str, before: int | None, limit: int) -> History:
    conversation_id = hub.find(sender)
    if conversation_id is None:
        return History(messages=[], earlier=False, holder=Holder.BOT)
    with read_scope() as session:
        found, earlier = messages_before(session, conversation_id, before, limit=limit)
        holder = standings(session, [conversation_id])[conversation_id].holder
    return History(messages=found, earlier=earlier, holder=holder)


async def _take_media(request: Request, sender: str, turn: TurnHandler, hub: Hub) -> MediaAccepted:
    received = await receive_upload(request, get_settings())
    inbound = Inbound(
        channel=Channel.WEB,
        sender=sender,
        dedupe_key=f"{DEDUPE_PREFIX}{received.client_id}",
        kind=received.kind,
        received_at=utc_now(),
        upload=received.upload,
    )
    try:
        result = await turn.handle(inbound)
    except Exception as error:
        received.upload.path.unlink(missing_ok=True)
        log.error("upload_refused", error=type(error).__name__)
        raise Refused(503, "unavailable") from error
    if result.duplicate:
        # The first one's file is being stored; these bytes are the same again.
        received.upload.path.unlink(missing_ok=True)
    hub.learn(sender, result.conversation_id)
    hub.publish(result.conversation_id)
    return MediaAccepted(
        id=received.client_id,
        seq=result.seq,
        state=await asyncio.to_thread(_state_of, result.message_id),
        duplicate=result.duplicate,
    )


def _own_media(hub: Hub, sender: str, media_id: str) -> Response:
    conversation_id = hub.find(sender)
    with read_scope() as session:
        media = session.get(Media, media_id)
        if media is None or media.conversation_id != conversation_id or not for_patients(session, media):
            raise Refused(404, "media_gone")
        try:
            chunks = open_media(session, get_vault(), media_id)
        except (MediaNotFound, VaultEntryShredded) as error:
            raise Refused(404, "media_gone") from error
        shown_inline = media.content_type.split("/")[0] in {"image", "video", "audio"}
    headers = {
        # Bytes from outside: never run, never guessed at, never left in a cache.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline" if shown_inline else "attachment",
        "Content-Length": str(media.size),
    }
    return StreamingResponse(chunks, media_type=media.content_type, headers=headers)


def _state_of(message_id: str) -> str:
    with read_scope() as session:
        return session.get_one(Message, message_id).state
