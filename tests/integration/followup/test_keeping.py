"""What is kept of a follow-up goes as long as the dialogue, stands still when the rest is erased, and is in a copy."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from care.consent import Purpose, withdraw
from care.conversations import append_reply
from care.replies import Reply
from care.retention import remove_account, remove_dialogue
from care.rights import collect, erase, plan_erasure
from records.audit import Actor, ActorKind
from records.conversations import Author
from records.database import session_scope
from records.followup import FollowUp, FollowUpEnd, FollowUpQuestion, FollowUpState
from tests.integration.followup.house import at, conversation_of, follow_up_now, round_at, said_by_bot, started, today
from tests.talking import Anna, Assistant, standing_in

pytestmark = pytest.mark.usefixtures("database")

CLERK = Actor(ActorKind.STAFF, "clerk")


@pytest.fixture
def anna() -> Iterator[Anna]:
    with standing_in(Assistant()) as assistant:
        yield Anna(assistant)


@pytest.fixture
def follow_up(anna: Anna) -> FollowUp:
    """One question answered badly, the next one open."""
    one = started(conversation_of(), starts_on=today() - timedelta(days=1))
    round_at(at(0, "10:00"))
    anna.says("8")
    return one


def rows(table: type) -> int:
    with session_scope() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_it_goes_with_the_dialogue(follow_up: FollowUp) -> None:
    with session_scope() as session:
        gone = remove_dialogue(session, follow_up.account_id)
    assert (gone["follow_up"], gone["follow_up_question"]) == (1, 2)
    assert (rows(FollowUp), rows(FollowUpQuestion)) == (0, 0)
    round_at(at(3))


def test_it_goes_with_the_account(follow_up: FollowUp) -> None:
    with session_scope() as session:
        remove_account(session, follow_up.account_id)
    assert (rows(FollowUp), rows(FollowUpQuestion)) == (0, 0)


def test_an_erasure_ends_it_and_nothing_is_asked_any_more(follow_up: FollowUp) -> None:
    before = len(said_by_bot())
    with session_scope() as session:
        assert plan_erasure(session, follow_up.account_id).dialogue_until is not None
        erase(session, follow_up.account_id, actor=CLERK)
    ended = follow_up_now(follow_up)
    assert (ended.state, ended.ended_why, ended.ended_by) == (FollowUpState.ENDED, FollowUpEnd.ERASED, "clerk")
    round_at(at(3))
    assert len(said_by_bot()) == before


def test_an_erasure_of_who_agreed_to_nothing_else_leaves_nothing(anna: Anna) -> None:
    one = started(conversation_of(purposes=(Purpose.FOLLOW_UP,)), starts_on=today() - timedelta(days=1))
    round_at(at(0, "10:00"))
    anna.says("2")
    with session_scope() as session:
        withdraw(session, one.account_id, Purpose.FOLLOW_UP)
        erase(session, one.account_id, actor=CLERK)
    assert (rows(FollowUp), rows(FollowUpQuestion)) == (0, 0)


def test_a_copy_of_ones_own_data_holds_the_questions_and_the_answers(follow_up: FollowUp) -> None:
    with session_scope() as session:
        append_reply(session, conversation_id=follow_up.conversation_id, author=Author.BOT, reply=Reply(text="好的"))
        copy = collect(session, follow_up.account_id, with_sensitive=False, actor=CLERK)
    [first, second] = copy.values["follow_ups"]
    assert (first["plan"], first["ask"], first["answer"]) == ("日间手术后伤口", "现在伤口有多疼？", "8")
    assert (second["ask"], second["answer"]) == ("伤口现在什么样？", "")
    assert "at_once" not in json.dumps(copy.values["follow_ups"])
