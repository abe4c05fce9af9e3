"""Findings kept once a message, sealed like the file they are about; and the case that follows, opened once."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis.analyst import Analyst, Concluded, Seen
from care.cases import open_case
from care.emergency.alerts import raise_alert
from records.audit import SYSTEM, Action, audit
from records.conversations import Conversation, Message
from records.findings import FileRole, Finding, FindingFile, FindingKind
from records.media import Media
from records.media_store import read_media, store_bytes
from records.vault import Vault, get_vault

FINDINGS_KIND = "findings"
DRAWING_KIND = "drawing"
SHOWN_ROLES = (FileRole.PAGE, FileRole.VIDEO, FileRole.CHART)
"""Kinds of media that the house made; what patients sent are photo, video, voice and document."""


def keep_findings(session: Session, vault: Vault, *, message_id: str, kind: FindingKind, seen: Seen) -> Finding:
    """Store what was found about a message's file; a second call returns the first one's row."""
    message = session.scalars(select(Message).where(Message.id == message_id).with_for_update()).one()
    known = select(Finding).where(Finding.message_id == message_id, Finding.kind == kind)
    if (found := session.scalars(known).first()) is not None:
        return found
    sealed = store_bytes(
        session,
        vault,
        conversation_id=message.conversation_id,
        kind=FINDINGS_KIND,
        content_type="application/json",
        content=json.dumps(seen.data, ensure_ascii=False).encode(),
        level=seen.level,
    )
    finding = Finding(
        conversation_id=message.conversation_id,
        message_id=message_id,
        kind=kind,
        version=seen.version,
        media_id=sealed.id,
        source_media_id=message.media_id,
    )
    # What is found may be more sensitive than what was said: its case and its alert are then of that level too.
    message.sensitivity = max(message.sensitivity, seen.level)
    session.add(finding)
    session.flush()
    for role, (content_type, content) in seen.files.items():
        drawn = store_bytes(
            session,
            vault,
            conversation_id=message.conversation_id,
            kind=DRAWING_KIND,
            content_type=content_type,
            content=content,
            level=seen.level,
        )
        session.add(FindingFile(finding_id=finding.id, role=role, media_id=drawn.id))
    patient = session.get_one(Conversation, message.conversation_id).account_id
    audit(
        session,
        actor=SYSTEM,
        action=Action.STORE_FINDING,
        patient=patient,
        subject=f"finding:{finding.id}",
        details={"kind": str(kind), "version": seen.version},
    )
    session.flush()
    return finding


def read_findings(session: Session, finding: Finding) -> dict[str, Any]:
    """The findings in clear. Raises ``MediaNotFound`` and what ``read_media`` raises. Views are audited by the edge."""
    data: dict[str, Any] = json.loads(read_media(session, get_vault(), finding.media_id))
    return data


def revise_findings(session: Session, vault: Vault, finding: Finding, data: dict[str, Any]) -> None:
    """Make ``data`` what the findings say from now on; what they said before stays stored (edits are versions)."""
    before = session.get_one(Media, finding.media_id)
    sealed = store_bytes(
        session,
        vault,
        conversation_id=finding.conversation_id,
        kind=FINDINGS_KIND,
        content_type="application/json",
        content=json.dumps(data, ensure_ascii=False).encode(),
        level=before.sensitivity,
    )
    finding.media_id = sealed.id
    audit(
        session,
        actor=SYSTEM,
        action=Action.STORE_FINDING,
        patient=session.get_one(Conversation, finding.conversation_id).account_id,
        subject=f"finding:{finding.id}",
        details={"kind": finding.kind, "revises": before.id},
    )
    session.flush()


def file_of(session: Session, finding_id: str, role: str) -> str | None:
    """The media id of one of the findings' pictures or clips."""
    query = select(FindingFile.media_id).where(FindingFile.finding_id == finding_id, FindingFile.role == role)
    return session.scalars(query).first()


def for_patients(session: Session, media: Media) -> bool:
    """Whether a patient may be shown a file of their conversation: what they sent, their own sheet with frames on it,
    their own video with its chart; never findings, nor where an engine saw what in a lesion."""
    if media.kind not in {FINDINGS_KIND, DRAWING_KIND}:
        return True
    role = session.scalar(select(FindingFile.role).where(FindingFile.media_id == media.id))
    return media.kind == DRAWING_KIND and role is not None and role.startswith(SHOWN_ROLES)


def conclude(session: Session, analyst: Analyst, finding: Finding) -> Concluded:
    """What follows from findings, with its case opened and its alarm raised; each once, however often it is called."""
    concluded = analyst.conclude(session, finding, read_findings(session, finding))
    if concluded.alarm is not None:
        raise_alert(
            session,
            conversation_id=finding.conversation_id,
            message_id=finding.message_id,
            screening=concluded.alarm,
            finding_id=finding.id,
        )
    if (case := concluded.case) is not None:
        open_case(
            session,
            kind=case.kind,
            level=case.level,
            conversation_id=finding.conversation_id,
            message_id=finding.message_id,
            finding_id=finding.id,
            department=case.department,
            complaint=case.complaint,
            reasons=case.reasons,
            sampled=case.sampled,
            dedupe_key=f"finding:{finding.id}",
        )
    return concluded
