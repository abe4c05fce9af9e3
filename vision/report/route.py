"""``POST /report``."""

import asyncio
import json
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse

from vision.bodies import as_form, held, received
from vision.pool import Pool, WorkerLost

TIMEOUT_S = 120.0
"""Of a document of the most pages on a slow core."""
IN_MEMORY = 2
"""Files held at a time; further callers wait before their body is read."""
LONGEST_NAME = 60


def add_report(app: FastAPI, pool: Pool, max_bytes: int) -> None:
    """The route, on a pool of workers of the ``report`` trade."""
    room = asyncio.Semaphore(IN_MEMORY)

    @app.post("/report")
    async def report(
        request: Request, name: Annotated[str | None, Query(min_length=1, max_length=LONGEST_NAME)] = None
    ) -> Response:
        """What stands on a laboratory or examination report: ``multipart/form-data`` of ``findings`` (JSON, see
        ``vision.report.items.Report.as_json``), ``page`` (and ``page_1`` ... of a document) with what was read framed,
        and ``cut_N``, the piece that item N's question is about; PNG.

        ``name`` is whose report it should be: it is only compared (``patient.matches``). 413 for too many bytes, 422
        when the file cost the worker.
        """
        asked = json.dumps({"name": name}, ensure_ascii=False)
        async with room:
            with held() as descriptor:
                await received(request, descriptor, max_bytes)
                try:
                    told, data = await pool.ask(f"report {asked}", descriptor)
                except WorkerLost:
                    return JSONResponse({"problem": "unsafe"}, status_code=422)
        divided, at = [], 0
        for part, length in told.pop("parts"):
            divided.append((part, "image/png", data[at : at + length]))
            at += length
        return as_form([("findings", "application/json", json.dumps(told, ensure_ascii=False).encode()), *divided])
