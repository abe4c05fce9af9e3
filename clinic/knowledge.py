"""The hospital's own answers at the console: insurance policies and how to prepare for examinations, with versions."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, status
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.orm import Session

from care.knowledge import KINDS, DocumentInvalid, Knowledge, check
from care.published import EditedMeanwhile, NamesSomebody, Version, history, newest, publish, with_file
from clinic.parameters import NO_NUL
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from clinic.versions import (
    EDITED_MEANWHILE,
    NAMES_SOMEBODY,
    LineRow,
    VersionRow,
    VersionText,
    Why,
    lines_of,
    row_of,
)
from records.database import read_scope, session_scope
from records.published import DocumentKind

EDIT = [Depends(allowed(Permission.EDIT_KNOWLEDGE))]
NEW_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
UNKNOWN = "没有这份文件"

Name = Annotated[str, Path(min_length=1, max_length=64, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=30_000, pattern=NO_NUL)]

routes = APIRouter()


class DocumentRow(BaseModel):
    """One document with the version in force."""

    kind: Knowledge
    name: str
    latest: VersionRow


class Document(BaseModel):
    """One document: its text in force and all versions, the newest first."""

    kind: Knowledge
    name: str
    text: str
    versions: list[VersionRow]


class Draft(BaseModel):
    text: Text


class Checked(BaseModel):
    """Why a text cannot be published (empty when it can), and how it differs from the one in force."""

    problem: str
    lines: list[LineRow]


class NewVersion(BaseModel):
    """``base`` is the version that was changed: 0 for the installation's own, and for a new document."""

    text: Text
    note: Why
    base: int = Field(ge=0, le=1_000_000)


@routes.get("/knowledge", dependencies=EDIT)
def get_documents() -> list[DocumentRow]:
    """Every document that can be edited, by kind and name."""
    with read_scope() as session:
        return [
            DocumentRow(kind=kind, name=name, latest=row_of(latest))
            for kind in Knowledge
            for name, latest in _latest(session, kind).items()
        ]


@routes.get("/knowledge/{kind}/{name}", dependencies=EDIT)
def get_document(kind: Knowledge, name: Name) -> Document:
    """404 for an unknown one."""
    with read_scope() as session:
        versions = _versions(session, kind, name)
    return Document(kind=kind, name=name, text=versions[0].text, versions=[row_of(one) for one in versions])


@routes.get("/knowledge/{kind}/{name}/versions/{version}", dependencies=EDIT)
def get_version(kind: Knowledge, name: Name, version: int) -> VersionText:
    """One version against the one in force. 404 for an unknown one."""
    with read_scope() as session:
        versions = _versions(session, kind, name)
    found = next((one for one in versions if one.version == version), None)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
    return VersionText(version=version, text=found.text, lines=lines_of(versions[0].text, found.text))


@routes.post("/knowledge/{kind}/{name}/check", dependencies=EDIT)
def post_check(kind: Knowledge, name: Name, draft: Draft) -> Checked:
    """Whether a text could be published, and what would change; nothing is kept."""
    with read_scope() as session:
        latest = _latest(session, kind).get(name)
        problem = ""
        try:
            check(session, kind, name, draft.text)
        except DocumentInvalid as wrong:
            problem = str(wrong)
    return Checked(problem=problem, lines=lines_of(latest.text if latest else "", draft.text))


@routes.put("/knowledge/{kind}/{name}", dependencies=EDIT)
def put_document(kind: Knowledge, name: Name, new: NewVersion, seat: AtSeat) -> VersionRow:
    """Publish a version: within a second it is what the assistant says. An old version is put back by publishing its
    text again. 400 for what cannot be published and why, 404 for an unknown document (new policies may be added), 409
    when somebody else was first."""
    try:
        with session_scope() as session:
            if name not in _latest(session, kind) and not (KINDS[kind].open_ended and NEW_NAME.fullmatch(name)):
                raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
            check(session, kind, name, new.text)
            stored = DocumentKind(kind.value)
            publish(session, actor=seat.actor, kind=stored, name=name, text=new.text, note=new.note, base=new.base)
            return row_of(history(session, stored, name)[0])
    except DocumentInvalid as wrong:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(wrong)) from None
    except NamesSomebody:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, NAMES_SOMEBODY) from None
    except EditedMeanwhile:
        raise HTTPException(status.HTTP_409_CONFLICT, EDITED_MEANWHILE) from None


def _latest(session: Session, kind: Knowledge) -> dict[str, Version]:
    begun = {name: Version(0, text) for name, text in KINDS[kind].begun(session).items()}
    return begun | newest(session, DocumentKind(kind.value))


def _versions(session: Session, kind: Knowledge, name: str) -> list[Version]:
    found = with_file(history(session, DocumentKind(kind.value), name), KINDS[kind].begun(session).get(name))
    if not found:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN)
    return found
