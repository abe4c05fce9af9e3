"""What the worker does with patients' data, again and again: their requests, and the nightly retention.

The rows of the requests are the queue: a kill at any point leaves a request as it was, and the next round does it.
"""

import os
from datetime import timedelta
from hmac import compare_digest
from secrets import token_hex

import httpx
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from care.conversations import append_reply
from care.replies import DownloadCard, Reply
from care.retention import ClockName, clocks, delete_old_logs, nightly, rotate_logs
from care.rights import (
    UnderLegalHold,
    collect,
    erase,
    export_file,
    seal_export,
    take,
    try_later,
    waiting,
    write_copy,
)
from care.texts import text
from channels.inbound import Channel
from records.audit import Action, Actor, ActorKind, audit
from records.conversations import Author
from records.database import checkpoint, read_scope, session_scope, utc_now
from records.patients import Account
from records.rights import RequestKind, RequestState, RightsRequest
from records.vault import get_vault
from records.wiping import destroy_file
from settings import get_settings

log = structlog.get_logger(__name__)

JOB = Actor(ActorKind.SYSTEM, "rights")
# By the hospital's clock; a house that was off at night catches up when it is late.
NIGHT_HOURS = range(1, 6)
OVERDUE_AFTER = timedelta(hours=44)
EVERY = timedelta(hours=20)


def export_key(request_id: str) -> str:
    """What opens the link of an export on WeChat, whose browser has no session of ours."""
    return get_vault().fingerprint(request_id, purpose="export")[:40]


def opens(request_id: str, key: str) -> bool:
    """Whether ``key`` is this export's."""
    return compare_digest(export_key(request_id).encode(), key.encode())


def forget_conversation(conversation_id: str) -> None:
    """Have the assistant delete its tracker; raises ``httpx.HTTPError`` while it is away."""
    address = f"{get_settings().rasa_address}/webhooks/rest/forget"
    httpx.post(address, json={"sender": conversation_id}, timeout=10.0, trust_env=False).raise_for_status()


def take_up_requests() -> int:
    """Do what patients and staff have asked for; returns how many requests were done."""
    with read_scope() as session:
        ready = waiting(session, now=utc_now())
    done = 0
    for request_id, kind in ready:
        try:
            {RequestKind.EXPORT: _export, RequestKind.ERASURE: _erase, RequestKind.FORGET: _forget}[kind](request_id)
            done += 1
        except Exception as error:
            log.warning("request_left", request=request_id, kind=str(kind), error=type(error).__name__)
            with session_scope() as session:
                try_later(session, request_id, now=utc_now())
    return done


def _forget(request_id: str) -> None:
    with session_scope() as session:
        request = take(session, request_id)
        if request is not None:
            forget_conversation(request.conversation_id)
            _finish(request)


def _erase(request_id: str) -> None:
    with session_scope() as session:
        request = take(session, request_id)
        if request is None:
            return
        actor = _asker(request)
        forget_conversation(request.conversation_id)
        try:
            erase(session, request.account_id, actor=actor)
        except UnderLegalHold:
            request.state, request.done_at = RequestState.REFUSED, utc_now()
            _tell(session, request, Reply(text=text("rights.erase.held")))
        else:
            _finish(request)
            for export in session.scalars(
                select(RightsRequest).where(
                    RightsRequest.account_id == request.account_id, RightsRequest.kind == RequestKind.EXPORT
                )
            ):
                export.expires_at = utc_now()  # swept with the next round
    checkpoint()


def _export(request_id: str) -> None:
    """Collect, write a private file, seal it, destroy the plain one, tell; writing holds nobody up."""
    with session_scope() as session:
        request = session.get_one(RightsRequest, request_id)
        account_id, everything = request.account_id, request.with_sensitive
        copy = collect(session, account_id, with_sensitive=everything, actor=_asker(request))
    spool = get_settings().var / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    plain = spool / f"export-{request_id}-{token_hex(4)}"
    os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with read_scope() as session:
            write_copy(session, copy, plain)
        with session_scope() as session:
            taken = take(session, request_id)
            if taken is None:
                return
            seal_export(session, taken, plain)
            _finish(taken)
            _announce(session, taken)
    finally:
        destroy_file(plain)


def _announce(session: Session, request: RightsRequest) -> None:
    audit(
        session,
        actor=JOB,
        action=Action.MAKE_EXPORT,
        patient=request.account_id,
        subject=f"rights_request:{request.id}",
        details={"with_sensitive": int(request.with_sensitive)},
    )
    if not request.asked_by.startswith(ActorKind.PATIENT):
        return  # staff fetch it at the console
    link = f"/api/chat/exports/{request.id}"
    if session.get_one(Account, request.account_id).channel == Channel.WECHAT:
        link += f"?key={export_key(request.id)}"
    assert request.expires_at is not None
    card = DownloadCard(title=text("rights.export.title"), link=link, until=request.expires_at)
    _tell(session, request, Reply(text=text("rights.export.ready"), card=card))


def _tell(session: Session, request: RightsRequest, reply: Reply) -> None:
    if request.conversation_id:
        append_reply(session, conversation_id=request.conversation_id, author=Author.BOT, reply=reply)


def _finish(request: RightsRequest) -> None:
    request.state, request.done_at = RequestState.DONE, utc_now()


def _asker(request: RightsRequest) -> Actor:
    kind, _, name = request.asked_by.partition(":")
    return Actor(ActorKind(kind), name)


def sweep_exports() -> int:
    """Destroy exports whose time is over, and what a process that died left in the spool; returns how many files."""
    with session_scope() as session:
        over = session.scalars(
            select(RightsRequest).where(
                RightsRequest.kind == RequestKind.EXPORT,
                RightsRequest.state == RequestState.DONE,
                RightsRequest.expires_at <= utc_now(),
            )
        ).all()
        for request in over:
            request.state = RequestState.EXPIRED
        gone = [export_file(request.id) for request in over]
    limit = utc_now().timestamp() - clocks()[ClockName.SPOOL].span.total_seconds()
    left = [path for path in (get_settings().var / "spool").glob("export-*") if path.stat().st_mtime < limit]
    return sum(destroy_file(path) for path in [*gone, *left])


def retain() -> bool:
    """The nightly retention, when it is night or overdue; returns whether it ran."""
    settings, now = get_settings(), utc_now()
    every = EVERY if now.astimezone(settings.zone).hour in NIGHT_HOURS else OVERDUE_AFTER
    announced_for = timedelta(days=settings.retention_announce_days)
    done = nightly(now=now, announced_for=announced_for, forget=forget_conversation, every=every)
    if done:
        logs = settings.var / "log"
        rotate_logs(logs, now=now)
        delete_old_logs(logs, now=now)
    return done
