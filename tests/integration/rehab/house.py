"""A patient with a programme, and videos of theirs."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from care.analysis import Concluded, Seen, conclude, keep_findings
from care.rehab import Prescription, RehabAnalyst, Target, exercise, exercises_of, prescribe
from records.audit import Actor, ActorKind
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.findings import Finding, FindingKind
from records.media import Media
from records.media_store import store_bytes
from records.rehab import RehabProgramme
from records.vault import get_vault
from settings import get_settings
from tests.agreeing import agree

THERAPIST = Actor(ActorKind.STAFF, "zhang")
EVERY_DAY = frozenset(range(1, 8))


def zone() -> ZoneInfo:
    return get_settings().zone


def at(day: date, clock: str) -> datetime:
    """A moment by the hospital's clock."""
    return datetime.combine(day, time.fromisoformat(clock), zone())


def today() -> date:
    return utc_now().astimezone(zone()).date()


def conversation_of(sender: str = "anna") -> str:
    """The conversation of somebody who has agreed to everything."""
    account = agree(sender)
    with session_scope() as session:
        return session.query(Conversation).filter_by(account_id=account).one().id


def prescription(*names: str, **more: Any) -> Prescription:
    """These exercises, five times each, every day from today for four weeks, at nine."""
    targets = tuple(Target(name, None if exercise(name).held else 5) for name in names or ("squat",))
    values: dict[str, Any] = {
        "targets": targets,
        "days": EVERY_DAY,
        "remind_at": time(9),
        "starts_on": today(),
        "ends_on": today() + timedelta(days=28),
        "department": "康复医学科",
    }
    return Prescription(**(values | more))


def prescribed(conversation_id: str, *names: str, **more: Any) -> RehabProgramme:
    with session_scope() as session:
        return prescribe(
            session, conversation_id=conversation_id, prescription=prescription(*names, **more), actor=THERAPIST
        )


def video(conversation_id: str, *, sent_at: datetime | None = None, content: bytes = b"a clip") -> str:
    """A message whose video is kept; returns its id."""
    with session_scope() as session:
        media: Media = store_bytes(
            session,
            get_vault(),
            conversation_id=conversation_id,
            kind="video",
            content_type="video/mp4",
            content=content,
        )
        conversation = session.get_one(Conversation, conversation_id)
        conversation.last_seq += 1
        message = Message(
            conversation_id=conversation_id,
            seq=conversation.last_seq,
            author=Author.PATIENT,
            kind="video",
            media_id=media.id,
            state=MessageState.ANSWERED,
            created_at=sent_at or utc_now(),
        )
        session.add(message)
        session.flush()
        return message.id


def seen(programme: RehabProgramme, findings: dict[str, Any]) -> Seen:
    """What ``look_at`` makes of the engine's findings."""
    with session_scope() as session:
        one = next(row for row in exercises_of(session, programme.id) if row.exercise == findings["exercise"])
    hold_s = one.hold_s or exercise(one.exercise).hold_s
    wanted = {"repetitions": one.repetitions, "range_deg": one.range_deg, "hold_s": hold_s, "side": one.side}
    return Seen(findings["version"], findings | {"programme": programme.id, "asked": wanted})


def concluded(
    programme: RehabProgramme, findings: dict[str, Any], *, sent_at: datetime | None = None
) -> tuple[Finding, Concluded]:
    """A video that the engine has read so, taken all the way to what is concluded."""
    message_id = video(programme.conversation_id, sent_at=sent_at)
    with session_scope() as session:
        finding = keep_findings(
            session, get_vault(), message_id=message_id, kind=FindingKind.REHAB, seen=seen(programme, findings)
        )
        return finding, conclude(session, RehabAnalyst(), finding)


def titles(concluded: Concluded) -> Sequence[str]:
    return [option.title for option in concluded.reply.quick_replies]
