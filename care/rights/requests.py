"""Requests about one's own data: noted at once, done by the worker, tried again until they are."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose
from records.audit import Action, Actor, audit
from records.conversations import Conversation
from records.database import utc_now
from records.patients import Account
from records.rights import RequestKind, RequestState, RightsRequest

# Between two tries of something that was away; grows with the tries, up to an hour.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)

_ASKED = {RequestKind.EXPORT: Action.ASK_EXPORT, RequestKind.ERASURE: Action.ASK_ERASURE}


def ask(
    session: Session,
    account_id: str,
    kind: RequestKind,
    *,
    actor: Actor,
    with_sensitive: bool = False,
    reason: str = "",
    after: timedelta = timedelta(),
) -> RightsRequest:
    """Note a request; the one that is under way already where the same is asked again.

    ``after`` leaves time for the answer to reach the patient. ``reason`` is what staff give; a patient needs none.
    """
    under_way = session.scalars(
        select(RightsRequest).where(
            RightsRequest.account_id == account_id,
            RightsRequest.kind == kind,
            RightsRequest.state == RequestState.ASKED,
            RightsRequest.with_sensitive == with_sensitive,
        )
    ).first()
    if under_way is not None:
        return under_way
    account = session.get_one(Account, account_id)
    conversation = session.scalar(select(Conversation.id).where(Conversation.account_id == account_id))
    request = RightsRequest(
        kind=kind,
        account_id=account_id,
        conversation_id=conversation or "",
        address_fingerprint=account.address_fingerprint if kind is RequestKind.ERASURE else "",
        asked_by=f"{actor.kind}:{actor.id}",
        with_sensitive=with_sensitive,
        next_try_at=utc_now() + after,
    )
    session.add(request)
    session.flush()
    if kind in _ASKED:
        details = {"with_sensitive": int(with_sensitive)}
        subject = f"rights_request:{request.id}"
        audit(
            session,
            actor=actor,
            action=_ASKED[kind],
            patient=account_id,
            subject=subject,
            reason=reason,
            details=details,
        )
    return request


def forget_what_was_told(session: Session, account_id: str, purpose: Purpose, *, actor: Actor) -> None:
    """Have the assistant forget the conversation when what it was told under this purpose may be used no more."""
    if purpose in {Purpose.CONSULTATION, Purpose.BOOKING}:
        ask(session, account_id, RequestKind.FORGET, actor=actor)


def waiting(session: Session, *, now: datetime) -> list[tuple[str, RequestKind]]:
    """The ids and kinds of the requests whose turn it is, oldest first."""
    rows = session.execute(
        select(RightsRequest.id, RightsRequest.kind)
        .where(RightsRequest.state == RequestState.ASKED, RightsRequest.next_try_at <= now)
        .order_by(RightsRequest.asked_at)
    )
    return [(request_id, RequestKind(kind)) for request_id, kind in rows]


def take(session: Session, request_id: str) -> RightsRequest | None:
    """The request, locked until the transaction ends; None when it is done already."""
    query = select(RightsRequest).where(RightsRequest.id == request_id, RightsRequest.state == RequestState.ASKED)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def try_later(session: Session, request_id: str, *, now: datetime) -> None:
    """Something was away: try again after a pause that grows."""
    request = session.get_one(RightsRequest, request_id)
    request.tries += 1
    request.next_try_at = now + min(FIRST_PAUSE * 2 ** min(request.tries, 12), LONGEST_PAUSE)


def session_has_ended(session: Session, fingerprint: str) -> bool:
    """Whether this address belonged to an account that was erased: whoever comes from it is somebody new."""
    query = select(RightsRequest.id).where(
        RightsRequest.address_fingerprint == fingerprint,
        RightsRequest.kind == RequestKind.ERASURE,
        RightsRequest.state == RequestState.DONE,
    )
    return session.scalar(query.limit(1)) is not None
