"""The phone: what a person does on it becomes a push, what arrives is shown."""

import asyncio
from dataclasses import asdict
from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, HTTPException, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from channels.wechat.sandbox.model import Push, Shown, User
from channels.wechat.sandbox.platform import Platform
from channels.wechat.sandbox.pusher import Pusher

MENU = {"挂号": "我要挂号", "不舒服": "我不舒服", "转人工": "转人工"}


class NewUser(BaseModel):
    name: str = Field(min_length=1, max_length=20)


class TextSent(BaseModel):
    text: str = Field(max_length=200_000)


class Pressed(BaseModel):
    event: Literal["subscribe", "unsubscribe", "CLICK", "SCAN", "VIEW", "LOCATION"]
    key: str = Field(default="", max_length=128)


class FaultsAsked(BaseModel):
    api: Literal["token", "custom", "subscribe", "media"]
    errcodes: list[int] = Field(max_length=50)


class Phone:
    """Actions of users; each pushes in the background, as the real platform does."""

    def __init__(self, platform: Platform, pusher: Pusher) -> None:
        self.platform = platform
        self.pusher = pusher
        self._tasks: set[asyncio.Task[list[Push]]] = set()

    def user(self, openid: str) -> User:
        try:
            return self.platform.users[openid]
        except KeyError:
            raise HTTPException(404, "no such user") from None

    def message(self, user: User, bubble: str, fields: dict[str, str], *, media_id: str = "") -> None:
        """The user sent a message."""
        user.show(Shown.USER, bubble, at=self.platform.clock(), media_id=media_id)
        self.platform.opened_by_message(user)
        self._push(user, {"MsgId": self.platform.next_msg_id()} | fields)

    def event(self, user: User, event: str, key: str) -> None:
        """The user pressed, followed, scanned."""
        if event in {"subscribe", "unsubscribe"}:
            user.follows = event == "subscribe"
        if event in {"subscribe", "CLICK", "SCAN"}:
            self.platform.opened_by_action(user)
        fields = {"MsgType": "event", "Event": event, "EventKey": key}
        if event == "LOCATION":
            fields |= {"Latitude": "30.0", "Longitude": "120.0", "Precision": "100.0"}
        self._push(user, fields)

    async def stop(self) -> None:
        """Give up the pushes that are under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _push(self, user: User, fields: dict[str, str]) -> None:
        task = asyncio.create_task(self.pusher.push(user, fields))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def phone_routes(phone: Phone) -> APIRouter:
    """The page and what it calls."""
    router = APIRouter()
    platform = phone.platform

    @router.get("/", response_class=HTMLResponse)
    def page() -> str:
        return files(__package__).joinpath("page.html").read_text(encoding="utf-8")

    @router.get("/phone/users")
    def users() -> list[dict[str, Any]]:
        return [{"openid": user.openid, "name": user.name} for user in platform.users.values()]

    @router.post("/phone/users", status_code=201)
    def add_user(new: NewUser) -> dict[str, str]:
        user = platform.add_user(new.name)
        return {"openid": user.openid, "name": user.name}

    @router.get("/phone/menu")
    def menu() -> dict[str, str]:
        return MENU

    @router.get("/phone/users/{openid}")
    def state(openid: str, after: int = 0) -> dict[str, Any]:
        user = phone.user(openid)
        now = platform.clock()
        return {
            "follows": user.follows,
            "bubbles": [asdict(bubble) for bubble in user.bubbles if bubble.number > after],
            "quota": {
                "message": user.message_quota.left if now < user.message_quota.ends_at else 0,
                "action": user.action_quota.left if now < user.action_quota.ends_at else 0,
            },
            "pushes": [push.as_json() for push in list(platform.pushes)[-8:]],
            "calls": [asdict(call) for call in list(platform.calls)[-8:]],
        }

    @router.post("/phone/users/{openid}/text", status_code=202)
    async def send_text(openid: str, sent: TextSent) -> None:
        phone.message(phone.user(openid), sent.text, {"MsgType": "text", "Content": sent.text})

    @router.post("/phone/users/{openid}/media", status_code=202)
    async def send_media(
        openid: str,
        kind: Annotated[Literal["image", "video", "shortvideo", "voice"], Form()],
        file: Annotated[UploadFile, File()],
        recognition: Annotated[str, Form()] = "",
    ) -> None:
        user = phone.user(openid)
        content_type = file.content_type or "application/octet-stream"
        media = platform.keep_media(
            kind=kind, content_type=content_type, name=file.filename or kind, data=await file.read()
        )
        fields = {"MsgType": kind, "MediaId": media.media_id}
        if kind == "voice":
            fields |= {"Format": "amr", "Recognition": recognition}
        phone.message(user, recognition or f"[{kind}]", fields, media_id=media.media_id)

    @router.post("/phone/users/{openid}/voice", status_code=202)
    async def send_voice_text(openid: str, sent: TextSent) -> None:
        user = phone.user(openid)
        media = platform.keep_media(kind="voice", content_type="audio/amr", name="voice.amr", data=b"#!AMR\n")
        fields = {"MsgType": "voice", "MediaId": media.media_id, "Format": "amr", "Recognition": sent.text}
        phone.message(user, f"[语音] {sent.text}", fields, media_id=media.media_id)

    @router.post("/phone/users/{openid}/events", status_code=202)
    async def press(openid: str, pressed: Pressed) -> None:
        phone.event(phone.user(openid), pressed.event, pressed.key)

    @router.get("/phone/media/{media_id}")
    def media(media_id: str) -> Response:
        kept = platform.media.get(media_id)
        if kept is None or not kept.content_type.startswith(("image/", "video/", "audio/")):
            raise HTTPException(404)
        headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
        return Response(kept.data, media_type=kept.content_type, headers=headers)

    @router.post("/phone/faults", status_code=204)
    def faults(asked: FaultsAsked) -> None:
        platform.set_faults(asked.api, asked.errcodes)

    @router.post("/phone/drop-token", status_code=204)
    def drop_token() -> None:
        platform.drop_token()

    return router
