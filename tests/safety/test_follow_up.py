"""Whatever a plan asks, its dangerous answers bring the emergency card or a person, by every way they can be given."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from care.consent import Purpose
from care.followup.plans import Meaning, file_texts, plan_of
from channels.inbound import Channel, Kind
from records.alerts import Alert
from records.cases import Case, CaseKind, CaseLevel
from records.conversations import Conversation
from records.database import session_scope
from records.followup import FollowUpQuestion
from tests.integration.followup.house import at, conversation_of, round_at, started, today
from tests.talking import Anna, Assistant, standing_in

pytestmark = pytest.mark.usefixtures("database")

LEVELS = {Meaning.SOON: CaseLevel.ROUTINE, Meaning.AT_ONCE: CaseLevel.URGENT}


def answers(*meanings: Meaning) -> list[tuple[str, int, str]]:
    """Plan, place among what is asked, and title of every answer that means one of these."""
    return [
        (name, asked.place, option.title)
        for name in sorted(file_texts())
        for asked in plan_of(file_texts()[name]).asked
        if asked.day == asked.question.days[0]
        for option in asked.question.options
        if option.means in meanings
    ]


@pytest.fixture
def anna() -> Iterator[Anna]:
    with standing_in(Assistant()) as assistant:
        yield Anna(assistant, channel=Channel.WECHAT)


def ask(plan: str, place: int) -> None:
    """Have this question asked, whatever stands before it."""
    question = plan_of(file_texts()[plan]).asked[place]
    conversation_id = conversation_of(purposes=(Purpose.FOLLOW_UP,))
    follow_up = started(conversation_id, plan, starts_on=today() - timedelta(days=min(question.day, 31)))
    with session_scope() as session:
        for before in range(place):
            session.add(FollowUpQuestion(follow_up_id=follow_up.id, place=before, state="answered"))
    round_at(at(max(0, question.day - 31), "10:00"))


def offered(title: str) -> str:
    with session_scope() as session:
        found = session.scalars(select(Conversation)).one().offered
    return next(option["payload"] for option in found if option["title"] == title)


@pytest.mark.parametrize("way", ["pressed", "typed", "numbered"])
@pytest.mark.parametrize(("plan", "place", "title"), answers(Meaning.EMERGENCY))
def test_an_emergency_answer_is_an_emergency(anna: Anna, plan: str, place: int, title: str, way: str) -> None:
    ask(plan, place)
    match way:
        case "pressed":
            [reply] = anna.says(title, kind=Kind.CHOICE, payload=offered(title))
        case "typed":
            [reply] = anna.says(title)
        case _:
            titles = [option.title for option in plan_of(file_texts()[plan]).asked[place].question.options]
            [reply] = anna.says(str(titles.index(title) + 1))
    assert reply.reply.card is not None
    assert reply.reply.card.kind == "emergency"
    assert "120" in reply.reply.text
    with session_scope() as session:
        assert len(session.scalars(select(Alert)).all()) == 1
        assert [case.level for case in session.scalars(select(Case))] == [CaseLevel.EMERGENCY]


@pytest.mark.parametrize(("plan", "place", "title"), answers(Meaning.SOON, Meaning.AT_ONCE))
def test_a_bad_answer_brings_a_person_in_time_and_says_what_to_do_if_it_gets_worse(
    anna: Anna, plan: str, place: int, title: str
) -> None:
    ask(plan, place)
    [reply] = anna.says(title, kind=Kind.CHOICE, payload=offered(title))
    assert "120" in reply.reply.text
    assert "急诊" in reply.reply.text
    option = plan_of(file_texts()[plan]).asked[place].question.option(title)
    assert option is not None
    with session_scope() as session:
        [case] = session.scalars(select(Case))
        assert (case.kind, case.level) == (CaseKind.FOLLOW_UP, LEVELS[option.means])
        assert title in case.complaint
