"""One patient's conversation, and photos of reports in it."""

from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex
from typing import Any

import pytest

from care.analysis import Concluded, conclude
from care.report.analyst import ReportAnalyst
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.findings import Finding
from records.patients import Account
from tests.sheets import found

Send = Callable[..., str]
Conclude = Callable[[str], Concluded]


@pytest.fixture
def conversation(database: None) -> str:
    with session_scope() as session:
        account = Account(channel="web", address_fingerprint=token_hex(32))
        session.add(account)
        session.flush()
        opened = Conversation(account_id=account.id)
        session.add(opened)
        session.flush()
        return opened.id


@pytest.fixture
def send(conversation: str) -> Send:
    """Have a report found in a new photo of the conversation's; ``minutes_ago`` is when it was sent."""

    def sent(data: dict[str, Any], *, minutes_ago: float = 0.0, **more: Any) -> str:
        with session_scope() as session:
            holder = session.get_one(Conversation, conversation)
            holder.last_seq += 1
            message = Message(
                conversation_id=conversation,
                seq=holder.last_seq,
                author=Author.PATIENT,
                kind="image",
                state=MessageState.ANSWERED,
                created_at=utc_now() - timedelta(minutes=minutes_ago),
            )
            session.add(message)
            session.flush()
            message_id = message.id
        return found(message_id, data, **more)

    return sent


@pytest.fixture
def concluded() -> Conclude:
    """What follows from findings, as the media job asks for it."""

    def follows(finding_id: str) -> Concluded:
        with session_scope() as session:
            return conclude(session, ReportAnalyst(), session.get_one(Finding, finding_id))

    return follows
