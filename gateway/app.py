"""The gateway: one FastAPI application in front of every channel and the console.

It serves while Rasa is still loading or down: messages are screened and stored, and a person is asked.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import text as sql
from starlette.responses import Response
from starlette.types import ASGIApp

import clinic
from care.emergency import screen
from care.replies import QuickReply, Reply
from care.texts import text
from channels import web, wechat
from channels.jobs import JobQueue
from channels.limits import Limiter, limiter_for
from channels.rasa import RasaClient
from channels.turn import Turn
from gateway import partners
from gateway.fences import fenced
from records.database import session_scope
from records.logs import configure_logging
from records.vault import get_vault
from settings import Settings, get_settings

log = structlog.get_logger(__name__)


def welcome_reply(settings: Settings) -> Reply:
    """What a new follower reads first."""
    return Reply(
        text=text("turn.welcome", hospital=settings.hospital_name),
        quick_replies=(
            QuickReply(title=text("turn.option_complaint"), payload="我不舒服"),
            QuickReply(title=text("turn.option_booking"), payload="我要挂号"),
            QuickReply(title=text("turn.option_person"), payload="/request_human"),
        ),
    )


class Gateway(FastAPI):
    """FastAPI behind the fences: around everything, so that an error's answer passes them too."""

    def __init__(self, settings: Settings, limiter: Limiter, **more: Any) -> None:
        self._fences = partial(fenced, settings=settings, limiter=limiter)
        super().__init__(
            title="杏林", version="0.1.0", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", **more
        )

    def build_middleware_stack(self) -> ASGIApp:
        return self._fences(super().build_middleware_stack())


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of one gateway process."""
    settings = settings or get_settings()
    configure_logging(settings.log_level)
    rasa = RasaClient(address=settings.rasa_address, timeout_s=settings.rasa_timeout_s)
    jobs = JobQueue(settings.jobs_url)
    turn = Turn(
        rasa=rasa,
        take_media=lambda admission: jobs.take_media(admission.message_id),
        text_max_chars=settings.text_max_chars,
        welcome=welcome_reply(settings),
    )
    hub = web.Hub()
    limiter = limiter_for(settings)
    pushes = wechat.reception(turn)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(_make_ready)
        async with hub.running():
            resuming = asyncio.create_task(turn.resume_unanswered())
            yield
            resuming.cancel()
            await turn.settle()
            await pushes.settle()
        await rasa.close()
        await limiter.close()

    app = Gateway(settings, limiter, lifespan=lifespan)
    app.add_exception_handler(Exception, _say_sorry)
    app.add_api_route(
        "/healthz",
        partial(_health, rasa),
        methods=["GET"],
        response_model=Health,
        responses={503: {"model": Health, "description": "No message can be taken"}},
    )
    app.include_router(wechat.router(turn, at=pushes))
    app.include_router(clinic.router())
    app.include_router(partners.router())
    app.add_api_route("/console", _console_page, methods=["GET", "HEAD"], include_in_schema=False)
    web.mount(app, turn=turn, hub=hub, limiter=limiter)
    return app


class Health(BaseModel):
    """Whether messages can be taken; ``assistant`` whether the bot answers them, or a person."""

    status: str
    database: bool
    assistant: bool = False


def _console_page(request: Request) -> Response:
    # The console's component library writes its styles at run time.
    return web.page_response(request, "console.html", styles="'self' 'unsafe-inline'")


async def _health(rasa: RasaClient) -> JSONResponse:
    """200 while messages can be taken; ``assistant`` says whether the bot answers or a person does."""
    try:
        await asyncio.to_thread(_ask_database)
    except Exception as error:
        log.error("database_unreachable", error=type(error).__name__)
        return JSONResponse(Health(status="failing", database=False).model_dump(), status_code=503)
    health = Health(status="ok", database=True, assistant=await rasa.ready())
    return JSONResponse(health.model_dump())


def _ask_database() -> None:
    with session_scope() as session:
        session.execute(sql("SELECT 1"))


def _make_ready() -> None:
    # A lost key is noticed before a new one writes beside it.
    with session_scope() as session:
        get_vault().prepare(session)
    # The first patient does not wait for the red flags to be read.
    screen("")


async def _say_sorry(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, error=type(error).__name__)
    return JSONResponse({"code": "internal", "text": text("turn.assistant_away")}, status_code=500)
