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
    part = RANGE.match(wanted or "")
    try:
        with session_scope() as session:
            media, account = _media(session, media_id)
            if _needs_step_up(session, seat, media, account):
                raise _Special(account)
            first, last = (0, media.size - 1) if part is None else _bounds(part, media.size)
            content = open_media(session, get_vault(), media_id, first=first)
            if first == 0:
                # A player asks for one video in many parts: the first is the view.
                subject = f"media:{media_id}"
                audit(session, actor=seat.actor, action=Action.VIEW_MEDIA, patient=account, subject=subject)
            size, content_type = media.size, media.content_type
    except VaultEntryShredded:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "已删除") from None
    except MediaNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, NO_FILE) from None
    except _Special as special:
        raise _refused(seat, media_id, special.account) from None
    return _response(content, first, last, size, content_type, whole=part is None)


class _Special(Exception):
    """A file of level 5, and no step-up for its account."""

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account


def _media(session: Session, media_id: str) -> tuple[Media, str]:
    media = session.get(Media, media_id)
    if media is None:
        raise MediaNotFound
    account = session.get_one(Conversation, media.conversation_id).account_id
    if session.get_one(Account, account).restricted_at is not None:
        raise MediaNotFound
    return media, account


def _needs_step_up(session: Session, seat: Seat, media: Media, account: str) -> bool:
    """GB/T 39725-2020, level 5: only after a step-up for this patient."""
    if media.sensitivity < Sensitivity.SPECIAL:
        return False
    return stepped_up(session, session_id=seat.session, account_id=account) is None


def _refused(seat: Seat, media_id: str, account: str) -> HTTPException:
    """Recorded in a transaction of its own: that of the attempt was rolled back."""
    audit_alone(
        actor=seat.actor,
        action=Action.VIEW_MEDIA,
        patient=account,
        subject=f"media:{media_id}",
        outcome=Outcome.REFUSED,
        details={"cause": "special"},
    )
    return HTTPException(status.HTTP_403_FORBIDDEN, "这份资料特别敏感，请先点“查看原文”写明原因")


def _bounds(part: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte, inclusive; 416 for a part behind the end."""
    first, last = int(part[1]), int(part[2]) if part[2] else size - 1
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
