"""The days of programmes as they pass: reminders, missed days, videos that nobody named, programmes that are over.

Rows are the queue: what a killed worker had not committed is done by the next round, what it had is not done again.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.cases import open_case
from care.consent import Purpose, has_consent
from care.conversations import append_reply, lock_conversation
from care.rehab.buttons import film_button, pain_button, plan_button
from care.rehab.choosing import left_today
from care.rehab.exercises import exercise
from care.rehab.programmes import end, exercises_of
from care.rehab.rules import rules
from care.rehab.schedule import may_remind, missed
from care.rehab.sessions import day_of, last_day
from care.rehab.telling import listed
from care.replies import Reply
from care.texts import text
from records.audit import SYSTEM
from records.cases import Case, CaseKind, CaseLevel
from records.conversations import Author, Conversation, Holder
from records.database import utc_now
from records.findings import Finding, FindingKind
from records.patients import Account
from records.rehab import ProgrammeState, RehabNaming, RehabProgramme, RehabReminder
from settings import get_settings


def active_programmes(session: Session) -> list[str]:
    """The ids of the programmes that go on, of accounts that may still be written to."""
    query = (
        select(RehabProgramme.id)
        .join(Account, Account.id == RehabProgramme.account_id)
        .where(RehabProgramme.state == ProgrammeState.ACTIVE, Account.restricted_at.is_(None))
    )
    return list(session.scalars(query.order_by(RehabProgramme.created_at)))


def go_on(session: Session, programme_id: str, *, now: datetime) -> None:
    """One programme's day, in the caller's transaction: end it when it is over, else remind, and count missed days."""
    programme = session.get_one(RehabProgramme, programme_id, with_for_update=True)
    if programme.state != ProgrammeState.ACTIVE:
        return
    notice_missed_days(session, programme, now=now)
    if day_of(now) > programme.ends_on:
        end(session, programme_id=programme_id, actor=SYSTEM, now=now)
        return
    remind(session, programme, now=now)


def remind(session: Session, programme: RehabProgramme, *, now: datetime) -> bool:
    """Remind of what is left today, once a day; False when it was done, is not due, or must not be.

    Not at night, not while a person holds the conversation, and not without the consent to speak of health.
    """
    if not may_remind(now.astimezone(get_settings().zone), remind_at=time.fromisoformat(programme.remind_at)):
        return False
    left = left_today(session, programme, at=now)
    if not left or not has_consent(session, programme.account_id, Purpose.CONSULTATION):
        return False
    # The conversation's row is the lock: two workers remind once.
    if lock_conversation(session, programme.conversation_id).holder == Holder.SEAT:
        return False
    today = day_of(now)
    known = select(RehabReminder.id).where(RehabReminder.programme_id == programme.id, RehabReminder.day == today)
    if session.scalar(known) is not None:
        return False
    session.add(RehabReminder(programme_id=programme.id, day=today, at=now))
    said = text("rehab.reminder.said", exercises=listed(left))
    buttons = (*(film_button(one.exercise) for one in left), plan_button(), pain_button())
    append_reply(
        session,
        conversation_id=programme.conversation_id,
        author=Author.BOT,
        reply=Reply(text=said, quick_replies=buttons),
    )
    return True


def notice_missed_days(session: Session, programme: RehabProgramme, *, now: datetime) -> Case | None:
    """A case when the patient was reminded on so many days and has sent nothing since; one for each such stretch."""
    reminded = session.scalars(select(RehabReminder.day).where(RehabReminder.programme_id == programme.id)).all()
    days = missed(
        reminded,
        last_done=last_day(session, programme.id),
        active_since=programme.active_since,
        today=day_of(now),
    )
    if len(days) < rules().missed_days.value:
        return None
    return open_case(
        session,
        kind=CaseKind.REHAB,
        level=CaseLevel.ROUTINE,
        conversation_id=programme.conversation_id,
        department=programme.department,
        complaint="、".join(exercise(one.exercise).title for one in exercises_of(session, programme.id)),
        reasons=("rehab_missed_days",),
        dedupe_key=f"rehab:missed:{programme.id}:{days[0].isoformat()}",
        now=now,
    )


def hand_over_unnamed(session: Session, *, now: datetime) -> int:
    """Put videos before a therapist of which the patient never said which exercise they show; returns how many."""
    query = (
        select(Finding, Conversation)
        .join(Conversation, Conversation.id == Finding.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(RehabNaming, RehabNaming.message_id == Finding.message_id)
        .outerjoin(Case, Case.finding_id == Finding.id)
        .where(
            Finding.kind == FindingKind.REHAB_UNNAMED,
            Finding.created_at <= now - timedelta(days=rules().naming_days.value),
            RehabNaming.id.is_(None),
            Case.id.is_(None),
            Account.restricted_at.is_(None),
        )
    )
    found = session.execute(query).all()
    for finding, _ in found:
        open_case(
            session,
            kind=CaseKind.REHAB,
            level=CaseLevel.ROUTINE,
            conversation_id=finding.conversation_id,
            message_id=finding.message_id,
            finding_id=finding.id,
            reasons=("rehab_unnamed_video",),
            dedupe_key=f"finding:{finding.id}",
            now=now,
        )
    return len(found)


def waiting_videos(session: Session) -> list[str]:
    """The messages of named videos that no job has been asked to look at yet, oldest first."""
    query = select(RehabNaming.message_id).where(RehabNaming.queued_at.is_(None)).order_by(RehabNaming.named_at)
    return list(session.scalars(query))


def note_queued(session: Session, message_id: str) -> None:
    """The job of a named video is in its queue."""
    naming = session.scalars(select(RehabNaming).where(RehabNaming.message_id == message_id)).one()
    naming.queued_at = naming.queued_at or utc_now()
