"""Suggested answers at the console: for whom they are, when there are none, and the note of the one that was used."""

import json

import pytest
from sqlalchemy import select, update

from records.conversations import Author, Conversation, Holder, Message
from records.database import session_scope
from tests.console_client import Console, conversation_saying, done, signed_in, trail

pytestmark = pytest.mark.usefixtures("database")
ASKED = "药房几点关门啊"


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def waiting(*said: str) -> str:
    """A conversation whose patient waits for a person."""
    conversation = conversation_saying(*said)
    with session_scope() as session:
        session.execute(
            update(Conversation).where(Conversation.id == conversation.id).values(holder=Holder.WAITING, seat=None)
        )
    return conversation.id


def suggested(console: Console, conversation: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = console.get(f"/conversations/{conversation}/suggestions").json()["rows"]
    return found


def test_an_answer_comes_with_its_source_and_is_only_sent_by_a_person_who_changed_it(doctor: Console) -> None:
    conversation = waiting(ASKED)
    [row] = suggested(doctor, conversation)
    assert (row["id"], row["source"], row["title"]) == ("hours:取药", "hours", "取药")
    assert "08:00–20:00" in row["text"]
    assert row["edition"].startswith("医院系统，20")
    with session_scope() as session:
        assert session.scalar(select(Message).where(Message.author == Author.STAFF)) is None
    assert ("view_messages", f"conversation:{conversation}", "done") in done()
    reply = {"text": f"您好，{row['text']}", "began_as": row["id"]}
    assert doctor.post(f"/conversations/{conversation}/reply", reply).status_code == 201
    with session_scope() as session:
        assert session.scalars(select(Message.began_as).where(Message.author == Author.STAFF)).all() == ["hours:取药"]
    [details] = [one.details for one in trail() if one.action == "reply"]
    assert json.loads(details)["began_as"] == "hours:取药"
    assert suggested(doctor, conversation) == []  # answered


def test_the_figures_count_replies_that_began_as_a_suggestion(doctor: Console) -> None:
    conversation = waiting(ASKED)
    for began_as in ("hours:取药", ""):
        doctor.post(f"/conversations/{conversation}/reply", {"text": "您好", "began_as": began_as})
    figures = doctor.get("/figures").json()
    assert (sum(one["staff"] for one in figures["traffic"]), figures["began_as_suggestions"]) == (2, 1)
    assert "staff_replies_from_a_suggestion,all,1,messages" in doctor.get("/figures.csv").text


def test_while_the_assistant_or_a_colleague_answers_nothing_is_suggested(doctor: Console) -> None:
    conversation = waiting(ASKED)
    for holder, seat in ((Holder.BOT, None), (Holder.SEAT, "zhou")):
        with session_scope() as session:
            session.execute(update(Conversation).values(holder=holder, seat=seat))
        assert suggested(doctor, conversation) == []


def test_only_the_last_message_counts_and_an_unknown_conversation_is_none(doctor: Console) -> None:
    assert suggested(doctor, waiting(ASKED, "算了，我头疼")) == []
    assert doctor.get("/conversations/0a1b2c3d4e5f6071/suggestions").status_code == 404
