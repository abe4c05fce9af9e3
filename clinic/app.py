"""Every route of the console, under ``/api/console``."""

from fastapi import APIRouter, Depends

from clinic import alerts, conversations, signing_in


def router() -> APIRouter:
    """The console's routes; all but signing in need somebody signed in."""
    console = APIRouter(prefix="/api/console", dependencies=[Depends(signing_in.refuse_foreign_changes)])
    console.include_router(signing_in.routes)
    for part in (alerts, conversations):
        console.include_router(part.routes, dependencies=[Depends(signing_in.signed_in)])
    return console
