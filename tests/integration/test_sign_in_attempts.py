"""Wrong passwords slow down who guesses and leave who is guessed at alone (GB/T 22239-2019, 8.1.4.1)."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from care.staff import attempts, ensure_first_operator, reset_password, verify
from care.staff.attempts import FAILURES_BEFORE_LOCK, FAILURES_BEFORE_SLOW, LOCKED_FOR, SLOWED_TO
from records.audit import Action, Actor, ActorKind, AuditEntry, audit, writing
from records.database import session_scope, utc_now
from records.staff import Staff

OPERATORS, STRANGERS = "10.0.0.7", "203.0.113.9"


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
def password(database: None, clock: Clock) -> Iterator[str]:
    with session_scope() as session:
        made = ensure_first_operator(session)
    assert made
    yield made


def signs_in(password: str, *, address: str) -> bool:
    """One try, as the console's route makes it."""
    with session_scope() as session:
        staff = verify(session, username="admin", password=password, address=address)
        if staff is not None:
            actor = Actor(ActorKind.STAFF, staff.username, address)
            audit(session, actor=actor, action=Action.SIGN_IN, patient=None, subject=f"staff:{staff.id}")
        return staff is not None


def refusals() -> list[str]:
    with session_scope() as session:
        rows = session.query(AuditEntry).where(AuditEntry.outcome == "refused").order_by(AuditEntry.seq)
        return [json.loads(row.details)["cause"] for row in rows]


def test_a_stranger_locks_out_themselves_and_nobody_else(password: str, clock: Clock) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        assert not signs_in("wrong", address=STRANGERS)
    assert not signs_in(password, address=STRANGERS)
    assert refusals() == ["password"] * FAILURES_BEFORE_LOCK + ["locked"]
    assert signs_in(password, address=OPERATORS)
    clock.now += LOCKED_FOR + timedelta(seconds=1)
    assert signs_in(password, address=STRANGERS)


def test_tries_that_are_not_looked_at_do_not_lengthen_the_wait(password: str, clock: Clock) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        signs_in("wrong", address=STRANGERS)
    clock.now += LOCKED_FOR - timedelta(seconds=1)
    assert not signs_in(password, address=STRANGERS)
    clock.now += timedelta(seconds=2)
    assert signs_in(password, address=STRANGERS)


def test_a_right_password_forgets_the_wrong_ones_before(password: str) -> None:
    for guess in ["wrong"] * (FAILURES_BEFORE_LOCK - 1) + [password] + ["wrong"] * (FAILURES_BEFORE_LOCK - 1):
        signs_in(guess, address=OPERATORS)
    assert signs_in(password, address=OPERATORS)


def test_a_new_password_from_the_command_line_opens_at_once(password: str) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        signs_in("wrong", address=OPERATORS)
    with session_scope() as session:
        fresh = reset_password(session, username="admin")
    assert signs_in(fresh, address=OPERATORS)


def test_many_strangers_guess_slowly_together_and_the_operator_works_on(
    password: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = 6
    assert few < FAILURES_BEFORE_SLOW
    monkeypatch.setattr(attempts, "FAILURES_BEFORE_SLOW", few)  # each guess costs an argon2
    assert signs_in(password, address=OPERATORS)
    clock.now += timedelta(hours=1)
    for number in range(few):
        assert not signs_in("wrong", address=f"203.0.113.{number}")
    # Another one of them has to wait, even with the right password; the operator's own place has not.
    assert not signs_in(password, address="198.51.100.1")
    assert refusals()[-1] == attempts.Held.SLOWED
    assert signs_in(password, address=OPERATORS)
    clock.now += SLOWED_TO + timedelta(seconds=1)
    assert not signs_in("wrong", address="198.51.100.2")
    assert not signs_in(password, address="198.51.100.3")
    clock.now += SLOWED_TO + timedelta(seconds=1)
    assert signs_in(password, address="198.51.100.3")


def test_one_persons_wrong_passwords_are_not_anothers(password: str) -> None:
    with session_scope() as session:
        first = session.query(Staff).one()
        session.add(Staff(username="nurse", password_hash=first.password_hash))
    for _ in range(FAILURES_BEFORE_LOCK):
        signs_in("wrong", address=OPERATORS)
    with session_scope() as session:
        assert verify(session, username="nurse", password=password, address=OPERATORS) is not None
