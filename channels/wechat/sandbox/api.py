"""The part of api.weixin.qq.com that the house uses."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from channels.wechat.sandbox.platform import ANSWER_LOST, ApiFault, Platform

Token = Annotated[str, Query()]
_HTTP_FAULT = 500


def api_routes(platform: Platform) -> APIRouter:
    """Token, customer-service and subscription messages, media."""
    router = APIRouter(prefix="/cgi-bin")

    @router.get("/token")
    def token(grant_type: str = "", appid: str = "", secret: str = "") -> Response:
        def work() -> dict[str, Any]:
            if grant_type != "client_credential":
                raise ApiFault(40002, "invalid grant_type")
            value, life_s = platform.issue_token(appid, secret)
            return {"access_token": value, "expires_in": life_s}

        return _answer(platform, "token", work)

    @router.post("/message/custom/send")
    async def custom_send(request: Request, access_token: Token = "") -> Response:
        message = await _json(request)

        def work() -> dict[str, Any]:
            platform.check_token(access_token)
            if message.get("msgtype") != "text":
                raise ApiFault(40008, "invalid message type")
            platform.send_customer_text(str(message.get("touser")), str(message.get("text", {}).get("content", "")))
            return {"errcode": 0, "errmsg": "ok"}

        return _answer(platform, "custom", work)

    @router.post("/message/subscribe/bizsend")
    async def subscription_send(request: Request, access_token: Token = "") -> Response:
        message = await _json(request)

        def work() -> dict[str, Any]:
            platform.check_token(access_token)
            data = message.get("data")
            platform.send_subscription(
                str(message.get("touser")),
                str(message.get("template_id", "")),
                data if isinstance(data, dict) else {},
            )
            return {"errcode": 0, "errmsg": "ok"}

        return _answer(platform, "subscribe", work)

    @router.post("/media/upload")
    async def media_upload(media: UploadFile, access_token: Token = "", type: str = "image") -> Response:
        data = await media.read()

        def work() -> dict[str, Any]:
            platform.check_token(access_token)
            kept = platform.keep_media(
                kind=type,
                content_type=media.content_type or "application/octet-stream",
                name=media.filename or "media",
                data=data,
            )
            return {"type": type, "media_id": kept.media_id, "created_at": int(kept.made_at)}

        return _answer(platform, "media_upload", work)

    @router.get("/media/get")
    def media_get(request: Request, access_token: Token = "", media_id: str = "") -> Response:
        found: list[Response] = []

        def work() -> dict[str, Any]:
            platform.check_token(access_token)
            media = platform.find_media(media_id)
            if media.kind in {"video", "shortvideo"}:
                # WeChat answers with an address for videos.
                return {"video_url": str(request.url_for("sandbox_video", media_id=media_id))}
            # A name of ours: one that a user chose could break the header.
            headers = {"content-disposition": 'attachment; filename="media"'}
            found.append(Response(media.data, media_type=media.content_type, headers=headers))
            return {}

        answer = _answer(platform, "media", work)
        return found[0] if found else answer

    @router.get("/sandbox/video/{media_id}", name="sandbox_video")
    def video(media_id: str) -> Response:
        try:
            media = platform.find_media(media_id)
        except ApiFault:
            return Response(status_code=404)
        return Response(media.data, media_type=media.content_type)

    return router


def _answer(platform: Platform, name: str, work: Callable[[], dict[str, Any]]) -> Response:
    try:
        body = work()
    except ApiFault as fault:
        platform.called(name, fault.errcode)
        if fault.errcode == _HTTP_FAULT:
            return JSONResponse({}, status_code=_HTTP_FAULT)
        return JSONResponse({"errcode": fault.errcode, "errmsg": fault.errmsg})
    platform.called(name, 0)
    if platform.lose_answer(name):
        return Response(status_code=ANSWER_LOST)
    return JSONResponse(body)


async def _json(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
