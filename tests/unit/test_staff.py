"""Accounts, passwords and sessions: no default password, one-time ones, nobody manages themself, idle sessions end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import Type, extract_parameters
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from care.staff import (
    Change,
    NameTaken,
    NameUnusable,
    Next,
    NoSuchStaff,
    OwnAccount,
    PasswordNotNew,
    PasswordTooShort,
    add_staff,
    change_password,
    change_staff,
    current_staff,
    disable_staff,
    enable_staff,
    ensure_first_accounts,
    reset_factor,
    reset_password,
    verify,
)
from care.staff.passwords import password_hash
from care.staff.sessions import LONGEST, SIGNING_IN_WITHIN, found, idle, open_session, sessions_of
from records.audit import Actor, ActorKind
from records.database import utc_now
from records.staff import EVERY_DEPARTMENT, Role, Staff, StaffFactor, StaffSession

OFFICER = Actor(ActorKind.STAFF, "admin")


@pytest.fixture
def password(session: Session) -> str:
    return ensure_first_accounts(session)["doctor"]


@pytest.fixture
def doctor(session: Session, password: str) -> Staff:
    return session.scalars(select(Staff).where(Staff.username == "doctor")).one()


def enrolled(session: Session, staff: Staff) -> Staff:
    session.add(StaffFactor(staff_id=staff.id, secret_sealed=b"any", enrolled_at=utc_now()))
    session.flush()
    return staff


def test_the_first_accounts_are_made_once(session: Session, password: str) -> None:
    assert ensure_first_accounts(session) == {}
    assert len(password) >= 16
    roles = {staff.username: (staff.role, staff.departments) for staff in session.scalars(select(Staff))}
    assert roles == {
        "admin": (Role.SECURITY_OFFICER, []),
        "doctor": (Role.CLINICIAN, [EVERY_DEPARTMENT]),
    }


@pytest.mark.real_passwords
def test_a_password_is_kept_as_rfc_9106_says() -> None:
    parameters = extract_parameters(password_hash("a long password"))
    assert (parameters.type, parameters.memory_cost, parameters.time_cost) == (Type.ID, 64 * 1024, 3)


def test_the_password_opens_and_is_not_kept(session: Session, password: str) -> None:
    staff = verify(session, username="doctor", password=password)
    assert staff is not None
    assert password not in staff.password_hash


@pytest.mark.parametrize(("username", "guess"), [("admin", "wrong"), ("admin", ""), ("nobody", "wrong"), ("", "")])
def test_a_wrong_name_or_password_opens_nothing(session: Session, password: str, username: str, guess: str) -> None:
    assert verify(session, username=username, password=guess) is None


def test_who_signs_in_elsewhere_has_no_password_here(session: Session, doctor: Staff) -> None:
    doctor.password_hash = ""
    assert verify(session, username="doctor", password="") is None


def test_a_session_lasts_until_it_is_ended(session: Session, doctor: Staff) -> None:
    token = open_session(session, enrolled(session, doctor), proved=True)
    assert current_staff(session, token) is doctor
    assert token not in session.scalars(select(StaffSession.token_sha256)).one()
    disable_staff(session, doctor.id, actor=OFFICER)
    assert current_staff(session, token) is None


@pytest.mark.parametrize(
    ("have", "needed"),
    [
        (set(), Next.ENROL),  # the first time
        ({"proved"}, Next.ENROL),  # whatever a row says, without a factor nothing opens
        ({"factor"}, Next.FACTOR),
        ({"factor", "one-time password"}, Next.FACTOR),  # the factor comes before a new password
        ({"factor", "one-time password", "proved"}, Next.PASSWORD),
        ({"factor", "proved"}, Next.DONE),
    ],
)
def test_nothing_opens_before_the_last_step(session: Session, doctor: Staff, have: set[str], needed: Next) -> None:
    doctor.password_once = "one-time password" in have
    if "factor" in have:
        enrolled(session, doctor)
    token = open_session(session, doctor, proved="proved" in have)
    signed = found(session, token)
    assert signed is not None
    assert signed.next is needed
    assert (current_staff(session, token) is not None) == (needed is Next.DONE)


@pytest.mark.parametrize(
    ("proved", "column", "after"),
    [
        (True, "last_seen_at", idle),
        (True, "created_at", lambda: LONGEST),
        (False, "created_at", lambda: SIGNING_IN_WITHIN),
    ],
)
def test_a_session_ends_by_itself(
    session: Session, doctor: Staff, proved: bool, column: str, after: Callable[[], timedelta]
) -> None:
    token = open_session(session, enrolled(session, doctor), proved=proved)
    for early, alive in ((timedelta(seconds=5), True), (timedelta(seconds=-5), False)):
        session.execute(update(StaffSession).values({column: utc_now() - after() + early}))
        session.expire_all()
        assert (found(session, token) is not None) == alive
    assert sessions_of(session, doctor.id) == []


def test_a_changed_password_ends_every_session(session: Session, password: str, doctor: Staff) -> None:
    token = open_session(session, enrolled(session, doctor), proved=True)
    assert not change_password(session, username="doctor", old="wrong", new="a new long one")
    assert change_password(session, username="doctor", old=password, new="a new long one")
    assert current_staff(session, token) is None
    assert verify(session, username="doctor", password="a new long one") is not None


def test_a_short_password_or_the_old_one_is_refused(session: Session, password: str) -> None:
    with pytest.raises(PasswordTooShort):
        change_password(session, username="doctor", old=password, new="short")
    with pytest.raises(PasswordNotNew):
        change_password(session, username="doctor", old=password, new=password)


def test_a_forgotten_password_is_replaced_by_one_for_one_sign_in(session: Session, password: str) -> None:
    fresh = reset_password(session, username="doctor")
    assert verify(session, username="doctor", password=password) is None
    staff = verify(session, username="doctor", password=fresh)
    assert staff is not None
    assert staff.password_once
    with pytest.raises(NoSuchStaff):
        reset_password(session, username="nobody")


def test_a_new_account_has_a_password_for_one_sign_in(session: Session) -> None:
    staff, password = add_staff(session, username="li.na", role=Role.NURSE, departments=["皮肤科"], actor=OFFICER)
    assert verify(session, username="li.na", password=password) is staff
    assert (staff.password_once, staff.departments) == (True, ["皮肤科"])
    with pytest.raises(NameTaken):
        add_staff(session, username="li.na", role=Role.AGENT)


@pytest.mark.parametrize("name", ["", "a", "A", "Li", "李娜", "a b", "../a", "-a", "a" * 65, "a\x00b"])
def test_an_account_has_a_plain_name(session: Session, name: str) -> None:
    with pytest.raises(NameUnusable):
        add_staff(session, username=name, role=Role.AGENT)


def test_only_clinicians_and_nurses_have_departments(session: Session, doctor: Staff) -> None:
    agent, _ = add_staff(session, username="agent", role=Role.AGENT, departments=["皮肤科"])
    assert agent.departments == []
    change_staff(session, doctor.id, Change(role=Role.OPERATOR), actor=OFFICER)
    assert (doctor.role, doctor.departments) == (Role.OPERATOR, [])


def test_another_role_ends_what_is_open_and_duty_does_not(session: Session, doctor: Staff) -> None:
    token = open_session(session, enrolled(session, doctor), proved=True)
    change_staff(session, doctor.id, Change(on_duty=True, name="王医生"), actor=OFFICER)
    assert current_staff(session, token) is doctor
    change_staff(session, doctor.id, Change(departments=["骨科"]), actor=OFFICER)
    assert current_staff(session, token) is None


def test_nobody_manages_their_own_account(session: Session, doctor: Staff) -> None:
    """GB/T 22239-2019, 8.1.4.2: who manages accounts gives themself nothing."""
    officer = session.scalars(select(Staff).where(Staff.username == "admin")).one()
    for attempt in (
        lambda: change_staff(session, officer.id, Change(role=Role.CLINICIAN), actor=OFFICER),
        lambda: disable_staff(session, officer.id, actor=OFFICER),
        lambda: enable_staff(session, officer.id, actor=OFFICER),
        lambda: reset_factor(session, officer.id, actor=OFFICER),
        lambda: reset_password(session, username="admin", actor=OFFICER),
    ):
        with pytest.raises(OwnAccount):
            attempt()
    assert officer.role == Role.SECURITY_OFFICER


def test_a_closed_account_opens_nothing_and_keeps_its_name(session: Session, password: str, doctor: Staff) -> None:
    disable_staff(session, doctor.id, actor=OFFICER)
    assert verify(session, username="doctor", password=password) is None
    with pytest.raises(NameTaken):
        add_staff(session, username="doctor", role=Role.AGENT)
    enable_staff(session, doctor.id, actor=OFFICER)
    assert verify(session, username="doctor", password=password) is doctor
