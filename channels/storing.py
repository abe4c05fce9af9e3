"""The last steps of a turn: replies into the records and the ledger, a person asked for."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from care.conversations import (
    append_reply,
    lock_conversation,
    replies_to,
    settle,
    stored_reply,
    wait_for_person,
)
from care.replies import Reply
from channels.admission import Admission
from channels.inbound import Channel
from channels.results import Routed, StoredReply, TurnResult
from channels.text_rendering import joined
from records.conversations import Author, Holder, Message, MessageState
from records.database import session_scope


def store_routed(admission: Admission, routed: Routed) -> tuple[StoredReply, ...]:
    """Store the replies and settle the message, in one transaction: both or neither.

    A message that was answered meanwhile (taken up after a crash while the page sent it again, or by another gateway)
    keeps its first answer, which is returned.
    """
    replies: Sequence[Reply] = routed.replies
    if admission.channel == Channel.WECHAT and len(replies) > 1:
        # WeChat takes one reply passively; each further one is taken from a quota of five.
        replies = joined(replies)
    with session_scope() as session:
        lock_conversation(session, admission.conversation_id)
        if session.get_one(Message, admission.message_id).state != MessageState.RECEIVED:
            return _replies(session, admission.message_id)
        stored = [
            append_reply(
                session,
                conversation_id=admission.conversation_id,
                author=Author.BOT,
                reply=reply,
                reply_to=admission.message_id,
            )
            for reply in replies
        ]
        settle(session, [admission.message_id], routed.state)
        if routed.taken_up:
            # Not a file's: its job may have put it before a person already.
            session.execute(
                update(Message)
                .where(Message.id.in_(routed.taken_up), Message.state == MessageState.HELD)
                .values(state=routed.state)
            )
        return tuple(map(_as_result, stored))


def is_answered(admission: Admission) -> bool:
    """Whether the message has come further than being stored."""
    with session_scope() as session:
        return session.get_one(Message, admission.message_id).state != MessageState.RECEIVED


def stored_result(admission: Admission) -> TurnResult:
    """The result of a message that was answered before."""
    with session_scope() as session:
        return TurnResult(
            conversation_id=admission.conversation_id,
            message_id=admission.message_id,
            seq=admission.seq,
            duplicate=admission.duplicate,
            replies=_replies(session, admission.message_id),
        )


def hand_to_person(admission: Admission) -> None:
    """Put the conversation into the queue of those who wait for a person."""
    if admission.holder == Holder.SEAT:
        return
    with session_scope() as session:
        wait_for_person(session, conversation_id=admission.conversation_id)


def _replies(session: Session, message_id: str) -> tuple[StoredReply, ...]:
    return tuple(map(_as_result, replies_to(session, message_id)))


def _as_result(message: Message) -> StoredReply:
    return StoredReply(
        message_id=message.id,
        seq=message.seq,
        author=message.author,
        reply=stored_reply(message),
        created_at=message.created_at,
    )
