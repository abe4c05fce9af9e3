"""Canned replies: searched, written, thrown away, with every version of those that staff wrote."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import BaseModel, Field, StringConstraints

from care.published import EditedMeanwhile, NamesSomebody
from care.seats.canned import (
    Canned,
    CannedReplyNotFound,
    Edition,
    canned_history,
    canned_replies,
    drop_canned,
    dropped_replies,
    keep_canned,
)
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from clinic.versions import EDITED_MEANWHILE, LineRow, VersionRow, lines_of, row_of
from records.cases import CaseKind
from records.database import read_scope, session_scope

READ = [Depends(allowed(Permission.READ_CANNED_REPLIES))]
EDIT = [Depends(allowed(Permission.EDIT_CANNED_REPLIES))]

NAMES_SOMEBODY = "常用回复给所有患者用，不能写姓名、证件号等个人信息"
UNKNOWN = "没有这条常用回复"

routes = APIRouter()


class CannedRow(BaseModel):
    """One reply; ``own`` ones are the staff's and can be changed, ``version`` is the one in use."""

    id: str
    kind: str
    title: str
    text: str
    own: bool
    version: int


class NewCanned(BaseModel):
    """``kind`` is the kind of case it is for; null for any."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=NO_NUL)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=NO_NUL)]
    kind: CaseKind | None = None


class ChangedCanned(NewCanned):
    """``base`` is the version that was changed; ``note`` says why, where there is something to say."""

    base: int = Field(ge=1, le=1_000_000)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=NO_NUL)] = ""


class CannedVersion(VersionRow):
    """One version, empty where the reply was ``dropped``; ``lines`` of title and text against those of the version in
    use: removed are those of the former."""

    kind: str
    title: str
    text: str
    dropped: bool
    lines: list[LineRow]


@routes.get("/canned-replies", dependencies=READ)
def get_canned(
    kind: CaseKind | None = None, words: Annotated[str, Query(max_length=64, pattern=NO_NUL)] = ""
) -> list[CannedRow]:
    """Replies for a kind of case whose title or text holds every word that was typed."""
    with read_scope() as session:
        return [_row(one) for one in canned_replies(session, kind=kind or "", words=words)]


@routes.get("/canned-replies/dropped", dependencies=EDIT)
def get_dropped() -> list[CannedRow]:
    """What was thrown away, as it was last; ``version`` is what to change to put it back."""
    with read_scope() as session:
        return [_row(one) for one in dropped_replies(session)]


@routes.get("/canned-replies/{reply_id}/versions", dependencies=EDIT)
def get_versions(reply_id: Id) -> list[CannedVersion]:
    """Every version, the newest first. 404 for an unknown one."""
    try:
        with read_scope() as session:
            found = canned_history(session, reply_id)
    except CannedReplyNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN) from None
    return [_version(one, in_use=found[0]) for one in found]


@routes.post("/canned-replies", status_code=status.HTTP_201_CREATED, dependencies=EDIT)
def post_canned(new: NewCanned, seat: AtSeat) -> CannedRow:
    """Keep a new reply. 400 when it names somebody."""
    return _kept(new, seat)


@routes.put("/canned-replies/{reply_id}", dependencies=EDIT)
def put_canned(reply_id: Id, changed: ChangedCanned, seat: AtSeat) -> CannedRow:
    """Change a reply of the staff's, or put back what was thrown away. An old version is put back by saving its words
    again. 400 when it names somebody, 404 for an unknown one, 409 when somebody else was first."""
    return _kept(changed, seat, reply_id=reply_id, base=changed.base, note=changed.note)


@routes.delete("/canned-replies/{reply_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=EDIT)
def delete_canned(reply_id: Id, seat: AtSeat) -> None:
    """404 for an unknown one; its versions stay. 409 when somebody else changed it just now."""
    try:
        with session_scope() as session:
            drop_canned(session, actor=seat.actor, reply_id=reply_id)
    except CannedReplyNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN) from None
    except EditedMeanwhile:
        raise HTTPException(status.HTTP_409_CONFLICT, EDITED_MEANWHILE) from None


def _kept(new: NewCanned, seat: Seat, *, reply_id: str | None = None, base: int = 0, note: str = "") -> CannedRow:
    try:
        with session_scope() as session:
            return _row(
                keep_canned(
                    session,
                    actor=seat.actor,
                    title=new.title,
                    text=new.text,
                    kind=new.kind or "",
                    note=note,
                    reply_id=reply_id,
                    base=base,
                )
            )
    except NamesSomebody:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, NAMES_SOMEBODY) from None
    except CannedReplyNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN) from None
    except EditedMeanwhile:
        raise HTTPException(status.HTTP_409_CONFLICT, EDITED_MEANWHILE) from None


def _row(one: Canned) -> CannedRow:
    return CannedRow.model_validate(one, from_attributes=True)


def _version(one: Edition, *, in_use: Edition) -> CannedVersion:
    said = one.said
    return CannedVersion(
        **row_of(one.saved).model_dump(),
        kind=said.kind if said else "",
        title=said.title if said else "",
        text=said.text if said else "",
        dropped=said is None,
        lines=lines_of(_whole(in_use.said), _whole(said)),
    )


def _whole(said: Canned | None) -> str:
    return "" if said is None else f"标题：{said.title}\n{said.text}"
