"""The clocks run out: reported first, removed days later, and then really gone; a legal hold stops everything."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from care.consent import Purpose, give
from care.conversations import append_reply
from care.replies import Reply
from care.retention import ClockName, HoldWithoutReason, clocks, hold, nightly, release, report, run, times
from cli.main import app
from records.alerts import Alert
from records.appointments import Appointment, AppointmentState
from records.audit import Actor, ActorKind, AuditEntry
from records.conversations import Author, Conversation, Message
from records.database import session_scope
from records.masking import mask_into_vault
from records.media import Media, media_path
from records.media_store import store_media
from records.ownership import owned_tables
from records.patients import Account, Patient, Relation
from records.retention import LegalHold, RetentionReport
from records.vault import DataKey, VaultEntry, get_vault
from settings import Settings

pytestmark = pytest.mark.usefixtures("database")

BEGUN = datetime(2020, 3, 1, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
CLERK = Actor(ActorKind.STAFF, "clerk")
PHONE = "13900139000"


@pytest.fixture
def forgotten() -> list[str]:
    """The conversations that the assistant was told to forget."""
    return []


@pytest.fixture
def account(installation: Settings) -> Iterator[str]:
    """Somebody who told their number, sent a photo and visited, all on one day."""
    with session_scope() as session:
        made = Account(channel="web", address_fingerprint="a" * 64, created_at=BEGUN)
        session.add(made)
        session.flush()
        conversation = Conversation(account_id=made.id, last_seq=1, last_patient_at=BEGUN, created_at=BEGUN)
        session.add(conversation)
        session.flush()
        give(session, made.id, Purpose.CONSULTATION)
        said = mask_into_vault(session, get_vault(), owner=made.id, text=f"咳嗽三天了，电话{PHONE}")
        photo = installation.var / "photo"
        photo.parent.mkdir(parents=True, exist_ok=True)
        photo.write_bytes(b"a rash")
        media = store_media(
            session,
            get_vault(),
            conversation_id=conversation.id,
            kind="photo",
            content_type="image/jpeg",
            source=photo,
        )
        message = Message(
            conversation_id=conversation.id,
            seq=1,
            author=Author.PATIENT,
            kind="text",
            text=said,
            media_id=media.id,
            created_at=BEGUN,
        )
        session.add(message)
        session.flush()
        session.add(Alert(conversation_id=conversation.id, message_id=message.id, urgency="emergency"))
        reply = append_reply(session, conversation_id=conversation.id, author=Author.BOT, reply=Reply(text="好的"))
        reply.created_at = BEGUN
        yield_id = made.id
    yield yield_id


def visit(account_id: str, at: datetime, *, state: str = AppointmentState.DONE) -> None:
    with session_scope() as session:
        name = get_vault().store(session, owner=account_id, kind="NAME", original="王小明", shown="王**")  # type: ignore[arg-type]
        patient = Patient(name_ref=name, name_shown="王**")
        session.add(patient)
        session.flush()
        session.add(Relation(account_id=account_id, patient_id=patient.id))
        session.add(
            Appointment(
                account_id=account_id,
                patient_id=patient.id,
                slot_id="s",
                hospital_ref="r",
                department="骨科",
                doctor="林知远",
                starts_at=at - timedelta(minutes=30),
                ends_at=at,
                fee=Decimal("20.00"),
                state=state,
            )
        )


def rows(table: type) -> int:
    with session_scope() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def announce(at: datetime) -> dict[str, int]:
    with session_scope() as session:
        return report(session, now=at).due


def test_each_clock_names_its_rule() -> None:
    """Electronic medical record rules 2017: 15 and 30 years; Internet diagnosis rules 2022: 3; Cybersecurity Law 21."""
    years = {ClockName.OUTPATIENT: 15, ClockName.INPATIENT: 30, ClockName.DIALOGUE: 3}
    assert {name: clocks()[name].years for name in years} == years
    assert clocks()[ClockName.LOGS].days >= 183
    assert clocks()[ClockName.AUDIT].days >= 183
    assert all(clock.rule for clock in clocks().values())


def test_every_table_of_a_patient_has_a_clock() -> None:
    """A new table that refers to a patient is to be named in clocks.yaml, or its rows would never be removed."""
    named = {table for clock in clocks().values() for table in clock.tables}
    assert {table.name for table in owned_tables()} - named == set()


class TestDialogue:
    def test_it_is_reported_and_only_a_week_later_removed(self, account: str, forgotten: list[str]) -> None:
        late = BEGUN.replace(year=2023) + timedelta(days=1)
        assert announce(late)["dialogue.message"] == 2
        assert run(now=late, announced_for=WEEK, forget=forgotten.append).rows == {}
        assert run(now=late + timedelta(days=6), announced_for=WEEK, forget=forgotten.append).rows == {}
        assert rows(Message) == 2
        run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append)
        assert rows(Message) == 0
        assert forgotten

    def test_a_day_too_early_nothing_is_due(self, account: str) -> None:
        assert announce(BEGUN.replace(year=2023) - timedelta(days=1)) == {}

    def test_what_is_removed_is_really_gone(self, account: str, installation: Settings, forgotten: list[str]) -> None:
        with session_scope() as session:
            file = media_path(session.scalars(select(Media.id)).one())
        assert file.is_file()
        late = BEGUN.replace(year=2023) + timedelta(days=1)
        announce(late)
        gone = run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append)
        assert gone.left == 0
        assert not file.exists()
        for table in (Message, Media, Alert, VaultEntry):
            assert rows(table) == 0, table
        assert rows(Account) == 0, "without any visit nothing is a medical record"
        if installation.records_url.startswith("sqlite"):
            for path in installation.var.glob("records.db*"):
                assert "咳嗽三天".encode() not in path.read_bytes(), path.name

    def test_a_visit_keeps_the_record_but_not_the_dialogue(self, account: str, forgotten: list[str]) -> None:
        visit(account, BEGUN)
        late = BEGUN.replace(year=2023) + timedelta(days=1)
        announce(late)
        run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append)
        assert (rows(Message), rows(Media)) == (0, 0)
        assert (rows(Appointment), rows(Patient), rows(Account)) == (1, 1, 1)
        with session_scope() as session:
            entry = session.scalars(select(VaultEntry)).one()
            assert entry.kind == "NAME", "the patient's name is part of the record, their phone number was not"

    def test_the_clock_begins_again_with_each_visit(self, account: str) -> None:
        visit(account, BEGUN.replace(year=2022))
        assert announce(BEGUN.replace(year=2023) + timedelta(days=1)) == {}
        assert announce(BEGUN.replace(year=2025) + timedelta(days=1))

    def test_a_cancelled_visit_was_none(self, account: str) -> None:
        visit(account, BEGUN.replace(year=2022), state=AppointmentState.CANCELLED)
        with session_scope() as session:
            (seen,) = times(session, [account])
        assert seen.visit is None

    def test_who_writes_again_in_between_is_not_removed(self, account: str, forgotten: list[str]) -> None:
        late = BEGUN.replace(year=2023) + timedelta(days=1)
        announce(late)
        with session_scope() as session:
            conversation = session.scalars(select(Conversation)).one()
            session.add(
                Message(
                    conversation_id=conversation.id,
                    seq=9,
                    author=Author.PATIENT,
                    kind="text",
                    text="你好",
                    created_at=late + timedelta(days=1),
                )
            )
        assert run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append).rows == {}
        assert rows(Message) == 3


def test_outpatient_records_go_fifteen_years_after_the_last_visit(account: str, forgotten: list[str]) -> None:
    visit(account, BEGUN)
    late = BEGUN.replace(year=2035) + timedelta(days=1)
    assert "outpatient.appointment" in announce(late)
    run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append)
    for table in (Account, Patient, Relation, Appointment, Conversation, Message, Media, VaultEntry):
        assert rows(table) == 0, table
    with session_scope() as session:
        assert session.scalars(select(DataKey.id).where(DataKey.owner == account)).all() == []


class TestHolds:
    def test_what_is_held_stays(self, account: str, forgotten: list[str]) -> None:
        late = BEGUN.replace(year=2023) + timedelta(days=1)
        announce(late)
        with session_scope() as session:
            hold(session, account, reason="纠纷，联系人电话13800138000", actor=CLERK)
        assert run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append).rows == {}
        with session_scope() as session:
            assert "13800138000" not in session.scalars(select(LegalHold.reason)).one()
            assert session.scalars(select(AuditEntry.action)).all()[-1] == "hold_retention"
            assert report(session, now=late + WEEK).held == 1
            release(session, account, reason="和解", actor=CLERK)
        # Released: it is announced anew, so that there is time to hold it again.
        announce(late + WEEK)
        assert run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append).rows == {}
        assert run(now=late + 2 * WEEK, announced_for=WEEK, forget=forgotten.append).rows

    def test_no_hold_without_a_reason(self, account: str) -> None:
        with session_scope() as session, pytest.raises(HoldWithoutReason):
            hold(session, account, reason="  ", actor=CLERK)

    def test_the_command_line_holds_and_releases(self, account: str) -> None:
        commands = CliRunner()
        done = commands.invoke(app, ["retention", "hold", account, "--reason", "投诉处理中"])
        assert done.exit_code == 0, done.output
        assert commands.invoke(app, ["retention", "hold", "0" * 16, "--reason", "x"]).exit_code == 1
        assert json.loads(commands.invoke(app, ["retention", "report"]).output)["held"] == 1
        assert json.loads(commands.invoke(app, ["retention", "release", account, "--reason", "结束"]).output) == {
            "released": 1
        }


class TestNightly:
    def test_it_reports_and_removes_once_a_night(self, account: str, forgotten: list[str]) -> None:
        night = BEGUN.replace(year=2023, hour=2) + timedelta(days=2)
        assert nightly(now=night, announced_for=WEEK, forget=forgotten.append)
        assert not nightly(now=night + timedelta(hours=2), announced_for=WEEK, forget=forgotten.append)
        assert rows(Message) == 2
        assert nightly(now=night + WEEK, announced_for=WEEK, forget=forgotten.append)
        assert rows(Message) == 0
        with session_scope() as session:
            first, second = session.scalars(select(RetentionReport).order_by(RetentionReport.made_at))
            assert first.due["dialogue.message"] == 2
            assert second.removed["message"] == 2
            assert account not in json.dumps([first.due, second.due, second.removed])

    def test_while_the_assistant_is_away_nothing_of_it_is_removed(self, account: str) -> None:
        """What it remembers must go as well, or nothing does; the next night tries again."""

        def away(conversation: str) -> None:
            raise ConnectionError

        late = BEGUN.replace(year=2023) + timedelta(days=1)
        announce(late)
        assert run(now=late + WEEK, announced_for=WEEK, forget=away).left == 2
        assert rows(Message) == 2

    def test_each_removal_stands_in_the_audit(self, account: str, forgotten: list[str]) -> None:
        late = BEGUN.replace(year=2023) + timedelta(days=1)
        announce(late)
        run(now=late + WEEK, announced_for=WEEK, forget=forgotten.append)
        with session_scope() as session:
            ended = session.scalars(select(AuditEntry).where(AuditEntry.action == "end_retention")).all()
            assert {entry.patient for entry in ended} == {account}
            assert PHONE not in "".join(entry.details for entry in ended)
