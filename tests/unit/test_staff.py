"""Signing in to the console: no default password, wrong ones counted, idle sessions ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.staff import (
    NoSuchStaff,
    PasswordTooShort,
    change_password,
    current_staff,
    ensure_first_operator,
    reset_password,
    sign_in,
    sign_out,
    verify,
)
from records.database import utc_now
from records.staff import StaffSession


@pytest.fixture
def password(session: Session) -> str:
    made = ensure_first_operator(session)
    assert made is not None
    return made


def test_the_first_operator_is_made_once(session: Session, password: str) -> None:
    assert ensure_first_operator(session) is None
    assert len(password) >= 16


def test_the_password_opens_and_is_not_kept(session: Session, password: str) -> None:
    staff = verify(session, username="admin", password=password)
    assert staff is not None
    assert password not in staff.password_hash


@pytest.mark.parametrize(("username", "guess"), [("admin", "wrong"), ("admin", ""), ("nobody", "wrong"), ("", "")])
def test_a_wrong_name_or_password_opens_nothing(session: Session, password: str, username: str, guess: str) -> None:
    assert verify(session, username=username, password=guess) is None


def test_a_session_lasts_until_it_is_ended(session: Session, password: str) -> None:
    staff = verify(session, username="admin", password=password)
    assert staff is not None
    token = sign_in(session, staff)
    assert current_staff(session, token) is staff
    assert token not in session.scalars(select(StaffSession.token_sha256)).one()
    sign_out(session, token)
    assert current_staff(session, token) is None


@pytest.mark.parametrize("column", ["last_seen_at", "created_at"])
def test_an_idle_or_old_session_ends_by_itself(session: Session, password: str, column: str) -> None:
    staff = verify(session, username="admin", password=password)
    assert staff is not None
    token = sign_in(session, staff)
    session.execute(update(StaffSession).values({column: utc_now() - timedelta(days=1)}))
    session.expire_all()
    assert current_staff(session, token) is None


def test_a_changed_password_ends_every_session(session: Session, password: str) -> None:
    staff = verify(session, username="admin", password=password)
    assert staff is not None
    token = sign_in(session, staff)
    assert not change_password(session, username="admin", old="wrong", new="a new long one")
    assert change_password(session, username="admin", old=password, new="a new long one")
    assert current_staff(session, token) is None
    assert verify(session, username="admin", password="a new long one") is not None


def test_a_short_password_is_refused(session: Session, password: str) -> None:
    with pytest.raises(PasswordTooShort):
        change_password(session, username="admin", old=password, new="short")


def test_a_forgotten_password_is_replaced(session: Session, password: str) -> None:
    fresh = reset_password(session, username="admin")
    assert verify(session, username="admin", password=password) is None
    assert verify(session, username="admin", password=fresh) is not None
    with pytest.raises(NoSuchStaff):
        reset_password(session, username="nobody")
