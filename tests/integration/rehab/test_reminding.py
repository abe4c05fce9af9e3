"""Reminders once a day and never at night; missed days; videos that nobody named; a programme that is over."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from care.analysis import keep_findings
from care.analysis.analyst import Seen
from care.consent import Purpose, withdraw
from care.rehab import active_programmes, go_on, hand_over_unnamed, pause, resume
from channels import rehab_job
from records.audit import SYSTEM
from records.cases import Case, CaseLevel
from records.conversations import Author, Conversation, Holder, Message
from records.database import session_scope
from records.deliveries import Delivery
from records.findings import Finding, FindingKind
from records.patients import Account
from records.rehab import ProgrammeState, RehabProgramme, RehabReminder, RehabSession
from records.vault import get_vault
from tests.integration.rehab.house import THERAPIST, at, conversation_of, prescribed, today, video

pytestmark = pytest.mark.usefixtures("database")

TODAY = today()


def round_at(moment: datetime) -> None:
    """One round of the worker at this moment, as it commits each programme."""
    with session_scope() as session:
        programmes = active_programmes(session)
    for programme_id in programmes:
        with session_scope() as session:
            go_on(session, programme_id, now=moment)


def reminders() -> list[Message]:
    with session_scope() as session:
        query = select(Message).where(Message.author == Author.BOT, Message.text.startswith("今天该练了"))
        return list(session.scalars(query.order_by(Message.seq)))


def cases() -> list[Case]:
    with session_scope() as session:
        return list(session.scalars(select(Case)))


def did(programme: RehabProgramme, day: date, exercise: str = "squat") -> None:
    with session_scope() as session:
        session.add(
            RehabSession(
                programme_id=programme.id,
                finding_id=f"{exercise[:6]}{day:%Y%m%d}",
                exercise=exercise,
                day=day,
                form="correct",
                at=at(day, "10:00"),
            )
        )


def test_one_reminder_a_day_at_its_hour_through_the_ledger() -> None:
    prescribed(conversation_of(), "squat", "plank")
    for clock in ("08:30", "09:00", "09:01", "15:00", "23:00"):
        round_at(at(TODAY, clock))
    [message] = reminders()
    assert message.text.startswith("今天该练了：深蹲 5次、平板支撑。")
    assert [option["title"] for option in message.quick_replies] == ["深蹲", "平板支撑", "我的康复计划", "练的时候疼"]
    with session_scope() as session:
        assert session.scalars(select(Delivery.channel).where(Delivery.message_id == message.id)).one() == "wechat"
    round_at(at(TODAY + timedelta(days=1), "09:00"))
    assert len(reminders()) == 2


def test_a_worker_that_was_off_reminds_late_but_not_at_night() -> None:
    prescribed(conversation_of())
    round_at(at(TODAY, "21:30"))
    assert reminders() == []
    round_at(at(TODAY + timedelta(days=1), "20:30"))
    assert len(reminders()) == 1


def test_only_what_is_left_is_reminded_of_and_nothing_when_all_is_done() -> None:
    programme = prescribed(conversation_of(), "squat", "plank")
    did(programme, TODAY)
    round_at(at(TODAY, "10:00"))
    [message] = reminders()
    assert "深蹲" not in message.text
    did(programme, TODAY + timedelta(days=1))
    did(programme, TODAY + timedelta(days=1), "plank")
    round_at(at(TODAY + timedelta(days=1), "10:00"))
    assert len(reminders()) == 1


def test_a_day_of_rest_is_left_alone() -> None:
    prescribed(conversation_of(), days=frozenset({TODAY.isoweekday() % 7 + 1}))
    round_at(at(TODAY, "10:00"))
    assert reminders() == []
    round_at(at(TODAY + timedelta(days=1), "10:00"))
    assert len(reminders()) == 1


def test_nobody_is_reminded_who_does_not_wish_to_be_or_is_with_a_person() -> None:
    programme = prescribed(conversation_of())
    conversation_id = programme.conversation_id
    with session_scope() as session:
        session.get_one(Conversation, conversation_id).holder = Holder.SEAT
    round_at(at(TODAY, "10:00"))
    with session_scope() as session:
        session.get_one(Conversation, conversation_id).holder = Holder.BOT
        withdraw(session, programme.account_id, Purpose.CONSULTATION, actor=SYSTEM)
    round_at(at(TODAY, "11:00"))
    assert reminders() == []


def test_nobody_is_reminded_whose_data_are_erased_or_whose_programme_rests() -> None:
    erased, resting = prescribed(conversation_of("erased")), prescribed(conversation_of("resting"))
    with session_scope() as session:
        session.execute(update(Account).where(Account.id == erased.account_id).values(restricted_at=at(TODAY, "08:00")))
        pause(session, programme_id=resting.id, actor=THERAPIST)
    round_at(at(TODAY, "10:00"))
    assert reminders() == []


def test_two_workers_remind_once() -> None:
    """The second one's round reads before the first one's is committed, and finds the row when it has the lock."""
    programme = prescribed(conversation_of())
    with session_scope() as session:
        go_on(session, programme.id, now=at(TODAY, "10:00"))
        session.flush()
    with session_scope() as session:
        go_on(session, programme.id, now=at(TODAY, "10:00"))
    assert len(reminders()) == 1
    with session_scope() as session:
        assert len(session.scalars(select(RehabReminder)).all()) == 1


def test_a_worker_killed_before_the_commit_reminds_again_and_after_it_does_not() -> None:
    programme = prescribed(conversation_of())

    class Killed(Exception):
        pass

    with pytest.raises(Killed), session_scope() as session:
        go_on(session, programme.id, now=at(TODAY, "10:00"))
        raise Killed
    assert reminders() == []
    round_at(at(TODAY, "10:01"))
    round_at(at(TODAY, "10:02"))
    assert len(reminders()) == 1


def test_one_programmes_trouble_is_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = prescribed(conversation_of("one")), prescribed(conversation_of("two"))
    monkeypatch.setattr(rehab_job, "utc_now", lambda: at(TODAY, "10:00"))
    with session_scope() as session:
        session.get_one(RehabProgramme, first.id).remind_at = "never"
    rehab_job.go_on_with_programmes()
    assert [message.conversation_id for message in reminders()] == [second.conversation_id]


class TestMissedDays:
    def test_three_days_without_a_video_make_one_case(self) -> None:
        prescribed(conversation_of())
        for day in range(5):
            round_at(at(TODAY + timedelta(days=day), "10:00"))
        [case] = cases()
        assert (case.level, case.reasons, case.complaint) == (CaseLevel.ROUTINE, ["rehab_missed_days"], "深蹲")
        assert case.department == "康复医学科"

    def test_a_video_in_between_begins_the_count_anew(self) -> None:
        programme = prescribed(conversation_of())
        for day in range(6):
            round_at(at(TODAY + timedelta(days=day), "10:00"))
            if day == 2:
                did(programme, TODAY + timedelta(days=day))
        assert cases() == []
        round_at(at(TODAY + timedelta(days=6), "10:00"))
        assert len(cases()) == 1

    def test_days_on_which_it_stood_still_are_not_missed(self) -> None:
        programme = prescribed(conversation_of())
        for day in range(2):
            round_at(at(TODAY + timedelta(days=day), "10:00"))
        with session_scope() as session:
            pause(session, programme_id=programme.id, actor=THERAPIST, now=at(TODAY + timedelta(days=2), "08:00"))
        with session_scope() as session:
            resume(session, programme_id=programme.id, actor=THERAPIST, now=at(TODAY + timedelta(days=9), "08:00"))
        for day in (9, 10):
            round_at(at(TODAY + timedelta(days=day), "10:00"))
        assert cases() == []


def test_a_programme_that_is_over_ends_by_itself() -> None:
    programme = prescribed(conversation_of(), ends_on=TODAY + timedelta(days=1))
    round_at(at(TODAY + timedelta(days=1), "10:00"))
    round_at(at(TODAY + timedelta(days=2), "00:30"))
    with session_scope() as session:
        assert session.get_one(RehabProgramme, programme.id).state == ProgrammeState.ENDED
    assert len(reminders()) == 1


def test_a_video_that_nobody_named_for_two_days_goes_to_a_therapist() -> None:
    programme = prescribed(conversation_of(), "squat", "plank", remind_at=time(9))
    message_id = video(programme.conversation_id)
    with session_scope() as session:
        found = Seen("which-1", {"exercises": ["squat", "plank"], "programme": programme.id})
        keep_findings(session, get_vault(), message_id=message_id, kind=FindingKind.REHAB_UNNAMED, seen=found)
    with session_scope() as session:
        made = session.scalars(select(Finding.created_at)).one()
        assert hand_over_unnamed(session, now=made + timedelta(days=1)) == 0
        assert hand_over_unnamed(session, now=made + timedelta(days=2)) == 1
        assert hand_over_unnamed(session, now=made + timedelta(days=3)) == 0
    [case] = cases()
    assert (case.reasons, case.message_id) == (["rehab_unnamed_video"], message_id)
