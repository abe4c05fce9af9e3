"""Wrong passwords and codes slow down who guesses and leave who is guessed at alone (GB/T 22239-2019, 8.1.4.1)."""

import json
from datetime import datetime, timedelta

import pytest

from care.staff import Place, attempts, ensure_first_accounts, reset_password, verify
from care.staff.attempts import FAILURES_BEFORE_SLOW, FAILURES_BEFORE_WAIT, SLOWED_TO, wait_after
from records.audit import Action, Actor, ActorKind, AuditEntry, audit, writing
from records.database import session_scope, utc_now
from records.staff import Staff

OPERATORS, STRANGERS = Place("10.0.0.7"), Place("203.0.113.9")


class Clock:
    """Time as the sign-in and the audit see it."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moment = Clock()
    monkeypatch.setattr("care.staff.passwords.utc_now", moment)
    monkeypatch.setattr(writing, "utc_now", moment)
    return moment


@pytest.fixture
def password(database: None, clock: Clock) -> str:
    with session_scope() as session:
        return ensure_first_accounts(session)["admin"]


def signs_in(password: str, *, at: Place) -> bool:
    """One try, as the console's route makes it."""
    with session_scope() as session:
        staff = verify(session, username="admin", password=password, place=at)
        if staff is not None:
            audit(
                session,
                actor=Actor(ActorKind.STAFF, staff.username, at.address),
                action=Action.SIGN_IN,
                patient=None,
                subject=f"staff:{staff.id}",
                details=at.details(),
            )
        return staff is not None


def refusals() -> list[str]:
    with session_scope() as session:
        rows = session.query(AuditEntry).where(AuditEntry.outcome == "refused").order_by(AuditEntry.seq)
        return [json.loads(row.details)["cause"] for row in rows]


def test_a_stranger_makes_themselves_wait_and_nobody_else(password: str, clock: Clock) -> None:
    for _ in range(FAILURES_BEFORE_WAIT):
        assert not signs_in("wrong", at=STRANGERS)
    assert not signs_in(password, at=STRANGERS)
    assert refusals() == ["password"] * FAILURES_BEFORE_WAIT + ["locked"]
    assert signs_in(password, at=OPERATORS)
    clock.now += wait_after(FAILURES_BEFORE_WAIT) + timedelta(seconds=1)
    assert signs_in(password, at=STRANGERS)


def test_a_stranger_behind_the_same_address_does_not_stop_a_known_browser(password: str) -> None:
    desk = Place(OPERATORS.address, browser="0a1b2c3d")
    for _ in range(FAILURES_BEFORE_WAIT):
        assert not signs_in("wrong", at=OPERATORS)
    assert not signs_in(password, at=OPERATORS)
    assert signs_in(password, at=desk)
    # And what a known browser gets wrong is its own.
    for _ in range(FAILURES_BEFORE_WAIT):
        assert not signs_in("wrong", at=desk)
    assert not signs_in(password, at=desk)
    assert signs_in(password, at=Place("10.0.0.8"))


def test_each_wrong_one_more_makes_wait_twice_as_long(password: str, clock: Clock) -> None:
    for _ in range(FAILURES_BEFORE_WAIT):
        signs_in("wrong", at=STRANGERS)
    for minutes in (1, 2, 4, 8, 15, 15):
        clock.now += timedelta(minutes=minutes) - timedelta(seconds=1)
        assert not signs_in(password, at=STRANGERS)
        assert refusals()[-1] == "locked"
        clock.now += timedelta(seconds=2)
        assert not signs_in("wrong", at=STRANGERS)
        assert refusals()[-1] == "password"


@pytest.mark.parametrize(("failed", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (8, 8), (9, 15), (1000, 15)])
def test_how_long_to_wait(failed: int, minutes: int) -> None:
    assert wait_after(failed) == timedelta(minutes=minutes)


def test_tries_that_are_not_looked_at_do_not_lengthen_the_wait(password: str, clock: Clock) -> None:
    for _ in range(FAILURES_BEFORE_WAIT):
        signs_in("wrong", at=STRANGERS)
    clock.now += wait_after(FAILURES_BEFORE_WAIT) - timedelta(seconds=1)
    assert not signs_in(password, at=STRANGERS)
    clock.now += timedelta(seconds=2)
    assert signs_in(password, at=STRANGERS)


def test_a_right_password_forgets_the_wrong_ones_before(password: str) -> None:
    for guess in ["wrong"] * (FAILURES_BEFORE_WAIT - 1) + [password] + ["wrong"] * (FAILURES_BEFORE_WAIT - 1):
        signs_in(guess, at=OPERATORS)
    assert signs_in(password, at=OPERATORS)


def test_a_new_password_from_the_command_line_opens_at_once(password: str) -> None:
    for _ in range(FAILURES_BEFORE_WAIT):
        signs_in("wrong", at=OPERATORS)
    with session_scope() as session:
        fresh = reset_password(session, username="admin")
    assert signs_in(fresh, at=OPERATORS)


def test_many_strangers_guess_slowly_together_and_the_operator_works_on(
    password: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = 6
    assert few < FAILURES_BEFORE_SLOW
    monkeypatch.setattr(attempts, "FAILURES_BEFORE_SLOW", few)  # each guess costs an argon2
    assert signs_in(password, at=OPERATORS)
    clock.now += timedelta(hours=2)
    for number in range(few):
        assert not signs_in("wrong", at=Place(f"203.0.113.{number}"))
    # Another one of them has to wait, even with the right password; the operator's own place has not.
    assert not signs_in(password, at=Place("198.51.100.1"))
    assert refusals()[-1] == attempts.Held.SLOWED
    assert signs_in(password, at=OPERATORS)
    clock.now += SLOWED_TO + timedelta(seconds=1)
    assert not signs_in("wrong", at=Place("198.51.100.2"))
    assert not signs_in(password, at=Place("198.51.100.3"))
    clock.now += SLOWED_TO + timedelta(seconds=1)
    assert signs_in(password, at=Place("198.51.100.3"))


def test_one_persons_wrong_passwords_are_not_anothers(password: str) -> None:
    with session_scope() as session:
        first = session.query(Staff).filter_by(username="admin").one()
        session.add(Staff(username="nurse", password_hash=first.password_hash))
    for _ in range(FAILURES_BEFORE_WAIT):
        signs_in("wrong", at=OPERATORS)
    with session_scope() as session:
        assert verify(session, username="nurse", password=password, place=OPERATORS) is not None
