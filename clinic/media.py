"""A patient's file, decrypted for the signed-in browser alone: whole, or the part of a video that it plays."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Response, status
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from care.staff import stepped_up
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat, Seat
from records.audit import Action, Outcome, audit, audit_alone
from records.conversations import Conversation
from records.database import session_scope
from records.media import Media
from records.media_store import MediaNotFound, open_media
from records.patients import Account
from records.sensitivity import Sensitivity
from records.vault import VaultEntryShredded, get_vault

READ = [Depends(allowed(Permission.READ_CONVERSATIONS))]
RANGE = re.compile(r"^bytes=(\d{1,15})-(\d{0,15})$")
NO_FILE = "没有这个文件"
PLAYED = ("image/", "video/", "audio/")

routes = APIRouter()


@routes.get("/media/{media_id}", dependencies=READ, response_class=Response, responses={206: {}, 416: {}})
def get_media(
    media_id: Id, seat: AtSeat, wanted: Annotated[str | None, Header(alias="range", max_length=64)] = None
) -> Response:
    """The file, for the signed-in browser's eyes only: never cached, never sniffed, never run. 206 for ``Range: bytes=
    first-last``, 403 for a file of level 5 without a step-up for its patient, 404 for one that is not there (any more).
    """
    with session_scope() as session:
        media = session.get(Media, media_id)
        if media is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, NO_FILE)
        account = session.get_one(Conversation, media.conversation_id).account_id
        if session.get_one(Account, account).restricted_at is not None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, NO_FILE)
        _refuse_special(session, seat, media, account)
        first, last = _part(wanted, media.size)
        try:
            content = open_media(session, get_vault(), media_id, first=first)
        except VaultEntryShredded:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "已删除") from None
        except MediaNotFound:
            raise HTTPException(status.HTTP_404_NOT_FOUND, NO_FILE) from None
        if first == 0:
            # A player asks for one video in many parts: the first is the view.
            subject = f"media:{media_id}"
            audit(session, actor=seat.actor, action=Action.VIEW_MEDIA, patient=account, subject=subject)
        size, content_type = media.size, media.content_type
    return _response(content, first, last, size, content_type, whole=wanted is None)


def _refuse_special(session: Session, seat: Seat, media: Media, account: str) -> None:
    """GB/T 39725-2020, level 5: only after a step-up for this patient."""
    if media.sensitivity < Sensitivity.SPECIAL:
        return
    if stepped_up(session, session_id=seat.session, account_id=account) is None:
        audit_alone(
            actor=seat.actor,
            action=Action.VIEW_MEDIA,
            patient=account,
            subject=f"media:{media.id}",
            outcome=Outcome.REFUSED,
            details={"cause": "special"},
        )
        raise HTTPException(status.HTTP_403_FORBIDDEN, "这份资料特别敏感，请先点“查看原文”写明原因")


def _part(wanted: str | None, size: int) -> tuple[int, int]:
    """First and last byte, inclusive; 416 for a part behind the end."""
    found = RANGE.match(wanted or "")
    if found is None:
        return 0, size - 1
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if first >= size or last < first:
        raise HTTPException(
            status.HTTP_416_RANGE_NOT_SATISFIABLE, "文件没有这么长", {"Content-Range": f"bytes */{size}"}
        )
    return first, min(last, size - 1)


def _response(
    content: Iterator[bytes], first: int, last: int, size: int, content_type: str, *, whole: bool
) -> StreamingResponse:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": "inline" if content_type.startswith(PLAYED) else "attachment",
        "Accept-Ranges": "bytes",
        "Content-Length": str(last - first + 1),
    }
    if not whole:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    code = status.HTTP_200_OK if whole else status.HTTP_206_PARTIAL_CONTENT
    # The first chunk now: a damaged file is an error here, not a picture that stops.
    beginning = next(content, b"")
    body = _until(chain((beginning,), content), last - first + 1)
    return StreamingResponse(body, status_code=code, media_type=content_type, headers=headers)


def _until(chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk[:length]
        length -= len(chunk)
        if length <= 0:
            return
