"""Conversations: who waits, what was said, take over, reply, give back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, status
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from care import seats
from care.cases import CaseClaimed
from care.conversations import ConversationNotFound, HeldByAnother
from care.seats import NobodyThere, OtherGroup, SeatFull
from clinic.parameters import NO_NUL, Id
from clinic.permissions import Permission, allowed
from clinic.replying import store_reply
from clinic.seat import AtSeat, Seat
from clinic.viewing import audit_list, audit_messages
from records.audit import Action, Outcome, audit
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import session_scope
from records.masking import shown
from records.media import Media
from records.patients import Account

PAGE = 100

# A message's place in its conversation.
Number = Annotated[int, Query(ge=0, le=2**31 - 1)]

# What the list says of a message without text.
WITHOUT_WORDS = {
    "image": "［照片］",
    "video": "［视频］",
    "voice": "［语音］",
    "file": "［文件］",
    "location": "［位置］",
    "link": "［链接］",
}

OTHER_GROUP = "这个对话在等{}，不在您的组；要接手，先把它转到您的组"
WAITS_FOR_CONSENT = "［等待患者同意后显示］"

READ = [Depends(allowed(Permission.READ_CONVERSATIONS))]
ANSWER = [Depends(allowed(Permission.ANSWER_CONVERSATIONS))]

routes = APIRouter()


class ConversationRow(BaseModel):
    id: str
    channel: str
    holder: str
    seat: str | None
    waiting_since: AwareDatetime | None
    last_patient_at: AwareDatetime | None
    last_words: str
    promised_at: AwareDatetime | None
    skill_group: str


class MessageRow(BaseModel):
    id: str
    seq: int
    author: str
    kind: str
    text: str
    card: dict[str, Any] | None
    media_id: str | None
    media_type: str | None
    created_at: AwareDatetime


class StaffReply(BaseModel):
    """``began_as`` is the id of the suggestion that was taken into the box, if one was."""

    text: str = Field(min_length=1, max_length=4000, pattern=NO_NUL)
    began_as: str = Field(default="", max_length=64, pattern=NO_NUL)


@routes.get("/conversations", dependencies=READ)
def get_conversations(seat: AtSeat) -> list[ConversationRow]:
    """Those who wait for a person first, the longest waiting on top; then the latest others."""
    with session_scope() as session:
        rows = session.execute(
            select(Conversation, Account.channel)
            .join(Account, Account.id == Conversation.account_id)
            .where(Account.restricted_at.is_(None))
            .order_by(
                (Conversation.holder == Holder.BOT),
                Conversation.waiting_since.is_(None),
                Conversation.waiting_since,
                Conversation.last_patient_at.desc(),
            )
            .limit(PAGE)
        ).all()
        shown_rows = {f"{row.id}@{row.last_patient_at}": row.account_id for row, _ in rows}
        audit_list(session, seat, action=Action.LIST_CONVERSATIONS, subject="conversations:queue", rows=shown_rows)
        return [
            ConversationRow(
                id=conversation.id,
                channel=channel,
                holder=conversation.holder,
                seat=conversation.seat,
                waiting_since=conversation.waiting_since,
                last_patient_at=conversation.last_patient_at,
                last_words=_last_words(session, conversation),
                promised_at=conversation.promised_at,
                skill_group=conversation.skill_group,
            )
            for conversation, channel in rows
        ]


def waits_for_consent(conversation: Conversation, state: str) -> bool:
    """What waits for the patient's consent is read by nobody, unless the patient has asked for a person."""
    return state == MessageState.HELD and conversation.holder == Holder.BOT


def _words(conversation: Conversation, state: str, said: str) -> str:
    return WAITS_FOR_CONSENT if waits_for_consent(conversation, state) else shown(said)


def _last_words(session: Session, conversation: Conversation) -> str:
    last = session.execute(
        select(Message.text, Message.kind, Message.state)
        .where(Message.conversation_id == conversation.id, Message.author == Author.PATIENT)
        .order_by(Message.seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return ""
    return _words(conversation, last.state, last.text)[:80] or WITHOUT_WORDS.get(last.kind, "")


@routes.get("/conversations/{conversation_id}/messages", dependencies=READ)
def get_messages(
    conversation_id: Id, seat: AtSeat, before: Number | None = None, after: Number = 0
) -> list[MessageRow]:
    """Up to 100 messages, oldest first: the latest, those before a number, or those after one."""
    with session_scope() as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None or session.get_one(Account, conversation.account_id).restricted_at is not None:
            return []
        query = (
            select(Message, Media.content_type)
            .outerjoin(Media, Media.id == Message.media_id)
            .where(Message.conversation_id == conversation_id, Message.seq > after)
        )
        if before is not None:
            query = query.where(Message.seq < before)
        rows = session.execute(query.order_by(Message.seq.desc()).limit(PAGE)).all()
        audit_messages(
            session,
            seat,
            patient=conversation.account_id,
            conversation_id=conversation_id,
            numbers=[message.seq for message, _ in rows],
        )
        return [
            MessageRow(
                id=message.id,
                seq=message.seq,
                author=message.author,
                kind=message.kind,
                text=_words(conversation, message.state, message.text),
                card=message.card,
                media_id=message.media_id,
                media_type=media_type,
                created_at=message.created_at,
            )
            for message, media_type in reversed(rows)
        ]


@routes.post(
    "/conversations/{conversation_id}/take",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=ANSWER,
)
def post_take(conversation_id: Id, seat: AtSeat) -> None:
    """Take the conversation over: the bot is silent until it is given back; its open cases are one's own. 409 when
    somebody else has it, it waits for another group, or one has enough."""
    with refusing(seat, Action.TAKE_OVER, conversation_id), session_scope() as session:
        _take(session, seat, conversation_id)


@routes.post(
    "/conversations/{conversation_id}/give-back",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=ANSWER,
)
def post_give_back(conversation_id: Id, seat: AtSeat) -> None:
    """Give the conversation back to the assistant."""
    with refusing(seat, Action.GIVE_BACK, conversation_id), session_scope() as session:
        seats.give_back(session, conversation_id=conversation_id, actor=seat.actor)


@routes.post(
    "/conversations/{conversation_id}/reply",
    status_code=status.HTTP_201_CREATED,
    dependencies=ANSWER,
)
def post_reply(conversation_id: Id, reply: StaffReply, seat: AtSeat) -> MessageRow:
    """Answer the patient; who replies takes the conversation over first."""
    with refusing(seat, Action.REPLY, conversation_id), session_scope() as session:
        _take(session, seat, conversation_id)
        message = store_reply(session, seat, conversation_id, reply.text, began_as=reply.began_as)
        return MessageRow(
            id=message.id,
            seq=message.seq,
            author=message.author,
            kind=message.kind,
            text=shown(message.text),
            card=None,
            media_id=None,
            media_type=None,
            created_at=message.created_at,
        )


def _take(session: Session, seat: Seat, conversation_id: str) -> None:
    seats.take_over(session, conversation_id=conversation_id, actor=seat.actor)


@contextmanager
def refusing(seat: Seat, action: Action, conversation_id: str) -> Iterator[None]:
    """Turns what stands in the way into a sentence; a refusal is a row of the audit, in a transaction of its own: that
    of the attempt is rolled back."""
    try:
        yield
    except ConversationNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话") from None
    except (HeldByAnother, CaseClaimed) as error:
        raise _refused(seat, action, conversation_id, f"已由 {error} 接手", cause="held", by=str(error)) from None
    except SeatFull as error:
        said = f"您手上已有 {error} 个对话，请先结束或转交一个"
        raise _refused(seat, action, conversation_id, said, cause="full") from None
    except OtherGroup as error:
        raise _refused(seat, action, conversation_id, OTHER_GROUP.format(error), cause="group") from None
    except NobodyThere as error:
        raise _refused(seat, action, conversation_id, f"{error}还没有人，请转给其他组", cause="nobody") from None


def _refused(seat: Seat, action: Action, conversation_id: str, said: str, **details: str | int) -> HTTPException:
    with session_scope() as session:
        conversation = session.get_one(Conversation, conversation_id)
        audit(
            session,
            actor=seat.actor,
            action=action,
            patient=conversation.account_id,
            subject=f"conversation:{conversation_id}",
            outcome=Outcome.REFUSED,
            details=details,
        )
    return HTTPException(status.HTTP_409_CONFLICT, said)
