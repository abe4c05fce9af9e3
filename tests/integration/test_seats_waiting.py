"""What a patient is told about waiting, and how they answer whether the help was good: through the real turn."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from care.handover import HandoverReason, ask_for_person
from care.seats import ask_satisfaction, promise, wait_told
from channels.admission import Admission
from channels.satisfaction import SatisfactionStep
from records.cases import Case
from records.console import Satisfaction
from records.conversations import Conversation, Holder
from records.database import session_scope, utc_now
from tests.cases_made import handover
from tests.console_client import conversation_saying

pytestmark = pytest.mark.usefixtures("database")


def waited(*seconds: int) -> None:
    """So many patients were taken after so long."""
    for one in seconds:
        case, conversation = handover()
        with session_scope() as session:
            opened = utc_now() - timedelta(hours=1)
            session.execute(
                update(Case)
                .where(Case.id == case.id)
                .values(opened_at=opened, claimed_at=opened + timedelta(seconds=one), state="closed")
            )
            session.execute(
                update(Conversation).where(Conversation.id == conversation.id).values(holder=Holder.BOT, seat=None)
            )


def told() -> tuple[str, Conversation]:
    conversation = conversation_saying("转人工")
    with session_scope() as session:
        ask_for_person(session, conversation_id=conversation.id, reason=HandoverReason.ASKED)
        return wait_told(session, conversation_id=conversation.id), session.get_one(Conversation, conversation.id)


def test_with_too_few_waits_no_time_is_made_up() -> None:
    waited(60, 60)
    assert told()[0] == ""
    assert told()[0] == "前面还有 1 位在等。"


def test_half_of_the_others_waits_is_promised_rounded_up_and_kept() -> None:
    waited(30, 100, 400, 420, 3000)
    said, conversation = told()
    assert said == "前面还有 0 位，大约 10 分钟内有人回复您。"
    assert conversation.promised_at is not None
    assert timedelta(minutes=9) < conversation.promised_at - utc_now() <= timedelta(minutes=10)
    with session_scope() as session:
        assert promise(session, conversation_id=conversation.id).likely == timedelta(minutes=10)


def pressed(conversation: Conversation, heard: str) -> str | None:
    admission = Admission.__new__(Admission)
    object.__setattr__(admission, "heard", heard)
    object.__setattr__(admission, "conversation_id", conversation.id)
    routed = asyncio.run(SatisfactionStep().stop(admission))
    return None if routed is None else routed.replies[0].text


def test_a_pressed_answer_is_kept_once_and_anything_else_goes_on() -> None:
    conversation = conversation_saying("谢谢")
    with session_scope() as session:
        ask_satisfaction(session, conversation_id=conversation.id, seat="zhou")
    assert pressed(conversation, "不满意") is None
    assert pressed(conversation, "/satisfaction:9") is None
    assert "改进" in (pressed(conversation, "/satisfaction:1") or "")
    assert pressed(conversation, "/satisfaction:3")  # pressed again: thanked, not counted
    with session_scope() as session:
        assert session.scalars(select(Satisfaction.score)).all() == [1]
