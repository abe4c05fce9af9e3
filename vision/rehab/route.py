"""``POST /rehab``."""

import asyncio
import json
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from vision.bodies import as_form, held, received
from vision.pool import Pool, WorkerLost
from vision.rehab.exercise import exercises

TIMEOUT_S = 300.0
IN_MEMORY = 2
"""Clips held at a time; further callers wait before their body is read."""


def add_rehab(app: FastAPI, pool: Pool, max_bytes: int) -> None:
    """The route, on a pool of workers of the ``rehab`` trade."""
    room = asyncio.Semaphore(IN_MEMORY)

    @app.post("/rehab")
    async def rehab(
        request: Request,
        exercise: str,
        target: Annotated[float | None, Query(ge=0, le=180)] = None,
        hold_s: Annotated[float | None, Query(gt=0, le=600)] = None,
        side: Literal["both", "left", "right"] = "both",
    ) -> Response:
        """Repetitions, faults and score of one exercise in one clip, of one ``side`` where the exercise has sides:
        ``multipart/form-data`` of ``findings`` (JSON, see ``vision.rehab.assess``), and ``video`` (MP4) and ``chart``
        (PNG) where the clip could be read.

        404 for an exercise that there is not, 413 for too many bytes, 422 when the clip cost the worker.
        """
        if exercise not in exercises():
            return JSONResponse({"problem": "no_such_exercise"}, status_code=404)
        asked = json.dumps({"exercise": exercise, "target": target, "hold_s": hold_s, "side": side})
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
