"""The emergency step of a turn: a doubt is asked once, a press makes it an alarm; the screen knows who writes."""

from datetime import date

import pytest
from sqlalchemy import select

from bench.emergency import sets, written
from care.emergency import screen
from care.texts import text as catalogue_text
from channels.inbound import Kind
from records.alerts import Alert
from records.conversations import Holder
from records.database import session_scope, utc_now
from records.patients import Account, Patient, Relation, Sex
from tests.agreeing import agree
from tests.integration.test_turn import ANNA, Assistant, assistant, conversation, said, talk, texts  # noqa: F401

pytestmark = pytest.mark.usefixtures("agreed")

# An emergency of the blind batches that no red flag matches yet.
DOUBTFUL = next(text for name, wanted in sets() if wanted for _, text in written(name) if screen(text).doubt)
URGENT = catalogue_text("emergency.doubt.urgent")


@pytest.fixture
def agreed(database: None) -> None:
    agree(ANNA)


def alerts() -> list[list[str]]:
    with session_scope() as session:
        return [alert.flags for alert in session.scalars(select(Alert).order_by(Alert.created_at))]


def is_patient(*, years: float, sex: Sex) -> None:
    """Anna is a patient of this age and sex."""
    born = date.fromordinal(utc_now().date().toordinal() - int(years * 365.25))
    with session_scope() as session:
        patient = Patient(birth_date=born, sex=sex)
        session.add(patient)
        session.flush()
        account = session.scalars(select(Account)).one()
        session.add(Relation(account_id=account.id, patient_id=patient.id))


def test_a_doubt_is_asked_before_the_ordinary_answer(assistant: Assistant) -> None:  # noqa: F811
    [result] = talk(assistant, said(DOUBTFUL))
    [answer] = texts(result)
    assert answer.index("120") < answer.index(f"听到：{DOUBTFUL}")
    assert URGENT in answer
    assert alerts() == []


@pytest.mark.parametrize(
    "pressed", [said(URGENT, kind=Kind.CHOICE, payload=URGENT), said(URGENT), said("1", key="by number")]
)
def test_who_says_it_is_urgent_gets_the_emergency_answer_and_a_person(
    assistant: Assistant,  # noqa: F811
    pressed: object,
) -> None:
    [_, result] = talk(assistant, said(DOUBTFUL), pressed)  # type: ignore[arg-type]
    assert "120" in texts(result)[0]
    assert alerts() == [["call_for_help"]]
    assert conversation().holder == Holder.WAITING


def test_on_a_channel_of_numbers_the_button_stands_after_the_other_options(assistant: Assistant) -> None:  # noqa: F811
    assistant.replies = [{"text": "多久了？", "buttons": [{"title": "今天", "payload": "/inform"}]}]
    [first, second] = talk(assistant, said(DOUBTFUL), said("2", key="by number"))
    [reply] = [stored.reply for stored in first.replies]
    assert [option.title for option in reply.quick_replies] == ["今天", URGENT]
    assert alerts() == [["call_for_help"]]
    assert "120" in texts(second)[0]


def test_nobody_is_asked_twice_within_half_an_hour(assistant: Assistant) -> None:  # noqa: F811
    [_, second] = talk(assistant, said(DOUBTFUL), said(f"{DOUBTFUL}，现在也是", key="again"))
    assert URGENT not in texts(second)[0]


def test_what_is_no_emergency_is_not_asked_about(assistant: Assistant) -> None:  # noqa: F811
    results = talk(assistant, said("门诊几点开门"), said("我想挂皮肤科"), said("头有点疼三天了"))
    assert not any(URGENT in text for result in results for text in texts(result))


def test_a_pregnancy_told_before_counts_for_what_comes_now(assistant: Assistant) -> None:  # noqa: F811
    is_patient(years=29, sex=Sex.FEMALE)
    talk(assistant, said("我怀孕30周了，想问产检"), said("下面流血了"))
    assert any("pregnancy_bleeding" in flags for flags in alerts())


def test_a_man_is_not_pregnant_whatever_he_said_of_his_wife(assistant: Assistant) -> None:  # noqa: F811
    is_patient(years=35, sex=Sex.MALE)
    talk(assistant, said("我老婆怀孕30周"), said("我头疼，血压150", key="later"))
    assert not any("preeclampsia" in flags for flags in alerts())


def test_the_age_of_who_writes_counts_only_for_themselves(assistant: Assistant) -> None:  # noqa: F811
    """An infant's profile behind the account (a parent's phone): what is said of another keeps another's age."""
    is_patient(years=0.15, sex=Sex.FEMALE)
    talk(assistant, said("发烧38度5"), said("我爸发烧38度5", key="father"))
    assert alerts() == [["infant_fever"]]
