"""Accounts: made, changed, closed by the security officer or at the command line; nobody changes their own.

GB/T 22239-2019, 8.1.4.2: accounts by need, no shared ones, no default password, unused ones closed; who manages
accounts gives themself nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.staff.factors import forget_factor
from care.staff.passwords import NoSuchStaff, new_password, password_hash, refuse_own
from care.staff.sessions import end_session, end_sessions
from records.audit import SYSTEM, Action, Actor, audit
from records.database import utc_now
from records.staff import EVERY_DEPARTMENT, Role, Staff, StaffSession

FIRST_OFFICER = "admin"
FIRST_CLINICIAN = "doctor"
USERNAME = re.compile(r"[a-z0-9][a-z0-9._\-]{1,63}")
# Roles that see patients, of their departments.
OF_DEPARTMENTS = frozenset({Role.CLINICIAN, Role.NURSE})


class NameTaken(ValueError):
    """Somebody has this name already."""


class NameUnusable(ValueError):
    """A name has 2 to 64 small letters, digits, dots, dashes and underscores."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an account; None leaves it as it is. A ``seat_capacity`` of 0 is as many as the house says."""

    name: str | None = None
    role: Role | None = None
    departments: Sequence[str] | None = None
    on_duty: bool | None = None
    skill_groups: Sequence[str] | None = None
    seat_capacity: int | None = None


def add_staff(
    session: Session,
    *,
    username: str,
    role: Role,
    name: str = "",
    departments: Sequence[str] = (),
    skill_groups: Sequence[str] = (),
    seat_capacity: int | None = None,
    actor: Actor = SYSTEM,
    once: bool = True,
) -> tuple[Staff, str]:
    """A new account and its random password, good for one sign-in (with ``once=False`` until it is changed);
    ``seat_capacity`` None or 0 is as many as the house says. Raises :class:`NameTaken` or :class:`NameUnusable`."""
    if not USERNAME.fullmatch(username):
        raise NameUnusable
    if session.scalar(select(Staff.id).where(Staff.username == username)) is not None:
        raise NameTaken
    password = new_password()
    staff = Staff(
        username=username,
        name=name,
        role=role,
        departments=list(departments) if role in OF_DEPARTMENTS else [],
        skill_groups=list(skill_groups),
        seat_capacity=seat_capacity or None,
        password_hash=password_hash(password),
        password_once=once,
    )
    session.add(staff)
    session.flush()
    details = _as_granted(staff)
    audit(session, actor=actor, action=Action.ADD_STAFF, patient=None, subject=f"staff:{staff.id}", details=details)
    return staff, password


def ensure_first_accounts(session: Session) -> dict[str, str]:
    """Make the first accounts when nobody is there: ``admin``, who makes the others and sees no patient, and
    ``doctor``, who sees every patient of the demo hospital. Returns their new passwords, nothing when somebody was.

    Nobody else has read these passwords but who runs the house, so they need not be changed at once."""
    if session.scalar(select(Staff.id).limit(1)) is not None:
        return {}
    _, officer = add_staff(session, username=FIRST_OFFICER, name="安全管理员", role=Role.SECURITY_OFFICER, once=False)
    _, clinician = add_staff(
        session,
        username=FIRST_CLINICIAN,
        name="示范医生",
        role=Role.CLINICIAN,
        departments=[EVERY_DEPARTMENT],
        once=False,
    )
    return {FIRST_OFFICER: officer, FIRST_CLINICIAN: clinician}


def change_staff(session: Session, staff_id: str, change: Change, *, actor: Actor) -> Staff:
    """Change an account; a new role or other departments end its sessions. Raises :class:`NoSuchStaff` or
    :class:`OwnAccount`."""
    staff = _other(session, staff_id, actor)
    before = (staff.role, list(staff.departments))
    if change.name is not None:
        staff.name = change.name
    if change.role is not None:
        staff.role = change.role
    if change.departments is not None:
        staff.departments = list(change.departments)
    if staff.role not in OF_DEPARTMENTS:
        staff.departments = []
    if change.on_duty is not None:
        staff.on_duty = change.on_duty
    if change.skill_groups is not None:
        staff.skill_groups = list(change.skill_groups)
    if change.seat_capacity is not None:
        staff.seat_capacity = change.seat_capacity or None
    if before != (staff.role, list(staff.departments)):
        end_sessions(session, staff)
    details = _as_granted(staff) | {"on_duty": int(staff.on_duty)}
    audit(session, actor=actor, action=Action.CHANGE_STAFF, patient=None, subject=f"staff:{staff.id}", details=details)
    session.flush()
    return staff


def set_on_duty(session: Session, staff_id: str, on_duty: bool, *, actor: Actor) -> Staff:
    """Say of oneself that one is there, or gone."""
    staff = session.get_one(Staff, staff_id)
    staff.on_duty = on_duty
    audit(
        session,
        actor=actor,
        action=Action.CHANGE_STAFF,
        patient=None,
        subject=f"staff:{staff.id}",
        details={"on_duty": int(on_duty)},
    )
    session.flush()
    return staff


def disable_staff(session: Session, staff_id: str, *, actor: Actor) -> None:
    """Close an account and end its sessions; its name stays taken. Raises :class:`NoSuchStaff` or
    :class:`OwnAccount`."""
    staff = _other(session, staff_id, actor)
    staff.disabled_at = staff.disabled_at or utc_now()
    staff.on_duty = False
    end_sessions(session, staff)
    audit(session, actor=actor, action=Action.DISABLE_STAFF, patient=None, subject=f"staff:{staff.id}")


def enable_staff(session: Session, staff_id: str, *, actor: Actor) -> None:
    """Open a closed account again. Raises :class:`NoSuchStaff` or :class:`OwnAccount`."""
    staff = _other(session, staff_id, actor)
    staff.disabled_at = None
    audit(session, actor=actor, action=Action.ENABLE_STAFF, patient=None, subject=f"staff:{staff.id}")


def reset_factor(session: Session, staff_id: str, *, actor: Actor) -> None:
    """Have somebody who lost their device enrol another one at the next sign-in, with a new one-time password to be
    given by hand (see :func:`~care.staff.reset_password`); ends their sessions. Raises :class:`NoSuchStaff` or
    :class:`OwnAccount`."""
    staff = _other(session, staff_id, actor)
    forget_factor(session, staff)
    end_sessions(session, staff)
    audit(session, actor=actor, action=Action.RESET_FACTOR, patient=None, subject=f"staff:{staff.id}")


def revoke_session(session: Session, row: StaffSession, *, actor: Actor) -> None:
    """End somebody's session, or one of one's own."""
    subject = f"staff:{row.staff_id}"
    end_session(session, row)
    audit(
        session,
        actor=actor,
        action=Action.REVOKE_SESSION,
        patient=None,
        subject=subject,
        details={"session": row.id},
    )


def _as_granted(staff: Staff) -> dict[str, str | int]:
    return {
        "role": staff.role,
        "departments": " ".join(staff.departments),
        "skill_groups": " ".join(staff.skill_groups),
        "seat_capacity": staff.seat_capacity or 0,
    }


def _other(session: Session, staff_id: str, actor: Actor) -> Staff:
    staff = session.get(Staff, staff_id, with_for_update=True)
    if staff is None:
        raise NoSuchStaff(staff_id)
    refuse_own(staff, actor)
    return staff
