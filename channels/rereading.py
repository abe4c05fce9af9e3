"""What the worker does with patients' answers about a photo: the engine reads the stored photo again, with them.

The answers' rows are the queue: a kill at any point leaves them as they were, and the next round reads them.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.orm import Session

from care.analysis import read_findings, revise_findings
from care.cases import open_case
from care.conversations import append_reply, lock_conversation
from care.media import NotAnalysed, VisionAway, VisionClient
from care.skin import answers as kept
from care.skin.analyst import case_of, reread, slots
from care.skin.history import PSORIASIS
from care.skin.reading import Risk, more_pressing, reading_of
from care.skin.telling import told_raised
from channels.media_job import tell_assistant, vision
from records.conversations import Author, Holder
from records.database import read_scope, session_scope
from records.findings import Finding
from records.media_store import open_media
from records.vault import get_vault
from records.wiping import destroy_file
from settings import get_settings

log = structlog.get_logger(__name__)


def read_answers() -> int:
    """Have every waiting set of answers read; returns how many were."""
    with read_scope() as session:
        waiting = kept.waiting_answers(session)
    return sum(_read(finding_id, alone=given_up) for finding_id, given_up in waiting)


def _read(finding_id: str, *, alone: bool) -> bool:
    with read_scope() as session:
        found = kept.read_answers(session, finding_id)
        finding = session.get_one(Finding, finding_id)
        first = read_findings(session, finding)
    if found is None:
        return False
    media_id, answers = found
    second: dict[str, Any] | None = None
    history = kept.for_the_engine(answers)
    if history and not alone and finding.source_media_id is not None:
        try:
            second = _photo_read(vision(), finding.source_media_id, history)
        except VisionAway:
            return False
        except NotAnalysed as error:
            log.warning("photo_given_up", finding=finding_id, why=str(error))
    with session_scope() as session:
        if not kept.mark_read(session, finding_id, media_id):
            return False
        raised = _keep(session, session.get_one(Finding, finding_id), first, second, answers)
    log.info("answers_read", finding=finding_id, raised=raised is not None, engine=second is not None)
    if raised is not None:
        try:
            tell_assistant(finding.conversation_id, raised)
        except Exception as error:
            log.warning("assistant_not_informed", finding=finding_id, error=type(error).__name__)
    return True


def _photo_read(client: VisionClient, media_id: str, history: dict[str, Any]) -> dict[str, Any]:
    spool = get_settings().var / "spool"
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(prefix="again-", dir=spool)  # 0600
    plain = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as written, read_scope() as session:
            for part in open_media(session, get_vault(), media_id):
                written.write(part)
        return reread(client, plain, history)
    finally:
        destroy_file(plain)


def _keep(
    session: Session, finding: Finding, first: dict[str, Any], second: dict[str, Any] | None, answers: dict[str, Any]
) -> dict[str, Any] | None:
    """Keep both readings; a case is opened or raised where the tier rises, and the patient told. Returns what the
    assistant is then told, None where nothing rises."""
    before = reading_of(first).risk or Risk.UNCLEAR
    after = before
    if second is not None:
        after = more_pressing(before, reading_of(second).risk or before)
        second = {**second, "risk": str(after), "read_risk": second.get("risk")}
    revise_findings(session, get_vault(), finding, kept.second_reading(first, second, answers))
    psoriasis = any(name in answers for name in PSORIASIS)
    if after is before:
        return None
    case = case_of(after, key=finding.id, psoriasis=psoriasis)
    assert case is not None  # only what is low is sampled, and nothing rises to that
    opened = open_case(
        session,
        kind=case.kind,
        level=case.level,
        conversation_id=finding.conversation_id,
        message_id=finding.message_id,
        finding_id=finding.id,
        department=case.department,
        reasons=(*case.reasons, "history"),
        dedupe_key=f"finding:{finding.id}",
    )
    conversation = lock_conversation(session, finding.conversation_id)
    if conversation.holder != Holder.SEAT and after is Risk.URGENT:
        append_reply(
            session,
            conversation_id=finding.conversation_id,
            author=Author.BOT,
            reply=told_raised(),
            reply_to=finding.message_id,
        )
    log.info("case_raised", case=opened.id, level=opened.level)
    return slots(finding.id, after, doctor_looks=True, psoriasis=psoriasis)
