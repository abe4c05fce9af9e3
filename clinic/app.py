"""Every route of the console, under ``/api/console``."""

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from clinic import (
    account,
    alerts,
    audit_trail,
    canned,
    case_page,
    case_work,
    cases,
    conversations,
    desk,
    documents,
    fhir,
    figures,
    followup_plans,
    followups,
    grading,
    knowledge,
    live,
    media,
    oidc,
    opening,
    originals,
    rehab,
    rights,
    safety,
    safety_proposals,
    schedules,
    signing_in,
    staff,
    stepping_up,
    suggestions,
)
from clinic.permissions import refuse_unguarded
from clinic.seat import refuse_foreign_changes


class Refusal(BaseModel):
    """Why something was refused, in a sentence."""

    detail: str


REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refusal} for code in (400, 401, 403, 404, 408, 409, 413, 429)
}


# Every part of the console; its routes name their permissions themselves.
PARTS = (
    signing_in,
    oidc,
    account,
    stepping_up,
    alerts,
    cases,
    case_page,
    case_work,
    grading,
    fhir,
    conversations,
    media,
    desk,
    canned,
    suggestions,
    live,
    documents,
    originals,
    rehab,
    followups,
    rights,
    figures,
    schedules,
    knowledge,
    opening,
    safety,
    safety_proposals,
    followup_plans,
    staff,
    audit_trail,
)


def router() -> APIRouter:
    """The console's routes; raises :class:`~clinic.permissions.RouteWithoutPermission`."""
    console = APIRouter(
        prefix="/api/console",
        tags=["console"],
        dependencies=[Depends(refuse_foreign_changes)],
        responses=REFUSALS,
    )
    for part in PARTS:
        refuse_unguarded(part.routes.routes)
        console.include_router(part.routes)
    return console
