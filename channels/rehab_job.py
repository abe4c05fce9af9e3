"""The durable job of a kept video of which the patient has said what it shows, and the rounds of programmes.

The video was kept, and asked about, by the media job; this one looks at it as that exercise and tells. Its id is the
message's, so naming it twice changes nothing.
"""

from functools import lru_cache

import structlog
from dbos import DBOS
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import Asked, conclude, keep_findings
from care.consent import Purpose, has_consent
from care.conversations import append_reply, lock_conversation, settle, wait_for_person
from care.media import NotAnalysed
from care.rehab import (
    RehabAnalyst,
    active_programmes,
    exercises_of,
    go_on,
    hand_over_unnamed,
    look_at,
    not_looked_at,
    note_queued,
    standing,
    waiting_videos,
)
from channels.jobs import REHAB_WORKFLOW, JobQueue
from channels.media_job import inform, vision, wipe
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import read_scope, session_scope, utc_now
from records.deliveries import Delivery
from records.findings import Finding, FindingKind
from records.media import Media
from records.media_store import open_media
from records.rehab import RehabExercise, RehabNaming
from records.vault import get_vault
from settings import get_settings

log = structlog.get_logger(__name__)


@DBOS.workflow(name=REHAB_WORKFLOW)
def take_named_video(message_id: str) -> str:
    """Look at a named video and tell the patient; returns whether it was read: looked_at or left."""
    finding_id = _looked_at(message_id)
    wipe(_spool_name(message_id))
    tell_named(message_id, finding_id)
    if finding_id is not None:
        try:
            inform(finding_id)
        except Exception as error:
            log.warning("assistant_not_informed", message=message_id, error=type(error).__name__)
    return "looked_at" if finding_id is not None else "left"


def _looked_at(message_id: str) -> str | None:
    try:
        return look_at_named(message_id, unseal(message_id))
    except Exception as error:
        # It is kept: a therapist looks at it instead of the engine.
        log.error("named_video_not_looked_at", message=message_id, error=type(error).__name__)
        return None


@DBOS.step(retries_allowed=True, max_attempts=5, interval_seconds=0.5, backoff_rate=2.0)
def unseal(message_id: str) -> str:
    """Have the kept video in the spool, in clear, for as long as the job needs it; returns its name there."""
    name = _spool_name(message_id)
    spool = get_settings().var / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    with read_scope() as session:
        media_id = session.get_one(Message, message_id).media_id
        target = spool / name
        target.touch(mode=0o600)
        with target.open("wb") as plain:
            for chunk in open_media(session, get_vault(), str(media_id)):
                plain.write(chunk)
    return name


@DBOS.step(retries_allowed=True, max_attempts=5, interval_seconds=1.0, backoff_rate=2.0)
def look_at_named(message_id: str, name: str) -> str | None:
    """What the engine sees in it, kept; None when the exercise is no longer prescribed, the
    consent to look at videos was withdrawn meanwhile, or vision gave the file up."""
    with read_scope() as session:
        message = session.get_one(Message, message_id)
        named = session.scalars(select(RehabNaming.exercise).where(RehabNaming.message_id == message_id)).one()
        one = _prescribed(session, message.conversation_id, named)
        asked = Asked(
            message_id=message_id,
            conversation_id=message.conversation_id,
            account_id=session.get_one(Conversation, message.conversation_id).account_id,
            kind="video",
            content_type=session.get_one(Media, message.media_id).content_type,
            file=get_settings().var / "spool" / name,
        )
        may_look = has_consent(session, asked.account_id, Purpose.MEDIA)
    if one is None or not may_look:
        return None
    try:
        seen = look_at(asked, vision(), one)
    except NotAnalysed as error:
        log.warning("file_given_up", message=message_id, analyst=str(FindingKind.REHAB), why=str(error))
        return None
    with session_scope() as session:
        return keep_findings(session, get_vault(), message_id=message_id, kind=FindingKind.REHAB, seen=seen).id


@DBOS.step(retries_allowed=True, max_attempts=8, interval_seconds=0.5, backoff_rate=2.0)
def tell_named(message_id: str, finding_id: str | None) -> bool:
    """Tell the patient once what was seen, with its case; or that a therapist will look, and have one asked."""
    mark = f"rehab:{message_id}"
    with session_scope() as session:
        message = session.get_one(Message, message_id)
        conversation = lock_conversation(session, message.conversation_id)
        known = select(Message.id).where(Message.conversation_id == conversation.id, Message.dedupe_key == mark)
        if session.scalar(known) is not None:
            return False
        finding = session.get_one(Finding, finding_id) if finding_id is not None else None
        reply = conclude(session, RehabAnalyst(), finding).reply if finding is not None else not_looked_at()
        if finding is None:
            wait_for_person(session, conversation_id=conversation.id)
            settle(session, [message_id], MessageState.WAITING)
        if conversation.holder == Holder.SEAT:  # the seat sees the video and what was found
            return False
        told = append_reply(
            session, conversation_id=conversation.id, author=Author.BOT, reply=reply, reply_to=message_id
        )
        told.dedupe_key = mark
        # No push waits for this reply, as the outbox would otherwise have to assume for some seconds.
        session.flush()
        delivery = session.scalars(select(Delivery).where(Delivery.message_id == told.id)).one()
        delivery.next_attempt_at = utc_now()
        return True


def queue_named_videos() -> int:
    """Have the videos looked at that patients have named; returns how many. Queueing one twice is queueing it once."""
    with read_scope() as session:
        waiting = waiting_videos(session)
    for message_id in waiting:
        _queue(get_settings().jobs_url).take_named_video(message_id)
        with session_scope() as session:
            note_queued(session, message_id)
    return len(waiting)


def go_on_with_programmes() -> None:
    """The days of all programmes, each in a transaction of its own: one's trouble is not the others'."""
    now = utc_now()
    with read_scope() as session:
        programmes = active_programmes(session)
    for programme_id in programmes:
        try:
            with session_scope() as session:
                go_on(session, programme_id, now=now)
        except Exception as error:
            log.error("programme_stands_still", programme=programme_id, error=type(error).__name__)
    with session_scope() as session:
        hand_over_unnamed(session, now=now)


@lru_cache(maxsize=1)
def _queue(url: str) -> JobQueue:
    return JobQueue(url)


def _spool_name(message_id: str) -> str:
    return f"rehab-{message_id}"


def _prescribed(session: Session, conversation_id: str, named: str) -> RehabExercise | None:
    programmes = standing(session, conversation_id)
    found = (one for programme in programmes for one in exercises_of(session, programme.id))
    return next((one for one in found if one.exercise == named), None)
