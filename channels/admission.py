"""The first steps of a turn, in one transaction: once only, mask, emergency screen, seal what is of level 5, store."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from care.consent import NOTHING, Standing, standing, standing_of, typed_answer
from channels.addresses import address_of, seal_address
from channels.emergency import Step, emergency_step
from channels.inbound import Inbound, Kind
from channels.keeping import as_written, join_split_number, keep
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.masking import mask_into_vault
from records.patients import Account, Consent
from records.vault import get_vault

# A red flag may come in two messages ("胸口疼", then "还出冷汗"); older ones are another story.
EARLIER = timedelta(minutes=30)
EARLIER_MESSAGES = 6

# Everyone may always ask for a person (PIPL art. 24), whether a button offered it or not.
ALWAYS_OFFERED = "/request_human"

# What came back too late to be answered by the assistant in its place is a person's.
RESUME_WITHIN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Admission:
    """A stored message with all that routing needs; ``heard`` is what the assistant gets, masked."""

    channel: str
    sender: str = field(repr=False)
    conversation_id: str
    account_id: str
    message_id: str
    seq: int
    kind: str
    holder: str
    consents: Standing = NOTHING
    asking: str = ""  # what the turn itself waits to be told
    heard: str = field(default="", repr=False)
    event: str = ""
    answered: bool = False
    duplicate: bool = False
    expired_choice: bool = False
    doubtful: bool = False


def admit(inbound: Inbound) -> Admission:
    """Store one message, masked, exactly once; an emergency is answered right here, in the same transaction."""
    inbound = replace(inbound, text=inbound.text.replace("\0", ""))  # PostgreSQL stores no NUL
    try:
        with session_scope() as session:
            return _admit(session, inbound)
    except IntegrityError:
        # Seldom, so that the usual message pays for no look-up: it came before, or another gateway process made the
        # same account a moment ago.
        with session_scope() as session:
            return _known(session, inbound) or _admit(session, inbound)


def _known(session: Session, inbound: Inbound) -> Admission | None:
    """The admission of a message that came before."""
    conversation, consents = _conversation_of(session, inbound)
    message = session.scalar(
        select(Message).where(Message.conversation_id == conversation.id, Message.dedupe_key == inbound.dedupe_key)
    )
    if message is None:
        return None
    return replace(
        _admission(conversation, message, consents, sender=inbound.sender, channel=inbound.channel),
        # Still RECEIVED although nothing runs it: the process that took it died. It is taken up here.
        answered=message.state != MessageState.RECEIVED,
        duplicate=True,
    )


def _admit(session: Session, inbound: Inbound) -> Admission:
    conversation, consents = _conversation_of(session, inbound)
    owner = conversation.account_id
    shown, heard, expired = _hear(session, conversation, inbound)
    earlier = _earlier_messages(session, conversation) if inbound.text else []
    if heard == shown:
        shown = heard = join_split_number(session, owner=owner, earlier=earlier, masked=shown)
    kept = keep(session, owner=owner, masked=shown, heard=heard)
    conversation.last_seq += 1
    conversation.last_patient_at = utc_now()
    message = Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        dedupe_key=inbound.dedupe_key,
        author=Author.PATIENT,
        kind=inbound.kind,
        text=kept.text,
        heard=kept.heard,
        sensitivity=kept.sensitivity,
        media_source=_media_source(inbound),
    )
    session.add(message)
    session.flush()
    admission = replace(
        _admission(conversation, message, consents, sender=inbound.sender, channel=inbound.channel),
        expired_choice=expired,
        event=inbound.event,
    )
    # The screen reads what was written: a sealed clause may be the very emergency.
    said = shown if heard == shown else heard
    # A button of ours says nothing new: nothing is opened for it.
    before = [] if said.startswith("/") else as_written(session, owner=owner, messages=earlier)
    step = emergency_step(session, message, conversation, said=said, earlier=before)
    return replace(admission, answered=step is Step.ANSWERED, doubtful=step is Step.DOUBTED)


def _admission(
    conversation: Conversation, message: Message, consents: Standing, *, sender: str, channel: str
) -> Admission:
    return Admission(
        channel=channel,
        sender=sender,
        conversation_id=conversation.id,
        account_id=conversation.account_id,
        message_id=message.id,
        seq=message.seq,
        kind=message.kind,
        holder=conversation.holder,
        consents=consents,
        asking=conversation.asking,
        heard=message.text if message.heard is None else message.heard,
    )


def _media_source(inbound: Inbound) -> dict[str, Any] | None:
    if inbound.upload is not None:
        upload = inbound.upload
        return {"spool": upload.path.name, "claimed_type": upload.claimed_type, "size": upload.size}
    if inbound.platform_media_id:
        return {"platform_media_id": inbound.platform_media_id}
    return None


def _conversation_of(session: Session, inbound: Inbound) -> tuple[Conversation, Standing]:
    """The sender's conversation, locked until the transaction ends, and what they consent to; made with its account on
    the first message."""
    fingerprint = get_vault().fingerprint(inbound.sender, purpose=f"address:{inbound.channel}")
    rows = session.execute(
        select(Conversation, Consent)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(Consent, (Consent.account_id == Account.id) & Consent.withdrawn_at.is_(None))
        .where(Account.channel == inbound.channel, Account.address_fingerprint == fingerprint)
        .with_for_update(of=Conversation)
    ).all()
    if rows:
        return rows[0][0], standing_of(consent for _, consent in rows)
    account = Account(channel=inbound.channel, address_fingerprint=fingerprint)
    session.add(account)
    session.flush()
    seal_address(session, account, inbound.sender)
    conversation = Conversation(account_id=account.id)
    session.add(conversation)
    session.flush()
    return conversation, NOTHING


def _hear(session: Session, conversation: Conversation, inbound: Inbound) -> tuple[str, str, bool]:
    """The text to show, the text for the assistant, and whether a button was pressed that is no longer offered."""
    shown = mask_into_vault(session, get_vault(), owner=conversation.account_id, text=inbound.text)
    if inbound.kind == Kind.CHOICE and inbound.payload:
        if not inbound.payload.startswith("/"):
            masked = mask_into_vault(session, get_vault(), owner=conversation.account_id, text=inbound.payload)
            return shown, masked, False
        if inbound.payload == ALWAYS_OFFERED or _was_offered(session, conversation, inbound.payload):
            return shown, inbound.payload, False
        return shown, "", True
    number = shown.strip().rstrip(".。、").translate(_FULL_WIDTH_DIGITS)
    for option in conversation.offered:
        # A title that is a number ("3" of 0 to 10) comes before the third place in the list.
        if option["title"] in {shown.strip(), number}:
            return shown, option["payload"], False
    if answer := typed_answer(shown, [option["payload"] for option in conversation.offered]):
        return shown, answer, False
    if number.isascii() and number.isdigit() and 0 < int(number[:4]) <= len(conversation.offered):
        return shown, conversation.offered[int(number[:4]) - 1]["payload"], False
    # "/intent" would be an order to Rasa; from a patient it is just text.
    return shown, shown.lstrip("/／ \t\r\n") if shown.lstrip().startswith(("/", "／")) else shown, False


_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")

# Cards stay on the page: a button of one that is a few screens up may still be pressed.
OFFERS_KEPT = 30


def _was_offered(session: Session, conversation: Conversation, payload: str) -> bool:
    if any(option["payload"] == payload for option in conversation.offered):
        return True
    recent = session.execute(
        select(Message.quick_replies, Message.card)
        .where(Message.conversation_id == conversation.id, Message.author == Author.BOT)
        .order_by(Message.seq.desc())
        .limit(OFFERS_KEPT)
    )
    return any(
        payload in _strings(card) or any(option["payload"] == payload for option in options) for options, card in recent
    )


def _strings(node: object) -> set[str]:
    match node:
        case dict():
            return set().union(*(_strings(value) for value in node.values()))
        case list():
            return set().union(*(_strings(value) for value in node))
        case str():
            return {node}
        case _:
            return set()


def _earlier_messages(session: Session, conversation: Conversation) -> list[Message]:
    """The patient's messages of the last half-hour, oldest first."""
    found = session.scalars(
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.author == Author.PATIENT,
            Message.created_at > utc_now() - EARLIER,
        )
        .order_by(Message.seq.desc())
        .limit(EARLIER_MESSAGES)
    )
    return list(found)[::-1]


def load_unanswered() -> list[Admission]:
    """Messages that a stopped process left without an answer, oldest first."""
    with session_scope() as session:
        rows = session.execute(
            select(Message, Conversation, Account)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(Account, Account.id == Conversation.account_id)
            .where(
                Message.state == MessageState.RECEIVED,
                Message.author == Author.PATIENT,
                Message.created_at > utc_now() - RESUME_WITHIN,
            )
            .order_by(Message.created_at)
        ).all()
        return [
            _admission(
                conversation,
                message,
                standing(session, account.id),
                sender=address_of(session, account.id),
                channel=account.channel,
            )
            for message, conversation, account in rows
        ]
