"""Replies that staff can send with one press: the house's own (``care/texts/case_replies.yaml``) and those that staff
wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.texts import catalogue
from records.audit import Action, Actor, audit
from records.console import CannedReply
from records.database import utc_now
from records.masking import find_personal
from records.masking.kinds import PersonalKind

PREFIX = "case_replies"
ANY = "any"
# The hospital's own telephone and a doctor's name are no patient's.
_ALLOWED = frozenset({PersonalKind.NAME_DOCTOR, PersonalKind.PHONE})


class CannedReplyNotFound(LookupError):
    """There is no reply of the staff's with this id."""


class NamesSomebody(ValueError):
    """A reply that is used again for everybody must not hold a patient's data."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One reply; ``kind`` is the kind of case it is for, empty for any; ``own`` can be changed here."""

    id: str
    kind: str
    title: str
    text: str
    own: bool


def canned_replies(session: Session, *, kind: str = "", words: str = "") -> list[Canned]:
    """Those for this kind of case first, then those for any; ``words`` (all of them) stand in title or text."""
    wanted = words.split()
    found = [
        one
        for one in (*_of_the_staff(session), *_of_the_house())
        if (not kind or one.kind in {"", kind}) and all(word in one.title + one.text for word in wanted)
    ]
    return sorted(found, key=lambda one: (one.kind == "", not one.own))


def keep_canned(
    session: Session,
    *,
    actor: Actor,
    title: str,
    text: str,
    kind: str = "",
    reply_id: str | None = None,
    now: datetime | None = None,
) -> CannedReply:
    """A new reply, or ``reply_id`` changed. Raises CannedReplyNotFound, NamesSomebody."""
    if any(span.kind not in _ALLOWED for span in find_personal(f"{title}\n{text}")):
        raise NamesSomebody
    kept = CannedReply() if reply_id is None else session.get(CannedReply, reply_id)
    if kept is None:
        raise CannedReplyNotFound(reply_id)
    kept.kind, kept.title, kept.text, kept.by, kept.updated_at = kind, title, text, actor.id, now or utc_now()
    session.add(kept)
    session.flush()
    _audit(session, actor, kept.id, "kept")
    return kept


def drop_canned(session: Session, *, actor: Actor, reply_id: str) -> None:
    """Raises CannedReplyNotFound."""
    kept = session.get(CannedReply, reply_id)
    if kept is None:
        raise CannedReplyNotFound(reply_id)
    session.delete(kept)
    session.flush()
    _audit(session, actor, reply_id, "dropped")


def _of_the_staff(session: Session) -> Sequence[Canned]:
    rows = session.scalars(select(CannedReply).order_by(CannedReply.title))
    return [Canned(row.id, row.kind, row.title, row.text, own=True) for row in rows]


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


def _audit(session: Session, actor: Actor, reply_id: str, done: str) -> None:
    audit(
        session,
        actor=actor,
        action=Action.EDIT_CANNED_REPLY,
        patient=None,
        subject=f"canned:{reply_id}",
        details={"done": done},
    )
