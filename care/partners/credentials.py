"""Credentials of outside systems: made once, shown once, kept as a hash, ended by date or by hand."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose
from care.partners.fields import fields_named
from records.audit import Action, Actor, audit
from records.database import utc_now
from records.partners import Partner

# What a patient can agree to that somebody outside has a part in.
PURPOSES = (Purpose.BOOKING, Purpose.FOLLOW_UP, Purpose.CONSULTATION, Purpose.RESEARCH)
PER_MINUTE = 60
VALID_FOR = timedelta(days=365)


class PartnerExists(ValueError):
    """There is a partner of this name already."""


class NoSuchPartner(LookupError):
    """There is no partner of this name."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What the partner is given, once: ``token`` is written nowhere else."""

    partner_id: str
    token: str = field(repr=False)


def add(
    session: Session,
    *,
    actor: Actor,
    name: str,
    purpose: Purpose,
    fields: list[str],
    masked: bool = True,
    per_minute: int = PER_MINUTE,
    valid_for: timedelta = VALID_FOR,
) -> Credential:
    """A credential for one purpose and these fields. Raises :class:`PartnerExists`, ``UnknownField`` or
    ``ValueError``."""
    if purpose not in PURPOSES or not fields or per_minute < 1 or valid_for <= timedelta():
        raise ValueError("a partner needs a purpose, at least one field, a rate and a time")
    if session.scalar(select(Partner.id).where(Partner.name == name)) is not None:
        raise PartnerExists(name)
    allowed = [str(one) for one in fields_named(fields)]
    secret = secrets.token_urlsafe(32)
    partner = Partner(
        name=name,
        secret_sha256=sha256(secret),
        purpose=purpose,
        fields=allowed,
        masked=masked,
        per_minute=per_minute,
        expires_at=utc_now() + valid_for,
    )
    session.add(partner)
    session.flush()
    details: dict[str, str | int] = {"purpose": str(purpose), "fields": " ".join(allowed), "masked": int(masked)}
    audit(
        session, actor=actor, action=Action.ADD_PARTNER, patient=None, subject=f"partner:{partner.id}", details=details
    )
    return Credential(partner.id, f"{partner.id}.{secret}")


def revoke(session: Session, *, actor: Actor, name: str) -> None:
    """End a credential now; raises :class:`NoSuchPartner`."""
    partner = session.scalar(select(Partner).where(Partner.name == name))
    if partner is None:
        raise NoSuchPartner(name)
    if partner.revoked_at is None:
        partner.revoked_at = utc_now()
        session.flush()
        audit(session, actor=actor, action=Action.REVOKE_PARTNER, patient=None, subject=f"partner:{partner.id}")


def sha256(secret: str) -> str:
    """How a secret is kept: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
