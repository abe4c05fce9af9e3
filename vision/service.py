"""The service: raw bytes in, JSON or a clean photo out. Served over a Unix socket that only this user may open."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from vision.bodies import TooManyBytes, as_form, held, received
from vision.pool import Pool, WorkerLost
from vision.rehab.exercise import exercises
from vision.report.route import TIMEOUT_S as REPORT_TIMEOUT_S
from vision.report.route import add_report
from vision.sniff import HEAD_BYTES, sniff

MAX_BYTES = 104_857_600  # WECHAT.md: a video of 100 MB is the largest file that is taken
WORKERS = 2
REHAB_TIMEOUT_S = 300.0
IN_MEMORY = 2  # files held at a time; further callers wait before their body is read


def create_app(*, workers: int = WORKERS, max_bytes: int = MAX_BYTES, timeout_s: float = 15.0) -> FastAPI:
    """The application; its workers live as long as it does."""
    pool = Pool(workers, timeout_s=timeout_s)
    # Started by the first clip: the pose model takes a second and 150 MB that few houses need at once.
    rehab_pool = Pool(1, timeout_s=REHAB_TIMEOUT_S, trade="rehab")
    report_pool = Pool(1, timeout_s=REPORT_TIMEOUT_S, trade="report")
    room = asyncio.Semaphore(IN_MEMORY + workers)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pool.start()
        yield
        pool.stop()
        rehab_pool.stop()
        report_pool.stop()

    app = FastAPI(title="Xinglin vision", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.pool = pool
    app.state.rehab_pool = rehab_pool

    @app.get("/health")
    async def health() -> dict[str, Any]:
        """Alive, with how many workers, and how many files have cost one."""
        return {"status": "ok", "workers": len(pool.pids), "lost": pool.lost}

    @app.post("/inspect")
    async def inspect(request: Request) -> JSONResponse:
        """What the bytes are.

        ``content_type`` and ``kind`` (photo, video, voice, document, unknown) by the bytes themselves; ``size`` in
        bytes; ``width``, ``height`` in pixels, ``duration_s`` in seconds, ``pages``: where they could be read;
        ``problem``: None, or empty, damaged, encrypted, too_many_pixels, unsafe (a worker died of it). 413 for too
        many bytes.
        """
        async with room:
            with held() as descriptor:
                size = await received(request, descriptor, max_bytes)
                head = os.pread(descriptor, HEAD_BYTES, 0)
                # Comparing the first bytes is safe here; everything else is the workers'.
                found: dict[str, Any] = {**_as_fields(head), "problem": None if size else "empty"}
                if size:
                    try:
                        answer, _ = await pool.ask("inspect", descriptor)
                        found |= answer
                    except WorkerLost:
                        found["problem"] = "unsafe"
        return JSONResponse({"width": None, "height": None, "duration_s": None, "pages": None, **found, "size": size})

    @app.post("/sanitise")
    async def sanitise(request: Request) -> Response:
        """A photo as a plain JPEG: its pixels, upright, in sRGB, without metadata or place.

        415 when it is no photo, 413 for too many bytes or pixels, 422 when it cannot be read safely; the body then
        says which ``problem``.
        """
        async with room:
            with held() as descriptor:
                await received(request, descriptor, max_bytes)
                try:
                    answer, data = await pool.ask("sanitise", descriptor)
                except WorkerLost:
                    answer, data = {"problem": "unsafe"}, b""
        problem = answer.get("problem")
        if problem is None:
            return Response(data, media_type="image/jpeg")
        status = {"no_photo": 415, "too_many_pixels": 413}.get(str(problem), 422)
        return JSONResponse({"problem": problem}, status_code=status)

    _add_rehab(app, rehab_pool, max_bytes)
    add_report(app, report_pool, max_bytes)

    @app.exception_handler(TooManyBytes)
    async def too_many(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"problem": "too_many_bytes"}, status_code=413)

    @app.exception_handler(ClientDisconnect)
    async def hung_up(_: Request, __: Exception) -> Response:
        return Response(status_code=400)

    return app


def _add_rehab(app: FastAPI, pool: Pool, max_bytes: int) -> None:
    # Clips wait for one worker that takes its time: photos must not wait behind them.
    room = asyncio.Semaphore(IN_MEMORY)

    @app.post("/rehab")
    async def rehab(
        request: Request,
        exercise: str,
        target: Annotated[float | None, Query(ge=0, le=180)] = None,
        hold_s: Annotated[float | None, Query(gt=0, le=600)] = None,
    ) -> Response:
        """Repetitions, faults and score of one exercise in one clip: ``multipart/form-data`` of ``findings`` (JSON, see
        ``vision.rehab.assess``), and ``video`` (MP4) and ``chart`` (PNG) where the clip could be read.

        404 for an exercise that there is not, 413 for too many bytes, 422 when the clip cost the worker.
        """
        if exercise not in exercises():
            return JSONResponse({"problem": "no_such_exercise"}, status_code=404)
        asked = json.dumps({"exercise": exercise, "target": target, "hold_s": hold_s})
        async with room:
            with held() as descriptor:
                await received(request, descriptor, max_bytes)
                try:
                    told, data = await pool.ask(f"rehab {asked}", descriptor)
                except WorkerLost:
                    return JSONResponse({"problem": "unsafe"}, status_code=422)
        video, chart = told.pop("video_bytes"), told.pop("chart_bytes")
        parts: list[tuple[str, str, bytes]] = [("findings", "application/json", json.dumps(told).encode())]
        if video:
            parts += [("video", "video/mp4", data[:video]), ("chart", "image/png", data[video : video + chart])]
        return as_form(parts)


def _as_fields(head: bytes) -> dict[str, Any]:
    kind = sniff(head)
    return {"content_type": kind.content_type, "kind": kind.kind.value}
