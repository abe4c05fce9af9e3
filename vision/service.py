"""The service: raw bytes in, JSON or a clean photo out. Served over a Unix socket that only this user may open."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from vision.bodies import TooManyBytes, held, received
from vision.pool import Pool, WorkerLost
from vision.rehab.route import TIMEOUT_S as REHAB_TIMEOUT_S
from vision.rehab.route import add_rehab
from vision.report.route import TIMEOUT_S as REPORT_TIMEOUT_S
from vision.report.route import add_report
from vision.skin.route import TIMEOUT_S as SKIN_TIMEOUT_S
from vision.skin.route import add_skin
from vision.sniff import HEAD_BYTES, sniff

MAX_BYTES = 104_857_600  # WECHAT.md: a video of 100 MB is the largest file that is taken
WORKERS = 2
IN_MEMORY = 2  # files held at a time; further callers wait before their body is read


def create_app(*, workers: int = WORKERS, max_bytes: int = MAX_BYTES, timeout_s: float = 15.0) -> FastAPI:
    """The application; its workers live as long as it does."""
    pool = Pool(workers, timeout_s=timeout_s)
    # Each started by its first file: the models take seconds and hundreds of MB that few houses need at once.
    rehab_pool = Pool(1, timeout_s=REHAB_TIMEOUT_S, trade="rehab")
    report_pool = Pool(1, timeout_s=REPORT_TIMEOUT_S, trade="report")
    skin_pool = Pool(1, timeout_s=SKIN_TIMEOUT_S, trade="skin")
    room = asyncio.Semaphore(IN_MEMORY + workers)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pool.start()
        yield
        pool.stop()
        rehab_pool.stop()
        report_pool.stop()
        skin_pool.stop()

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

    add_rehab(app, rehab_pool, max_bytes)
    add_report(app, report_pool, max_bytes)
    add_skin(app, skin_pool, max_bytes)

    @app.exception_handler(TooManyBytes)
    async def too_many(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"problem": "too_many_bytes"}, status_code=413)

    @app.exception_handler(ClientDisconnect)
    async def hung_up(_: Request, __: Exception) -> Response:
        return Response(status_code=400)

    return app


def _as_fields(head: bytes) -> dict[str, Any]:
    kind = sniff(head)
    return {"content_type": kind.content_type, "kind": kind.kind.value}
