"""Who comes from the hospital's own sign-in: an account of their own here, role and departments as the provider says
at every sign-in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.staff.accounts import OF_DEPARTMENTS, USERNAME
from care.staff.attempts import Place
from care.staff.provider import Identity
from care.staff.sessions import end_sessions
from records.audit import Action, Actor, ActorKind, Outcome, audit
from records.staff import Staff

# The provider, where it makes or changes accounts.
PROVIDER = Actor(ActorKind.SYSTEM, "provider")


class NoRole(Exception):
    """The provider gives this person no role of the console."""


class Disabled(Exception):
    """This account was closed here."""


def join(session: Session, identity: Identity) -> Staff:
    """The account of this person, made at the first time and brought up to date at each; raises :class:`NoRole` or
    :class:`Disabled`, to be recorded by :func:`turned_away`."""
    staff = session.scalar(select(Staff).where(Staff.provider_subject == identity.subject).with_for_update())
    if identity.role is None:
        raise NoRole
    departments = list(identity.departments) if identity.role in OF_DEPARTMENTS else []
    if staff is None:
        staff = Staff(
            username=_free_name(session, identity),
            name=identity.name,
            password_hash="",
            role=identity.role,
            departments=departments,
            provider_subject=identity.subject,
        )
        session.add(staff)
        session.flush()
        _note(session, staff, Action.ADD_STAFF)
    if staff.disabled_at is not None:
        raise Disabled
    if (staff.role, staff.departments) != (identity.role, departments):
        staff.role, staff.departments = identity.role, departments
        end_sessions(session, staff)
        _note(session, staff, Action.CHANGE_STAFF)
    staff.name = identity.name
    session.flush()
    return staff


def turned_away(session: Session, identity: Identity | None, *, place: Place, cause: str) -> None:
    """Record that somebody came from the provider and did not get in; who has lost every role there is out here at
    once."""
    staff = None
    if identity is not None:
        staff = session.scalar(select(Staff).where(Staff.provider_subject == identity.subject))
    if staff is not None:
        end_sessions(session, staff)
    audit(
        session,
        actor=Actor(ActorKind.STAFF, staff.username if staff else "", place.address),
        action=Action.SIGN_IN,
        patient=None,
        subject=f"staff:{staff.id if staff else 'unknown'}",
        outcome=Outcome.REFUSED,
        details={"cause": cause},
    )


def _free_name(session: Session, identity: Identity) -> str:
    """The provider's name for this person; another where an account of the console has it, which the provider cannot
    take over by calling somebody ``admin``."""
    taken = session.scalar(select(Staff.id).where(Staff.username == identity.username)) is not None
    if not taken and USERNAME.fullmatch(identity.username):
        return identity.username
    return f"{identity.username[:40]}-{identity.subject[:8]}".lstrip("._-")


def _note(session: Session, staff: Staff, action: Action) -> None:
    audit(
        session,
        actor=PROVIDER,
        action=action,
        patient=None,
        subject=f"staff:{staff.id}",
        details={"role": staff.role, "departments": " ".join(staff.departments)},
    )
