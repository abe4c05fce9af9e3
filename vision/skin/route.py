"""``/skin`` and ``/skin/compare`` of the service."""

import asyncio
import json
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vision.bodies import as_form, held, received
from vision.pool import Pool, WorkerLost

TIMEOUT_S = 120.0
"""The first photo waits for the networks to be loaded, on a busy machine for a minute."""
IN_MEMORY = 2
STATUS = {"empty": 415, "no_photo": 415, "too_many_pixels": 413, "weights_off": 404}

Kind = Literal["phone", "dermoscopy"]
CoinMm = Annotated[float | None, Query(gt=10, lt=50)]


class Asked(BaseModel):
    """The history as a caller sends it (``vision.skin.network.History``); what is not of it is left out."""

    model_config = ConfigDict(extra="ignore", strict=True)

    age_years: float | None = Field(default=None, ge=0, le=130)
    site: str | None = Field(default=None, max_length=30)
    itch: bool | None = None
    grew: bool | None = None
    hurt: bool | None = None
    changed: bool | None = None
    bleed: bool | None = None
    elevation: bool | None = None


def add_skin(app: FastAPI, pool: Pool, max_bytes: int) -> None:
    """The routes, on a pool of workers of the ``skin`` trade."""
    room = asyncio.Semaphore(IN_MEMORY)

    async def answered(request: Request, what: str, asked: dict[str, Any]) -> Response:
        async with room:
            with held() as descriptor:
                size = await received(request, descriptor, max_bytes)
                if not 0 <= asked.get("first_bytes", 0) <= size:
                    return JSONResponse({"problem": "damaged"}, status_code=422)
                try:
                    told, data = await pool.ask(f"{what} {json.dumps(asked)}", descriptor)
                except WorkerLost:
                    told, data = {"problem": "unsafe"}, b""
        if problem := told.get("problem"):
            return JSONResponse({"problem": problem}, status_code=STATUS.get(problem, 422))
        pictures, at = [], 0
        for name, length in told.pop("parts"):
            pictures.append((name, "image/png", data[at : at + length]))
            at += length
        return as_form([("findings", "application/json", json.dumps(told).encode()), *pictures])

    @app.post("/skin")
    async def skin(
        request: Request,
        kind: Kind = "phone",
        history: Annotated[str | None, Query(max_length=1000)] = None,
        non_commercial: bool = True,
        coin_mm: CoinMm = None,
    ) -> Response:
        """One photo of one lesion: ``multipart/form-data`` of ``findings`` (JSON, see ``vision.skin.answering``) and,
        where it could be read, ``mask``, ``overlay`` and ``heat`` (PNG). ``quality.problem`` says why it was not.

        ``history``: JSON of ``vision.skin.network.History``. ``coin_mm``: the diameter of the coin beside the lesion.
        404 when ``non_commercial`` is false and there are no other weights, 413 for too many bytes or pixels, 415 when
        it is no photo, 422 when it cannot be read safely or the history is none.
        """
        try:
            known = Asked.model_validate_json(history).model_dump(exclude_none=True) if history else {}
        except ValidationError:
            return JSONResponse({"problem": "no_history"}, status_code=422)
        asked = {"kind": kind, "history": known, "non_commercial": non_commercial, "coin_mm": coin_mm}
        return await answered(request, "skin", asked)

    @app.post("/skin/compare")
    async def compare(
        request: Request,
        first_bytes: Annotated[int, Query(ge=0)],
        kind: Kind = "phone",
        non_commercial: bool = True,
    ) -> Response:
        """Two photos of one lesion, the earlier one first: the body is the one, ``first_bytes`` long, and then the
        other. ``multipart/form-data`` of ``findings`` (see ``vision.skin.compare``) and ``side_by_side`` (PNG) where
        one could be laid over the other. Status as of ``/skin``.
        """
        asked = {"kind": kind, "first_bytes": first_bytes, "non_commercial": non_commercial}
        return await answered(request, "compare", asked)
