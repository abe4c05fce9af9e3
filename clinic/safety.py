"""The red flags that the house screens every message for, to be read by who answers for them."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from care.emergency.flags import catalogue
from care.urgency import Urgency
from clinic.permissions import Permission, allowed

READ = [Depends(allowed(Permission.READ_SAFETY))]

routes = APIRouter()


class RedFlagRow(BaseModel):
    """One red flag: ``advice`` is what the patient is told, ``source`` the guideline that it follows."""

    id: str
    name: str
    urgency: Urgency
    advice: list[str]
    source: str


@routes.get("/red-flags", dependencies=READ)
def get_red_flags() -> list[RedFlagRow]:
    """Every red flag, in the order of the catalogue. They are changed in the house's data, by a release that its safety
    tests pass."""
    return [
        RedFlagRow(id=flag.id, name=flag.name, urgency=flag.urgency, advice=list(flag.advice), source=flag.source)
        for flag in catalogue().flags
    ]
