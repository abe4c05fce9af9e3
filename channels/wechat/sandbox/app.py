"""The stand-in as a web application, and as a server in a thread for tests."""

from fastapi import FastAPI

from channels.wechat.sandbox.api import api_routes
from channels.wechat.sandbox.phone import Phone, phone_routes
from channels.wechat.sandbox.platform import Platform
from channels.wechat.sandbox.pusher import ANSWER_WITHIN_S, Pusher


def create_app(platform: Platform, *, gateway: str, answer_within_s: float = ANSWER_WITHIN_S) -> FastAPI:
    """The platform's API and the phone page, pushing to ``gateway``."""
    app = FastAPI(title="WeChat sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    phone = Phone(platform, Pusher(platform, gateway, answer_within_s=answer_within_s))
    app.state.phone = phone
    app.include_router(api_routes(platform))
    app.include_router(phone_routes(phone))
    return app
