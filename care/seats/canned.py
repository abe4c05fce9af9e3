"""Replies that staff can send with one press: the house's own (``care/texts/case_replies.yaml``) and those that staff
wrote, which are documents with versions."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from care.published import Version, history, newest, publish, refuse_personal
from care.texts import catalogue
from records.audit import Actor
from records.database import new_id
from records.published import DocumentKind

PREFIX = "case_replies"
ANY = "any"
DROPPED = "删除"


class CannedReplyNotFound(LookupError):
    """There is no reply of the staff's with this id."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One reply; ``kind`` is the kind of case it is for, empty for any; ``own`` can be changed here, and has a
    ``version`` that was saved at ``edited_at``."""

    id: str
    kind: str
    title: str
    text: str
    own: bool
    version: int = 0
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a reply; ``said`` is None where it was thrown away."""

    saved: Version
    said: Canned | None


def canned_replies(session: Session, *, kind: str = "", words: str = "") -> list[Canned]:
    """Those for this kind of case first, then those for any; ``words`` (all of them) stand in title or text."""
    wanted = words.split()
    found = [
        one
        for one in (*_of_the_staff(session), *_of_the_house())
        if (not kind or one.kind in {"", kind}) and all(word in one.title + one.text for word in wanted)
    ]
    return sorted(found, key=lambda one: (one.kind == "", not one.own))


def dropped_replies(session: Session) -> list[Canned]:
    """What the staff has thrown away, as it was last, with the version that threw it away."""
    gone = [name for name, one in newest(session, DocumentKind.CANNED_REPLY).items() if not one.text]
    found = []
    for name in gone:
        away, *_, last = canned_history(session, name)[:2]
        if last.said is not None:
            found.append(replace(last.said, version=away.saved.version))
    return sorted(found, key=lambda one: one.title)


def canned_history(session: Session, reply_id: str) -> list[Edition]:
    """Every version of a reply of the staff's, the newest first. Raises CannedReplyNotFound."""
    found = history(session, DocumentKind.CANNED_REPLY, reply_id)
    if not found:
        raise CannedReplyNotFound(reply_id)
    return [Edition(one, _read(reply_id, one) if one.text else None) for one in found]


def keep_canned(
    session: Session,
    *,
    actor: Actor,
    title: str,
    text: str,
    kind: str = "",
    note: str = "",
    reply_id: str | None = None,
    base: int = 0,
    now: datetime | None = None,
) -> Canned:
    """A new reply, or ``reply_id`` as the version after ``base``, also of one that was thrown away. Raises
    CannedReplyNotFound, NamesSomebody, EditedMeanwhile."""
    refuse_personal(f"{title}\n{text}")
    if reply_id is not None:
        _latest(session, reply_id)
    name = reply_id or new_id()
    written = json.dumps({"kind": kind, "title": title, "text": text}, ensure_ascii=False)
    publish(
        session,
        actor=actor,
        kind=DocumentKind.CANNED_REPLY,
        name=name,
        text=written,
        note=note,
        base=base,
        now=now,
    )
    return _read(name, _latest(session, name))


def drop_canned(session: Session, *, actor: Actor, reply_id: str) -> None:
    """Throw a reply away: a version without words. Raises CannedReplyNotFound, EditedMeanwhile."""
    latest = _latest(session, reply_id)
    if not latest.text:
        raise CannedReplyNotFound(reply_id)
    publish(
        session,
        actor=actor,
        kind=DocumentKind.CANNED_REPLY,
        name=reply_id,
        text="",
        note=DROPPED,
        base=latest.version,
    )


def _latest(session: Session, reply_id: str) -> Version:
    try:
        return newest(session, DocumentKind.CANNED_REPLY, reply_id)[reply_id]
    except KeyError:
        raise CannedReplyNotFound(reply_id) from None


def _of_the_staff(session: Session) -> list[Canned]:
    kept = newest(session, DocumentKind.CANNED_REPLY)
    found = [_read(name, one) for name, one in kept.items() if one.text]
    return sorted(found, key=lambda one: one.title)


def _read(reply_id: str, saved: Version) -> Canned:
    return Canned(reply_id, **json.loads(saved.text), own=True, version=saved.version, edited_at=saved.at)


def _of_the_house() -> list[Canned]:
    texts = catalogue()
    found = []
    for key, title in texts.items():
        part, _, last = key.rpartition(".")
        if last == "title" and part.startswith(f"{PREFIX}."):
            _, kind, name = part.split(".")
            shown_kind = "" if kind == ANY else kind
            found.append(Canned(f"{kind}-{name}", shown_kind, title, texts[f"{part}.text"], own=False))
    return found
