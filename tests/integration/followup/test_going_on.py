"""The days of a follow-up: told first, asked on its days and never at night, reminded once, given up as planned."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from care.cases import open_case
from care.consent import Purpose, withdraw
from care.conversations import stored_reply
from care.followup import FollowUpStands, Start, go_on, running_follow_ups, start, stop
from care.followup.exceptions import FollowUpEnded, PlanNotOffered, StartImpossible
from care.followup.plans import file_texts
from channels import followup_job
from channels.text_rendering import as_text
from records.audit import SYSTEM
from records.cases import CaseKind, CaseLevel, CaseState
from records.conversations import Conversation, Holder, Message
from records.database import session_scope, utc_now
from records.deliveries import Delivery
from records.followup import FollowUp, FollowUpEnd, FollowUpQuestion, FollowUpState, QuestionState
from records.patients import Account
from records.published import DocumentKind, PublishedDocument
from tests.integration.followup.house import (
    DOCTOR,
    EVERYTHING,
    asked,
    at,
    cases,
    conversation_of,
    follow_up_now,
    round_at,
    said_by_bot,
    started,
    titles,
    today,
)

pytestmark = pytest.mark.usefixtures("database")


def test_the_patient_is_told_first_what_comes_and_how_to_stop_it() -> None:
    started(conversation_of())
    [message] = said_by_bot()
    assert "日间手术后伤口" in message.text
    assert "从明天起" in message.text
    assert "退订随访" in message.text
    assert titles(message) == ["退订随访"]


def test_nobody_is_told_or_asked_at_night_and_what_was_missed_comes_in_the_morning() -> None:
    conversation_id = conversation_of()
    with session_scope() as session:
        start(session, conversation_id=conversation_id, wanted=Start("day_surgery", today()), actor=DOCTOR)
    for clock in ("21:00", "23:30"):
        round_at(at(0, clock))
    round_at(at(1, "07:59"))
    assert said_by_bot() == []
    round_at(at(1, "08:00"))
    round_at(at(1, "09:59"))
    assert len(said_by_bot()) == 1
    round_at(at(1, "10:05"))
    assert len(said_by_bot()) == 2


def test_a_question_goes_through_the_ledger_once_a_day_whatever_the_rounds() -> None:
    started(conversation_of())
    for clock in ("10:00", "10:01", "15:00", "22:00"):
        round_at(at(1, clock))
    [_, question] = said_by_bot()
    assert question.text == ("日间手术后伤口随访：现在伤口有多疼？请选0到10里的一个数字，0是一点不疼，10是疼得受不了。")
    assert titles(question) == [str(number) for number in range(11)]
    with session_scope() as session:
        assert session.scalars(select(Delivery.channel).where(Delivery.message_id == question.id)).one() == "wechat"


def test_numbers_of_a_scale_are_not_numbered_again_where_there_are_no_buttons() -> None:
    started(conversation_of())
    round_at(at(1))
    lines = as_text(stored_reply(said_by_bot()[-1])).splitlines()
    assert "0  1  2  3  4  5  6  7  8  9  10（回复数字即可）" in lines


def test_one_reminder_and_then_a_case_where_the_plan_wants_one() -> None:
    follow_up = started(conversation_of(), starts_on=today() - timedelta(days=6))  # the seventh day is the last
    round_at(at(1))
    for hours in (1, 23):
        round_at(at(1) + timedelta(hours=hours))
    assert len(said_by_bot()) == 2
    round_at(at(2, "10:05"))
    round_at(at(2, "15:00"))
    [_, question, reminder] = said_by_bot()
    assert reminder.text == f"昨天的问题您可能没看到，方便时回答一下。\n{question.text}"
    assert reminder.quick_replies == question.quick_replies
    assert cases() == []
    round_at(at(3, "10:06"))
    round_at(at(3, "10:07"))
    [case] = cases()
    assert (case.kind, case.level, case.reasons) == (CaseKind.FOLLOW_UP, CaseLevel.ROUTINE, ["followup_unanswered"])
    assert case.department == "普外科"
    assert case.complaint == "日间手术后伤口第7天：伤口现在什么样？"
    # The rest of that day is not asked of somebody who does not answer.
    assert follow_up_now(follow_up).ended_why == FollowUpEnd.DONE
    assert len(said_by_bot()) == 3


def test_a_plan_may_end_where_nobody_answers() -> None:
    follow_up = started(conversation_of(), "skin_watch", starts_on=today() - timedelta(days=14))
    for day in (0, 1, 2):
        round_at(at(day, "10:10"))
    ended = follow_up_now(follow_up)
    assert (ended.state, ended.ended_why, ended.ended_by) == (FollowUpState.ENDED, FollowUpEnd.UNANSWERED, "xinglin")
    assert cases() == []


def test_who_was_reminded_and_is_silent_is_called_when_the_next_day_has_come() -> None:
    started(conversation_of())
    round_at(at(1, "10:05"))
    round_at(at(2, "10:10"))  # reminded
    round_at(at(3, "10:00"))  # a day has not passed since, and the next question is due
    assert [row.state for row in asked()] == ["missed", "skipped", "skipped", "open"]
    assert [case.reasons for case in cases()] == [["followup_unanswered"]]


def test_of_an_optional_question_nobody_is_reminded_and_nobody_called() -> None:
    follow_up = started(conversation_of(), starts_on=today() - timedelta(days=7))
    with session_scope() as session:
        for place in range(7):
            session.add(FollowUpQuestion(follow_up_id=follow_up.id, place=place, state="answered"))
    round_at(at(0, "10:00"))
    assert "请直接打字" in said_by_bot()[-1].text
    before = len(said_by_bot())
    for day in (1, 2, 3):
        round_at(at(day, "10:10"))
    assert len(said_by_bot()) == before
    assert cases() == []
    assert follow_up_now(follow_up).ended_why == FollowUpEnd.DONE


def test_between_its_days_a_follow_up_sleeps() -> None:
    follow_up = started(conversation_of(), "diabetes")
    begins = today() + timedelta(days=14)
    assert f"{begins.month}月{begins.day}日起" in said_by_bot()[0].text
    assert follow_up_now(follow_up).look_at == at(14, "09:00")
    with session_scope() as session:
        assert running_follow_ups(session, now=at(14, "08:59")) == []
        assert running_follow_ups(session, now=at(14, "09:00")) == [follow_up.id]


def test_a_question_whose_day_has_passed_gives_way_to_the_latest() -> None:
    started(conversation_of())
    round_at(at(3, "10:00"))  # the house was off for two days
    assert [row.state for row in asked()] == ["skipped"] * 3 + ["open"]
    round_at(at(7, "10:00"))
    assert [row.state for row in asked()][3:] == ["missed", "skipped", "skipped", "open"]
    assert "伤口现在什么样" in said_by_bot()[-1].text


def test_nobody_is_asked_who_is_with_a_person_or_in_an_emergency() -> None:
    follow_up = started(conversation_of())
    with session_scope() as session:
        session.get_one(Conversation, follow_up.conversation_id).holder = Holder.SEAT
    round_at(at(1))
    assert asked() == []
    with session_scope() as session:
        session.get_one(Conversation, follow_up.conversation_id).holder = Holder.BOT
        case = open_case(
            session,
            kind=CaseKind.EMERGENCY,
            level=CaseLevel.EMERGENCY,
            conversation_id=follow_up.conversation_id,
            dedupe_key="alert:1",
        )
    round_at(at(1, "10:10"))
    assert asked() == []
    with session_scope() as session:
        session.merge(case).state = CaseState.CLOSED
    round_at(at(1, "10:20"))
    assert len(asked()) == 1


def test_without_consent_it_is_asked_for_and_nothing_else_until_it_is_given() -> None:
    conversation_id = conversation_of(purposes=EVERYTHING[:2])
    follow_up = started(conversation_id)
    [invitation] = said_by_bot()
    assert "您同意吗" in invitation.text
    assert "退订随访" in invitation.text
    assert titles(invitation) == ["同意", "不同意"]
    assert invitation.card is not None
    for day in range(1, 8):
        round_at(at(day))
    assert len(said_by_bot()) == 1
    round_at(at(8))
    assert follow_up_now(follow_up).ended_why == FollowUpEnd.NO_CONSENT


def test_a_consent_that_is_withdrawn_by_whomever_ends_it() -> None:
    follow_up = started(conversation_of())
    with session_scope() as session:
        withdraw(session, follow_up.account_id, Purpose.FOLLOW_UP, actor=SYSTEM)
    round_at(at(1))
    assert follow_up_now(follow_up).ended_why == FollowUpEnd.NO_CONSENT
    assert asked() == []


def test_nobody_is_asked_whose_data_are_restricted() -> None:
    follow_up = started(conversation_of())
    with session_scope() as session:
        session.execute(update(Account).where(Account.id == follow_up.account_id).values(restricted_at=utc_now()))
    round_at(at(1))
    assert asked() == []


def test_two_workers_ask_once() -> None:
    follow_up = started(conversation_of())
    for _ in range(2):
        with session_scope() as session:
            go_on(session, follow_up.id, now=at(1))
    assert len(said_by_bot()) == 2
    with session_scope() as session:
        assert len(session.scalars(select(FollowUpQuestion)).all()) == 1


def test_a_worker_killed_before_the_commit_asks_again_and_after_it_does_not() -> None:
    follow_up = started(conversation_of())

    class Killed(Exception):
        pass

    with pytest.raises(Killed), session_scope() as session:
        go_on(session, follow_up.id, now=at(1))
        raise Killed
    assert len(said_by_bot()) == 1
    round_at(at(1, "10:01"))
    round_at(at(1, "10:02"))
    assert len(said_by_bot()) == 2
    with session_scope() as session:
        assert len(session.scalars(select(Delivery)).all()) == 2


def test_one_patients_trouble_is_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = started(conversation_of("one")), started(conversation_of("two"))
    with session_scope() as session:
        session.get_one(FollowUp, first.id).text = "id: broken"
    monkeypatch.setattr(followup_job, "utc_now", lambda: at(1))
    followup_job.go_on_with_follow_ups()
    assert [row.follow_up_id for row in asked()] == [second.id]


def test_what_runs_goes_on_with_the_plan_as_it_was_started() -> None:
    follow_up = started(conversation_of())
    with session_scope() as session:
        changed = file_texts()["day_surgery"].replace("现在伤口有多疼", "伤口今天疼不疼")
        session.add(
            PublishedDocument(
                kind=DocumentKind.FOLLOW_UP_PLAN, name="day_surgery", version=1, text=changed, note="改词", by="li"
            )
        )
    round_at(at(1))
    assert "现在伤口有多疼" in said_by_bot()[-1].text
    other = started(conversation_of("other"))
    assert (follow_up.version, other.version) == (0, 1)
    round_at(at(1, "11:00"))
    assert "伤口今天疼不疼" in said_by_bot(other.conversation_id)[-1].text


def test_a_photo_that_was_asked_for_answers_and_the_follow_up_is_over() -> None:
    follow_up = started(conversation_of(), "skin_watch", starts_on=today() - timedelta(days=28))
    with session_scope() as session:
        go_on(session, follow_up.id, now=at(0, "10:00"))
    question = said_by_bot()[-1]
    assert titles(question) == ["拍皮肤照片"]
    assert question.quick_replies[0]["payload"] == "/send_skin_photo"
    with session_scope() as session:
        conversation = session.get_one(Conversation, follow_up.conversation_id)
        conversation.last_seq += 1
        session.add(
            Message(
                conversation_id=conversation.id,
                seq=conversation.last_seq,
                author="patient",
                kind="image",
                created_at=at(0, "11:00"),
            )
        )
    round_at(at(0, "11:01"))
    assert asked()[-1].state == QuestionState.ANSWERED
    assert follow_up_now(follow_up).ended_why == FollowUpEnd.DONE


def test_the_same_plan_is_not_started_twice_nor_one_that_is_not_there_nor_long_ago() -> None:
    conversation_id = conversation_of()
    follow_up = started(conversation_id)
    with session_scope() as session:
        for wanted, refused in (
            (Start("day_surgery", today()), FollowUpStands),
            (Start("dancing", today()), PlanNotOffered),
            (Start("diabetes", today() - timedelta(days=40)), StartImpossible),
        ):
            with pytest.raises(refused):
                start(session, conversation_id=conversation_id, wanted=wanted, actor=DOCTOR)
        child = Start("day_surgery", today(), kinship="孩子")
        assert start(session, conversation_id=conversation_id, wanted=child, actor=DOCTOR).kinship == "孩子"
        stop(session, follow_up_id=follow_up.id, actor=DOCTOR)
        with pytest.raises(FollowUpEnded):
            stop(session, follow_up_id=follow_up.id, actor=DOCTOR)
        start(session, conversation_id=conversation_id, wanted=Start("day_surgery", today()), actor=DOCTOR)
