"""Legal holds: while one stands, nothing of the account is removed, by whatever clock or wish."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit import Action, Actor, audit
from records.database import utc_now
from records.masking import mask
from records.patients import Account
from records.retention import LegalHold


class NoSuchAccount(LookupError):
    """There is no account with this id."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class HoldWithoutReason(ValueError):
    """A legal hold needs a reason."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def hold(session: Session, account_id: str, *, reason: str, actor: Actor) -> LegalHold:
    """Place a hold; several may stand. Raises :class:`NoSuchAccount`, :class:`HoldWithoutReason`."""
    if not reason.strip():
        raise HoldWithoutReason
    if session.get(Account, account_id) is None:
        raise NoSuchAccount
    placed = LegalHold(account_id=account_id, reason=mask(reason.strip())[:512], placed_by=f"{actor.kind}:{actor.id}")
    session.add(placed)
    session.flush()
    _audit(session, actor, Action.HOLD_RETENTION, placed, reason)
    return placed


def release(session: Session, account_id: str, *, reason: str, actor: Actor) -> int:
    """Release every hold of the account; returns how many stood. Raises :class:`HoldWithoutReason`."""
    if not reason.strip():
        raise HoldWithoutReason
    standing = holds(session, account_id)
    for placed in standing:
        placed.released_at, placed.released_by = utc_now(), f"{actor.kind}:{actor.id}"
        _audit(session, actor, Action.RELEASE_RETENTION, placed, reason)
    session.flush()
    return len(standing)


def holds(session: Session, account_id: str) -> list[LegalHold]:
    """The holds that stand on an account."""
    query = select(LegalHold).where(LegalHold.account_id == account_id, LegalHold.released_at.is_(None))
    return list(session.scalars(query.order_by(LegalHold.placed_at)))


def held_accounts(session: Session) -> set[str]:
    """The ids of all accounts on which a hold stands."""
    return set(session.scalars(select(LegalHold.account_id).where(LegalHold.released_at.is_(None))))


def _audit(session: Session, actor: Actor, action: Action, placed: LegalHold, reason: str) -> None:
    audit(
        session,
        actor=actor,
        action=action,
        patient=placed.account_id,
        subject=f"legal_hold:{placed.id}",
        reason=reason,
    )
