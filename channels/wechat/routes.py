"""``/wechat``: where WeChat's servers push to."""

import asyncio
import time
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect

from channels.wechat.envelope import MalformedXml
from channels.wechat.reception import Answer, Reception
from channels.wechat.signature import MAX_PARAMETER_CHARS, PushQuery, PushRefused

log = structlog.get_logger(__name__)

# WeChat's own XML stays below 100 KB; a photo comes as an id, not as bytes.
MAX_BODY_BYTES = 1024 * 1024


REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"description": reason, "content": {"text/plain": {"schema": {"type": "string"}}}}
    for code, reason in ((400, "malformed"), (403, "not WeChat, or a replay"), (413, "too large"), (503, "try again"))
}


class BodyTooLarge(Exception):
    """The body is larger than anything WeChat sends."""


def push_query(
    signature: Annotated[str, Query()] = "",
    timestamp: Annotated[str, Query()] = "",
    nonce: Annotated[str, Query()] = "",
    msg_signature: Annotated[str, Query()] = "",
    encrypt_type: Annotated[str, Query()] = "",
) -> PushQuery:
    return PushQuery(
        signature=signature,
        timestamp=timestamp,
        nonce=nonce,
        msg_signature=msg_signature,
        encrypt_type=encrypt_type,
    )


Pushed = Annotated[PushQuery, Depends(push_query)]


def wechat_routes(reception: Reception) -> APIRouter:
    """GET for WeChat's address check, POST for everything that users do."""
    router = APIRouter(tags=["wechat"], responses=REFUSALS)

    @router.get("/wechat", response_class=PlainTextResponse)
    async def check_address(query: Pushed, echostr: Annotated[str, Query()] = "") -> Response:
        """Echo ``echostr`` when the signature is right, else 403."""
        try:
            reception.verify(query)
        except PushRefused as refusal:
            return _refused(refusal)
        if len(echostr) > MAX_PARAMETER_CHARS:
            return PlainTextResponse("bad request", status_code=400)
        return PlainTextResponse(echostr)

    @router.post("/wechat", response_class=PlainTextResponse)
    async def take_push(request: Request, query: Pushed) -> Response:
        """Answer a push within WeChat's 5 s.

        403: not WeChat, or a replay; nothing was parsed. 413: too large. 400: not WeChat's XML. 503: nothing was
        stored, WeChat shall push again.
        """
        started = time.monotonic()
        try:
            reception.verify(query)
            body = await _body(request)
            parsed = await asyncio.to_thread(reception.read, query, body)
        except PushRefused as refusal:
            return _refused(refusal)
        except BodyTooLarge:
            return PlainTextResponse("too large", status_code=413)
        except MalformedXml:
            log.warning("wechat_push_malformed")
            return PlainTextResponse("bad request", status_code=400)
        except ClientDisconnect:
            return PlainTextResponse("", status_code=400)
        try:
            answer = await reception.answer(parsed, waited_s=time.monotonic() - started)
        except Exception as error:  # said without a trace: it may quote the message
            log.error("wechat_push_failed", reason=type(error).__name__)
            return PlainTextResponse("try again", status_code=503)
        return await _respond(request, reception, answer)

    return router


async def _respond(request: Request, reception: Reception, answer: Answer) -> Response:
    if answer.message_id and await request.is_disconnected():
        # Nobody hears it any more. WeChat pushes again and is given the same reply; or else the lease runs out and
        # it goes by customer service.
        return PlainTextResponse("")
    media_type = "application/xml" if answer.is_xml else "text/plain"
    return Response(answer.body, media_type=media_type, background=BackgroundTask(reception.answered, answer))


def _refused(refusal: PushRefused) -> Response:
    # Only the reason: whoever sent this may have put anything into the rest.
    log.warning("wechat_push_refused", reason=str(refusal))
    return PlainTextResponse("forbidden", status_code=403)


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise BodyTooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    return bytes(body)
