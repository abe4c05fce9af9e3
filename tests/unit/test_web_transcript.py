"""What a patient's own browser is told of a conversation."""

import re

import pytest
from sqlalchemy.orm import Session

from care.conversations import append_reply
from care.replies import ConfirmCard, QuickReply, Reply
from channels.web.receipts import note_received
from channels.web.transcript import as_shown, messages_after, messages_before, standings
from records.conversations import Author, Conversation, Message
from records.database import session_scope
from records.deliveries import Delivery, DeliveryState
from records.masking import mask_into_vault
from records.patients import Account
from records.vault import get_vault

PHONE = "13800138000"


@pytest.fixture
def conversation(session: Session) -> Conversation:
    account = Account(channel="web", address_fingerprint="f" * 64)
    session.add(account)
    session.flush()
    conversation = Conversation(account_id=account.id)
    session.add(conversation)
    session.flush()
    return conversation


def say(session: Session, conversation: Conversation, text: str, *, author: Author = Author.BOT) -> Message:
    return append_reply(session, conversation_id=conversation.id, author=author, reply=Reply(text=text))


def test_tokens_are_shown_masked_in_text_and_cards_but_payloads_stay(
    session: Session, conversation: Conversation
) -> None:
    token = mask_into_vault(session, get_vault(), owner=conversation.account_id, text=PHONE)
    assert token.startswith("⟦")
    card = ConfirmCard(
        title="请核对",
        rows=(("电话", token),),
        confirm=QuickReply(title="确认", payload=f"/affirm{token}"),
        change=QuickReply(title="修改", payload="/deny"),
    )
    reply = Reply(text=f"电话 {token}", card=card, quick_replies=(QuickReply(title=token, payload="/x"),))
    message = append_reply(session, conversation_id=conversation.id, author=Author.BOT, reply=reply)
    shown = as_shown(message)
    assert shown.text == "电话 138****8000"
    assert shown.card is not None
    assert shown.card["rows"] == [["电话", "138****8000"]]
    assert shown.card["confirm"]["payload"] == f"/affirm{token}"  # the gateway compares it with what was offered
    assert shown.quick_replies == [{"title": "138****8000", "payload": "/x"}]
    assert PHONE not in re.sub(r"⟦[^⟧]*⟧", "", shown.model_dump_json())


@pytest.mark.parametrize(("author", "label"), [(Author.BOT, "由AI提供"), (Author.STAFF, "")])
def test_only_automatic_messages_carry_the_label(
    session: Session, conversation: Conversation, author: Author, label: str
) -> None:
    """GB 45438-2025: what a machine wrote says so, and what a person wrote does not."""
    assert as_shown(say(session, conversation, "您好", author=author)).label == label


def test_history_comes_in_pages_without_gap_or_overlap(session: Session, conversation: Conversation) -> None:
    for number in range(1, 8):
        say(session, conversation, str(number))
    newest, earlier = messages_before(session, conversation.id, None, limit=3)
    assert ([one.text for one in newest], earlier) == (["5", "6", "7"], True)
    middle, earlier = messages_before(session, conversation.id, newest[0].seq, limit=3)
    assert ([one.text for one in middle], earlier) == (["2", "3", "4"], True)
    first, earlier = messages_before(session, conversation.id, middle[0].seq, limit=3)
    assert ([one.text for one in first], earlier) == (["1"], False)
    assert [one.text for one in messages_after(session, conversation.id, 5, limit=10)] == ["6", "7"]


def test_the_standing_of_many_conversations(session: Session, conversation: Conversation) -> None:
    say(session, conversation, "一")
    say(session, conversation, "二")
    found = standings(session, [conversation.id, "0" * 16])
    assert found[conversation.id].last_seq == 2
    assert found[conversation.id].holder == "bot"
    assert list(found) == [conversation.id]


def test_a_reply_counts_as_sent_when_the_browser_has_it(database: None) -> None:
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint="f" * 64)
        session.add(account)
        session.flush()
        conversation = Conversation(account_id=account.id)
        session.add(conversation)
        session.flush()
        for text in ("一", "二", "三"):
            say(session, conversation, text)
    assert note_received(conversation.id, 2) == 2
    assert note_received(conversation.id, 2) == 0
    with session_scope() as session:
        states = [
            (row.state, row.route)
            for row in session.query(Delivery).join(Message, Message.id == Delivery.message_id).order_by(Message.seq)
        ]
    assert states == [(DeliveryState.SENT, "browser")] * 2 + [(DeliveryState.PENDING, "")]
