"""What a patient answered about a photo: kept sealed beside the findings until the engine has read them together."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from care.analysis import FINDINGS_KIND
from care.skin.history import PSORIASIS, Value
from records.audit import SYSTEM, Action, audit
from records.database import utc_now
from records.findings import FileRole, Finding, FindingFile
from records.media import Media
from records.media_store import owner_of, read_media, store_bytes
from records.vault import get_vault

GIVEN_UP_AFTER = timedelta(hours=6)


class NotTheirs(LookupError):
    """There are no such findings in this conversation."""


def keep_answers(session: Session, *, finding_id: str, conversation_id: str, answers: Mapping[str, Value]) -> None:
    """Keep ``answers`` for the worker to have them read; later answers take the place of earlier ones. Raises
    NotTheirs."""
    finding = session.get(Finding, finding_id, with_for_update=True)
    if finding is None or finding.conversation_id != conversation_id:
        raise NotTheirs(finding_id)
    sealed = store_bytes(
        session,
        get_vault(),
        conversation_id=conversation_id,
        kind=FINDINGS_KIND,
        content_type="application/json",
        content=json.dumps(dict(answers), ensure_ascii=False).encode(),
    )
    session.execute(
        delete(FindingFile).where(FindingFile.finding_id == finding_id, FindingFile.role == FileRole.ANSWERS)
    )
    session.add(FindingFile(finding_id=finding_id, role=FileRole.ANSWERS, media_id=sealed.id))
    audit(
        session,
        actor=SYSTEM,
        action=Action.STORE_FINDING,
        patient=owner_of(session, conversation_id),
        subject=f"finding:{finding_id}",
        details={"answers": len(answers)},
    )
    session.flush()


def waiting_answers(session: Session, *, now: datetime | None = None) -> Sequence[tuple[str, bool]]:
    """Findings whose answers nobody has read, the oldest first, and whether the engine has been waited for long enough:
    the answers then count as read by the doctor alone."""
    at = now or utc_now()
    rows = session.execute(
        select(FindingFile.finding_id, Media.created_at)
        .join(Media, Media.id == FindingFile.media_id)
        .where(FindingFile.role == FileRole.ANSWERS)
        .order_by(Media.created_at)
    )
    return [(finding_id, at - kept_at > GIVEN_UP_AFTER) for finding_id, kept_at in rows]


def read_answers(session: Session, finding_id: str) -> tuple[str, dict[str, Value]] | None:
    """The waiting answers and the id of their sealed file; None when they have been read."""
    query = select(FindingFile.media_id).where(
        FindingFile.finding_id == finding_id, FindingFile.role == FileRole.ANSWERS
    )
    media_id = session.scalar(query)
    if media_id is None:
        return None
    answers: dict[str, Value] = json.loads(read_media(session, get_vault(), media_id))
    return media_id, answers


def mark_read(session: Session, finding_id: str, media_id: str) -> bool:
    """Note that these answers have been read; False when other ones have come meanwhile."""
    waits = session.scalars(
        select(FindingFile).where(
            FindingFile.finding_id == finding_id,
            FindingFile.role == FileRole.ANSWERS,
            FindingFile.media_id == media_id,
        )
    ).first()
    if waits is None:
        return False
    session.execute(
        delete(FindingFile).where(FindingFile.finding_id == finding_id, FindingFile.role == FileRole.HISTORY)
    )
    waits.role = FileRole.HISTORY
    session.flush()
    return True


def for_the_engine(answers: Mapping[str, Value]) -> dict[str, Value]:
    """The answers that the phone model takes."""
    return {name: value for name, value in answers.items() if name not in PSORIASIS}


def second_reading(first: Mapping[str, Any], second: Mapping[str, Any] | None, answers: Mapping[str, Value]) -> Any:
    """The findings with the history: ``second`` is what the engine says with it (None: it was not asked, or could not),
    ``first`` stays under ``first_reading``. ``patient_reported`` is the patient's own part of a PASI."""
    history = for_the_engine(answers)
    reported = {name: value for name, value in answers.items() if name in PSORIASIS}
    before = dict(first.get("first_reading") or {**first})
    merged = {**first, **(second or {})}
    if second is not None:
        merged["first_reading"] = {name: value for name, value in before.items() if name != "first_reading"}
    return merged | {"history": history, "patient_reported": {**first.get("patient_reported", {}), **reported}}
