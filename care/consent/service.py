"""Consent as it stands: given, asked about, withdrawn. The edge owns the transaction; each change is audited in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent.purposes import Purpose, still_holds, text_of
from records.audit import Action, Actor, ActorKind, Outcome, audit
from records.database import utc_now
from records.patients import Consent


@dataclass(frozen=True, slots=True)
class Grant:
    """One purpose that is agreed to now. ``guardian`` says who agreed for a child ("母亲"), "" when nobody did."""

    purpose: Purpose
    given_at: datetime
    guardian: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that one account agrees to now."""

    grants: tuple[Grant, ...] = ()

    def allows(self, purpose: Purpose, *, child: bool = False) -> bool:
        """Whether ``purpose`` is agreed to; for a child under 14 only a guardian's consent counts (PIPL art. 31)."""
        return any(grant.purpose == purpose and (grant.guardian or not child) for grant in self.grants)

    def grant(self, purpose: Purpose) -> Grant | None:
        """The consent to ``purpose``, a guardian's before another."""
        found = [grant for grant in self.grants if grant.purpose == purpose]
        return max(found, key=lambda grant: (bool(grant.guardian), grant.given_at)) if found else None


NOTHING = Standing()


def standing_of(rows: Iterable[Consent | None]) -> Standing:
    """What these rows of one account add up to; withdrawn and outdated ones count for nothing."""
    return Standing(
        tuple(
            Grant(Purpose(row.purpose), row.given_at, row.guardian)
            for row in rows
            if row is not None and row.withdrawn_at is None and still_holds(Purpose(row.purpose), row.version)
        )
    )


def standing(session: Session, account_id: str) -> Standing:
    """What the account agrees to now."""
    return standing_of(session.scalars(select(Consent).where(Consent.account_id == account_id)))


def has_consent(session: Session, account_id: str, purpose: Purpose) -> bool:
    """Whether the account agrees to ``purpose`` in a version that still holds."""
    return standing(session, account_id).allows(purpose)


def give(
    session: Session, account_id: str, purpose: Purpose, *, guardian: str = "", actor: Actor | None = None
) -> None:
    """Note the consent in the version that is asked with now; a second time changes nothing.

    ``guardian`` is who agrees for a child under 14, "" for the patient. ``actor`` is the patient unless staff note
    what they were told.
    """
    known = standing(session, account_id)
    if any(grant.purpose == purpose and grant.guardian == guardian for grant in known.grants):
        return
    version = text_of(purpose).version
    session.add(Consent(account_id=account_id, purpose=purpose, version=version, guardian=guardian, given_at=utc_now()))
    session.flush()
    _audit(session, actor, Action.GIVE_CONSENT, account_id, purpose, version=version, guardian=guardian)


def refuse(session: Session, account_id: str, purpose: Purpose) -> None:
    """Leave a trace that the question was asked and answered with no; nothing else changes."""
    _audit(session, None, Action.REFUSE_CONSENT, account_id, purpose, outcome=Outcome.REFUSED)


def withdraw(
    session: Session, account_id: str, purpose: Purpose, *, actor: Actor | None = None, reason: str = ""
) -> bool:
    """End the consent from now on (PIPL art. 15); returns False when there was none. The row stays as evidence.

    ``reason`` is what staff note who end it for the patient.
    """
    rows = session.scalars(
        select(Consent).where(
            Consent.account_id == account_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
    ).all()
    for row in rows:
        row.withdrawn_at = utc_now()
    session.flush()
    if rows:
        _audit(session, actor, Action.WITHDRAW_CONSENT, account_id, purpose, reason=reason)
    return bool(rows)


def _audit(
    session: Session,
    actor: Actor | None,
    action: Action,
    account_id: str,
    purpose: Purpose,
    *,
    outcome: Outcome = Outcome.DONE,
    reason: str = "",
    **details: str,
) -> None:
    audit(
        session,
        actor=actor or Actor(ActorKind.PATIENT, account_id),
        action=action,
        patient=account_id,
        subject=f"consent:{purpose}",
        outcome=outcome,
        reason=reason,
        details={key: value for key, value in details.items() if value},
    )
