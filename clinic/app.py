"""Every route of the console, under ``/api/console``."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from clinic import alerts, conversations, documents, originals, rights, signing_in


class Refusal(BaseModel):
    """Why something was refused, in a sentence."""

    detail: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal} for code in (400, 401, 403, 404, 408, 409, 413, 429)
}


def router() -> APIRouter:
    """The console's routes; all but signing in need somebody signed in."""
    console = APIRouter(
        prefix="/api/console",
        tags=["console"],
        dependencies=[Depends(signing_in.refuse_foreign_changes)],
        responses=REFUSALS,
    )
    console.include_router(signing_in.routes)
    for part in (alerts, conversations, documents, originals, rights):
        console.include_router(part.routes, dependencies=[Depends(signing_in.signed_in)])
    return console
