"""The red flags that the house screens every message for: read by who answers for them, with their versions."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, status
from pydantic import BaseModel

from care.emergency.in_force import catalogue, file_texts
from care.published import history, newest, with_file
from care.urgency import Urgency
from clinic.permissions import Permission, allowed
from clinic.versions import VersionRow, VersionText, lines_of, row_of
from records.database import read_scope
from records.published import DocumentKind

READ = [Depends(allowed(Permission.READ_SAFETY))]
UNKNOWN = "没有这条红旗"

FlagId = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$")]

routes = APIRouter()


class RedFlagRow(BaseModel):
    """One red flag in force: ``advice`` is what the patient is told, ``source`` the guideline that it follows."""

    id: str
    name: str
    urgency: Urgency
    advice: list[str]
    source: str
    version: int


class RedFlagPage(BaseModel):
    """One red flag as it is written, and its versions, the newest first."""

    id: str
    text: str
    versions: list[VersionRow]


@routes.get("/red-flags", dependencies=READ)
def get_red_flags() -> list[RedFlagRow]:
    """Every red flag, the most urgent first."""
    flags = catalogue().flags
    with read_scope() as session:
        changed = newest(session, DocumentKind.RED_FLAG)
    return [
        RedFlagRow(
            id=flag.id,
            name=flag.name,
            urgency=flag.urgency,
            advice=list(flag.advice),
            source=flag.source,
            version=changed[flag.id].version if flag.id in changed else 0,
        )
        for flag in flags
    ]


@routes.get("/red-flags/{flag_id}", dependencies=READ)
def get_red_flag(flag_id: FlagId) -> RedFlagPage:
    """404 for an unknown one."""
    if flag_id not in file_texts():
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
    with read_scope() as session:
        versions = with_file(history(session, DocumentKind.RED_FLAG, flag_id), file_texts()[flag_id])
    return RedFlagPage(id=flag_id, text=versions[0].text, versions=[row_of(one) for one in versions])


@routes.get("/red-flags/{flag_id}/versions/{version}", dependencies=READ)
def get_version(flag_id: FlagId, version: int) -> VersionText:
    """One version against the one in force. 404 for an unknown one."""
    if flag_id not in file_texts():
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
    with read_scope() as session:
        versions = with_file(history(session, DocumentKind.RED_FLAG, flag_id), file_texts()[flag_id])
    found = next((one for one in versions if one.version == version), None)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
    return VersionText(version=version, text=found.text, lines=lines_of(versions[0].text, found.text))
