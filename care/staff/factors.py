"""The second factor: codes by time from a person's own device (TOTP, RFC 6238), and ten codes for when it is lost.

GB/T 22239-2019, 8.1.4.1: two factors, one of them by a cryptographic technique. The secret lies sealed, recovery codes
as an HMAC; a code that was taken is not taken again, nor any of its time or before (RFC 6238, 5.2).
"""

import hmac
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from care.staff.attempts import WRONG_CODE, Place, held_back
from care.staff.passwords import refused, wrong
from records.audit import Action, Actor, ActorKind, audit
from records.database import utc_now
from records.staff import RecoveryCode, Staff, StaffFactor
from records.vault import HOUSE, get_vault

ISSUER = "杏林"
STEP_S = 30
DIGITS = 6
# Clocks of telephones are off by a few seconds, and people type slowly: one step to either side.
STEPS_OFF = (0, -1, 1)

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PURPOSE = "recovery-code"


class NotOffered(Exception):
    """No secret waits to be proved: the enrolment begins anew."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a device must know: the secret (base 32) and the same as an address for its camera."""

    secret: str
    uri: str


def enrolled(session: Session, staff_id: str) -> bool:
    """Whether a second factor is in force for this person."""
    return (
        session.scalar(
            select(StaffFactor.staff_id).where(StaffFactor.staff_id == staff_id, StaffFactor.secret_sealed.is_not(None))
        )
        is not None
    )


def begin_enrolment(session: Session, staff: Staff) -> Enrolment:
    """A new secret, in force only once :func:`confirm_enrolment` has seen a code of it; what was in force stays so
    till then."""
    secret = pyotp.random_base32()
    factor = session.get(StaffFactor, staff.id) or StaffFactor(staff_id=staff.id)
    factor.offered_sealed = get_vault().seal(session, secret.encode(), owner=HOUSE, context=f"offered:{staff.id}")
    session.add(factor)
    session.flush()
    return Enrolment(secret, _totp(secret).provisioning_uri(name=staff.username, issuer_name=ISSUER))


def confirm_enrolment(session: Session, staff: Staff, code: str, *, place: Place) -> list[str] | None:
    """Put the offered secret in force when ``code`` proves it; returns ten new recovery codes, the only time that they
    can be read. None for a wrong code, which counts as any. Raises :class:`NotOffered`."""
    factor = session.get(StaffFactor, staff.id)
    if factor is None or factor.offered_sealed is None:
        raise NotOffered
    if held := held_back(session, staff, place=place, now=utc_now()):
        refused(session, staff, action=Action.ENROL_FACTOR, place=place, cause=held)
        return None
    secret = get_vault().open(session, factor.offered_sealed, owner=HOUSE, context=f"offered:{staff.id}")
    step = _step_of(secret.decode(), code, after=0)
    if step is None:
        wrong(session, staff, action=Action.ENROL_FACTOR, place=place, cause=WRONG_CODE)
        return None
    factor.secret_sealed = get_vault().seal(session, secret, owner=HOUSE, context=f"factor:{staff.id}")
    factor.offered_sealed, factor.used_step, factor.enrolled_at = None, step, utc_now()
    actor = Actor(ActorKind.STAFF, staff.username, place.address)
    audit(session, actor=actor, action=Action.ENROL_FACTOR, patient=None, subject=f"staff:{staff.id}")
    return new_recovery_codes(session, staff)


def prove(
    session: Session, staff: Staff, code: str, *, place: Place, action: Action, patient: str | None = None
) -> bool:
    """Whether ``code`` is one of the device's that has not been used, or an unused recovery code. A wrong one is
    recorded as a refused ``action`` and counts like a wrong password; what was done with a right one is the caller's to
    audit."""
    # One try at a time: two that race with the same code would both be the first.
    session.scalar(select(Staff.id).where(Staff.id == staff.id).with_for_update())
    if held := held_back(session, staff, place=place, now=utc_now()):
        refused(session, staff, action=action, place=place, cause=held, patient=patient)
        return False
    if _by_device(session, staff, code) or _by_recovery(session, staff, code):
        return True
    wrong(session, staff, action=action, place=place, cause=WRONG_CODE, patient=patient)
    return False


def new_recovery_codes(session: Session, staff: Staff) -> list[str]:
    """Ten new ones, three groups of four, about 59 bits each; those before are worth nothing any more."""
    codes = [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    session.add_all(RecoveryCode(staff_id=staff.id, fingerprint=_fingerprint(staff.id, code)) for code in codes)
    session.flush()
    return codes


def codes_left(session: Session, staff_id: str) -> int:
    """How many recovery codes have not been used."""
    unused = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget_factor(session: Session, staff: Staff) -> None:
    """Have this person enrol anew at the next sign-in."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    session.execute(delete(StaffFactor).where(StaffFactor.staff_id == staff.id))


def _by_device(session: Session, staff: Staff, code: str) -> bool:
    factor = session.get(StaffFactor, staff.id, with_for_update=True, populate_existing=True)
    if factor is None or factor.secret_sealed is None:
        return False
    secret = get_vault().open(session, factor.secret_sealed, owner=HOUSE, context=f"factor:{staff.id}")
    step = _step_of(secret.decode(), code, after=factor.used_step)
    if step is None:
        return False
    factor.used_step = step
    session.flush()
    return True


def _by_recovery(session: Session, staff: Staff, code: str) -> bool:
    found = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.fingerprint == _fingerprint(staff.id, code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if found is None:
        return False
    found.used_at = utc_now()
    session.flush()
    return True


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The time step whose code this is, if it is of now and later than ``after``."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    now = int(utc_now().timestamp()) // STEP_S
    for off in STEPS_OFF:
        if now + off > after and hmac.compare_digest(_totp(secret).generate_otp(now + off), typed):
            return now + off
    return None


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_S)


def _fingerprint(staff_id: str, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return get_vault().fingerprint(f"{staff_id}:{plain}", purpose=_PURPOSE)
