"""Canned replies: searched, written, thrown away."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import BaseModel, StringConstraints

from care.seats.canned import Canned, CannedReplyNotFound, NamesSomebody, canned_replies, drop_canned, keep_canned
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from records.cases import CaseKind
from records.database import read_scope, session_scope

READ = [Depends(allowed(Permission.READ_CANNED_REPLIES))]
EDIT = [Depends(allowed(Permission.EDIT_CANNED_REPLIES))]

NAMES_SOMEBODY = "常用回复给所有患者用，不能写姓名、证件号等个人信息"
UNKNOWN = "没有这条常用回复"

routes = APIRouter()


class CannedRow(BaseModel):
    """One reply; ``own`` ones are the staff's and can be changed."""

    id: str
    kind: str
    title: str
    text: str
    own: bool


class NewCanned(BaseModel):
    """``kind`` is the kind of case it is for; null for any."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=NO_NUL)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=NO_NUL)]
    kind: CaseKind | None = None


@routes.get("/canned-replies", dependencies=READ)
def get_canned(
    kind: CaseKind | None = None, words: Annotated[str, Query(max_length=64, pattern=NO_NUL)] = ""
) -> list[CannedRow]:
    """Replies for a kind of case whose title or text holds every word that was typed."""
    with read_scope() as session:
        return [_row(one) for one in canned_replies(session, kind=kind or "", words=words)]


@routes.post("/canned-replies", status_code=status.HTTP_201_CREATED, dependencies=EDIT)
def post_canned(new: NewCanned, seat: AtSeat) -> CannedRow:
    """Keep a new reply. 400 when it names somebody."""
    return _kept(new, seat, None)


@routes.put("/canned-replies/{reply_id}", dependencies=EDIT)
def put_canned(reply_id: Id, new: NewCanned, seat: AtSeat) -> CannedRow:
    """Change a reply of the staff's. 400 when it names somebody, 404 for an unknown one."""
    return _kept(new, seat, reply_id)


@routes.delete("/canned-replies/{reply_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=EDIT)
def delete_canned(reply_id: Id, seat: AtSeat) -> None:
    """404 for an unknown one, and for the house's own."""
    try:
        with session_scope() as session:
            drop_canned(session, actor=seat.actor, reply_id=reply_id)
    except CannedReplyNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN) from None


def _kept(new: NewCanned, seat: AtSeat, reply_id: str | None) -> CannedRow:
    try:
        with session_scope() as session:
            kept = keep_canned(
                session, actor=seat.actor, title=new.title, text=new.text, kind=new.kind or "", reply_id=reply_id
            )
            return CannedRow(id=kept.id, kind=kept.kind, title=kept.title, text=kept.text, own=True)
    except NamesSomebody:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, NAMES_SOMEBODY) from None
    except CannedReplyNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, UNKNOWN) from None


def _row(one: Canned) -> CannedRow:
    return CannedRow(id=one.id, kind=one.kind, title=one.title, text=one.text, own=one.own)
