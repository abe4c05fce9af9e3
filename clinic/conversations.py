"""Conversations: who waits, what was said, take over, reply, give back."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response, status
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import ConversationNotFound, HeldByAnother, append_reply, give_back, take_over
from care.replies import Reply
from clinic.parameters import NO_NUL, Id
from clinic.seat import AtSeat, Seat
from clinic.viewing import audit_list, audit_messages
from records.audit import Action, Outcome, audit
from records.conversations import Author, Conversation, Holder, Message, MessageState
from records.database import session_scope
from records.masking import PersonalKind, mask_into_vault, shown
from records.media import Media
from records.media_store import MediaNotFound, read_media
from records.patients import Account
from records.sensitivity import seal_sensitive
from records.vault import VaultEntryShredded, get_vault

PAGE = 100

# A phone number in a reply is the hospital's own, and useless to the patient when masked.
KEPT_IN_REPLIES = (PersonalKind.NAME_DOCTOR, PersonalKind.PHONE)

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

WAITS_FOR_CONSENT = "［等待患者同意后显示］"

routes = APIRouter()


class ConversationRow(BaseModel):
    id: str
    channel: str
    holder: str
    seat: str | None
    waiting_since: AwareDatetime | None
    last_patient_at: AwareDatetime | None
    last_words: str


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
    text: str = Field(min_length=1, max_length=4000, pattern=NO_NUL)


@routes.get("/conversations")
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


@routes.get("/conversations/{conversation_id}/messages")
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


@routes.post("/conversations/{conversation_id}/take", status_code=status.HTTP_204_NO_CONTENT)
def post_take(conversation_id: Id, seat: AtSeat) -> None:
    """Take the conversation over: the bot is silent until it is given back."""
    try:
        with session_scope() as session:
            _take(session, seat, conversation_id)
    except ConversationNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话") from None
    except HeldByAnother as error:
        raise _held(seat, Action.TAKE_OVER, conversation_id, str(error)) from None


@routes.post("/conversations/{conversation_id}/give-back", status_code=status.HTTP_204_NO_CONTENT)
def post_give_back(conversation_id: Id, seat: AtSeat) -> None:
    """Give the conversation back to the assistant."""
    try:
        with session_scope() as session:
            conversation = give_back(session, conversation_id=conversation_id)
            _audit(session, seat, Action.GIVE_BACK, conversation)
    except ConversationNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话") from None


@routes.post("/conversations/{conversation_id}/reply", status_code=status.HTTP_201_CREATED)
def post_reply(conversation_id: Id, reply: StaffReply, seat: AtSeat) -> MessageRow:
    """Answer the patient; who replies takes the conversation over first."""
    try:
        with session_scope() as session:
            conversation = _take(session, seat, conversation_id)
            masked = mask_into_vault(
                session, get_vault(), owner=conversation.account_id, text=reply.text, keep=KEPT_IN_REPLIES
            )
            sealed = seal_sensitive(session, get_vault(), owner=conversation.account_id, text=masked)
            message = append_reply(
                session, conversation_id=conversation_id, author=Author.STAFF, reply=Reply(text=sealed.text)
            )
            message.sensitivity = max(sealed.level, message.sensitivity)
            _audit(session, seat, Action.REPLY, conversation, seq=message.seq)
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
    except ConversationNotFound:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个对话") from None
    except HeldByAnother as error:
        raise _held(seat, Action.REPLY, conversation_id, str(error)) from None


def _take(session: Session, seat: Seat, conversation_id: str) -> Conversation:
    before = session.get(Conversation, conversation_id)
    held = before is not None and before.seat == seat.username
    conversation = take_over(session, conversation_id=conversation_id, seat=seat.username)
    if not held:
        _audit(session, seat, Action.TAKE_OVER, conversation)
    return conversation


def _held(seat: Seat, action: Action, conversation_id: str, by: str) -> HTTPException:
    """Recorded in a transaction of its own: that of the attempt was rolled back."""
    with session_scope() as session:
        conversation = session.get_one(Conversation, conversation_id)
        audit(
            session,
            actor=seat.actor,
            action=action,
            patient=conversation.account_id,
            subject=f"conversation:{conversation_id}",
            outcome=Outcome.REFUSED,
            details={"cause": "held", "by": by},
        )
    return HTTPException(status.HTTP_409_CONFLICT, f"已由 {by} 接手")


def _audit(session: Session, seat: Seat, action: Action, conversation: Conversation, **details: str | int) -> None:
    audit(
        session,
        actor=seat.actor,
        action=action,
        patient=conversation.account_id,
        subject=f"conversation:{conversation.id}",
        details=details,
    )


@routes.get("/media/{media_id}")
def get_media(media_id: Id, seat: AtSeat) -> Response:
    """The decrypted file, for the signed-in browser's eyes only: never cached, never sniffed, never run."""
    with session_scope() as session:
        media = session.get(Media, media_id)
        if media is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个文件")
        conversation = session.get_one(Conversation, media.conversation_id)
        if session.get_one(Account, conversation.account_id).restricted_at is not None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个文件")
        try:
            content = read_media(session, get_vault(), media_id)
        except VaultEntryShredded:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "已删除") from None
        except MediaNotFound:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "没有这个文件") from None
        content_type = media.content_type
        audit(
            session,
            actor=seat.actor,
            action=Action.VIEW_MEDIA,
            patient=conversation.account_id,
            subject=f"media:{media_id}",
        )
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": "inline" if content_type.startswith(("image/", "video/", "audio/")) else "attachment",
    }
    return Response(content, media_type=content_type, headers=headers)
