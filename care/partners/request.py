"""May this caller have this? Credential, date, pace, purpose and fields, in that order; every no is recorded."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose
from care.partners.credentials import sha256
from care.partners.fields import FIELDS, Field, Resource
from records.audit import Actor, ActorKind
from records.database import new_id, utc_now
from records.partners import Partner

WINDOW = timedelta(minutes=1)
# Compared where there is no such partner, so that the answer takes as long.
_NOBODY = sha256("")


class Refused(StrEnum):
    """Why a request is refused. ``CREDENTIAL`` says the same for an unknown and for a wrong one."""

    CREDENTIAL = "credential"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TOO_FAST = "too_fast"
    PURPOSE = "purpose"
    NOBODY = "nobody"  # it does not say for whom in the outside system
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request brings: its credential, the purpose and the person it says it is for, the fields it wants."""

    token: str
    purpose: str
    on_behalf_of: str
    address: str
    resource: Resource
    fields: Sequence[str] = ()  # keys within the resource; none means all that the credential has


@dataclass(frozen=True, slots=True)
class Caller:
    """Which partner calls; nothing of the secret."""

    id: str
    purpose: Purpose
    masked: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the audit tells of it: who, for whom, what for, which fields. ``refused`` is None for a yes."""

    id: str
    actor: Actor
    asked: Asked
    caller: Caller | None = None
    fields: tuple[Field, ...] = ()
    refused: Refused | None = None

    @property
    def details(self) -> dict[str, str | int]:
        """The chain of the call for the audit's row; what the caller typed comes in only when it is known."""
        chain: dict[str, str | int] = {"call": self.id, "resource": str(self.asked.resource)}
        if self.refused:
            chain["cause"] = str(self.refused)
        if self.caller:
            chain["purpose"] = str(self.caller.purpose)
            chain["fields"] = " ".join(self.fields)
            chain["masked"] = int(self.caller.masked)
        return chain


def admitted(session: Session, asked: Asked) -> Call:
    """The call, admitted or refused. It is counted, so the transaction is to be committed either way."""
    call = Call(new_id(), Actor(ActorKind.THIRD_PARTY, "", asked.address), asked)
    partner_id, _, secret = asked.token.partition(".")
    partner = session.scalar(select(Partner).where(Partner.id == partner_id).with_for_update())
    known = hmac.compare_digest(partner.secret_sha256 if partner else _NOBODY, sha256(secret))
    if partner is None or not known:
        return _with(call, refused=Refused.CREDENTIAL)
    actor = Actor(ActorKind.THIRD_PARTY, partner.id, asked.address)
    caller = Caller(partner.id, Purpose(partner.purpose), partner.masked)
    call = Call(call.id, actor, asked, caller)
    if partner.revoked_at is not None:
        return _with(call, refused=Refused.REVOKED)
    if partner.expires_at <= utc_now():
        return _with(call, refused=Refused.EXPIRED)
    if _too_fast(partner):
        return _with(call, refused=Refused.TOO_FAST)
    if asked.purpose != partner.purpose:
        return _with(call, refused=Refused.PURPOSE)
    if not asked.on_behalf_of:
        return _with(call, refused=Refused.NOBODY)
    allowed = [field for field in FIELDS if field in partner.fields and field.resource == asked.resource]
    wanted = set(asked.fields) or {field.key for field in allowed}
    if not allowed or not wanted <= {field.key for field in allowed}:
        return _with(call, refused=Refused.FIELD)
    return _with(call, fields=tuple(field for field in allowed if field.key in wanted))


def _with(call: Call, *, fields: tuple[Field, ...] = (), refused: Refused | None = None) -> Call:
    return Call(call.id, call.actor, call.asked, call.caller, fields, refused)


def _too_fast(partner: Partner) -> bool:
    now = utc_now()
    if partner.window_at is None or now - partner.window_at >= WINDOW:
        partner.window_at, partner.window_count = now, 0
    partner.window_count += 1
    return partner.window_count > partner.per_minute
