"""A conversation as its own patient reads it: in order, masked, labelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from channels.inbound import Channel
from channels.text_rendering import AI_LABEL
from channels.web.protocol import ShownMessage
from records.audit import Actor, ActorKind
from records.conversations import Author, Conversation, MediaStage, Message
from records.database import session_scope
from records.masking import shown
from records.patients import Account
from records.sensitivity import holds, opened_for
from records.vault import get_vault

DEDUPE_PREFIX = "web:"
# What a browser sends back word for word when a button is pressed; never shown.
_UNSHOWN_KEYS = frozenset({"payload", "slot_id", "appointment_id", "kind"})
# Each stage counts more than the one before it, so that the sum of a conversation's latest files changes with each.
STAGE_RANKS: dict[Any, int] = {stage: rank for rank, stage in enumerate(MediaStage, start=1)}
STAGES_WATCHED = 20  # messages; a file is done long before so many have come after it


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a conversation has come, who answers it, and how far its latest files have (a number that only grows
    with each of their stages)."""

    last_seq: int
    holder: str
    files: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a photo, video or file has come: its message's state, the path of the file, ``MediaStage``."""

    state: str
    media: str | None
    stage: str | None = None


def find_conversation(session: Session, sender: str) -> str | None:
    """The conversation of one browser, or None before its first message."""
    fingerprint = get_vault().fingerprint(sender, purpose=f"address:{Channel.WEB}")
    return session.scalar(
        select(Conversation.id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Account.channel == Channel.WEB, Account.address_fingerprint == fingerprint)
    )


def standings(session: Session, conversation_ids: Sequence[str]) -> dict[str, Standing]:
    """The standing of many conversations, in one query; what was erased has none."""
    last_seq = (
        select(func.coalesce(func.max(Message.seq), 0))
        .where(Message.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    stages = (
        select(func.coalesce(func.sum(case(STAGE_RANKS, value=Message.stage, else_=0)), 0))
        .where(Message.conversation_id == Conversation.id, Message.seq > Conversation.last_seq - STAGES_WATCHED)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Conversation.id, last_seq, Conversation.holder, stages)
        .join(Account, Account.id == Conversation.account_id)
        .where(Conversation.id.in_(conversation_ids), Account.restricted_at.is_(None))
    )
    return {conversation_id: Standing(seq, holder, files) for conversation_id, seq, holder, files in rows}


def messages_after(session: Session, conversation_id: str, seq: int, *, limit: int) -> list[ShownMessage]:
    """At most ``limit`` messages after ``seq``, oldest first."""
    rows = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(limit)
    )
    return _all_shown(conversation_id, list(rows))


def messages_before(
    session: Session, conversation_id: str, seq: int | None, *, limit: int
) -> tuple[list[ShownMessage], bool]:
    """The last ``limit`` messages before ``seq`` (None: of all), oldest first, and whether there are earlier ones."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    if seq is not None:
        query = query.where(Message.seq < seq)
    rows = list(session.scalars(query.order_by(Message.seq.desc()).limit(limit + 1)))
    return _all_shown(conversation_id, rows[:limit][::-1]), len(rows) > limit


def _all_shown(conversation_id: str, rows: Sequence[Message]) -> list[ShownMessage]:
    """``rows`` as their own patient reads them: their own words whole, whatever the level."""
    texts = [row.text for row in rows]
    if any(map(holds, texts)):
        # A transaction of its own: the reader's cannot write the audit's row.
        with session_scope() as session:
            owner = session.get_one(Conversation, conversation_id).account_id
            patient = Actor(ActorKind.PATIENT, owner, Channel.WEB)
            texts = opened_for(session, get_vault(), owner=owner, texts=texts, actor=patient)
    return [as_shown(row, text) for row, text in zip(rows, texts, strict=True)]


def progress_of(session: Session, conversation_id: str, seqs: Sequence[int]) -> dict[int, Progress]:
    """How far some messages have come, by their ``seq``."""
    rows = session.execute(
        select(Message.seq, Message.state, Message.media_id, Message.stage).where(
            Message.conversation_id == conversation_id, Message.seq.in_(seqs)
        )
    )
    return {seq: Progress(state, media_path(media_id), stage) for seq, state, media_id, stage in rows}


def media_path(media_id: str | None) -> str | None:
    """Where this browser, and no other, can read a file again."""
    return f"/api/chat/media/{media_id}" if media_id else None


def as_shown(message: Message, text: str | None = None) -> ShownMessage:
    """One stored message in the form its patient may see; ``text`` is its text where clauses of it were opened."""
    mine = message.author == Author.PATIENT
    return ShownMessage(
        seq=message.seq,
        id=message.id,
        client_id=_client_id(message) if mine else None,
        author=cast(Any, message.author),
        kind=message.kind,
        text=shown(message.text if text is None else text),
        card=_shown_within(message.card),
        quick_replies=_shown_within(message.quick_replies),
        created_at=message.created_at,
        label=AI_LABEL if message.author == Author.BOT else "",
        state=message.state,
        media=media_path(message.media_id),
        stage=message.stage,
    )


def _client_id(message: Message) -> str | None:
    key = message.dedupe_key or ""
    return key.removeprefix(DEDUPE_PREFIX) if key.startswith(DEDUPE_PREFIX) else None


def _shown_within(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {key: item if key in _UNSHOWN_KEYS else _shown_within(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [_shown_within(item) for item in value]
    return value
