"""A second photo of the same lesion, laid over the one before: measured, not judged. Whether it is the same the engine
finds out by laying one over the other; the patient may, but need not, say so ("和上次比")."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.analysis import Asked, Seen, read_findings
from care.media.vision import NotAnalysed, VisionClient
from care.skin.reading import reading_of
from records.findings import FileRole, Finding, FindingKind
from records.media_store import open_media
from records.vault import get_vault
from records.wiping import destroy_file
from settings import get_settings

PATH = "/skin/compare"


def has_changed(data: Mapping[str, Any]) -> bool | None:
    """Whether the lesion has grown or changed its colour beyond what is uncertain; None where no earlier photo could be
    laid beside it."""
    compared = data.get("compared") or {}
    change = compared.get("change")
    return None if change is None else bool(change.get("grown") or change.get("recoloured"))


def with_earlier(session: Session, asked: Asked, vision: VisionClient, seen: Seen) -> Seen:
    """``seen`` with ``compared`` (see ``vision.skin.compare``) and both photos side by side, where the last photo of
    this conversation shows the same lesion. A photo that cannot be compared is as if it were the first."""
    before = _last_photo(session, asked)
    if before is None:
        return seen
    try:
        answer = _compared(session, vision, before, asked.file)
    except NotAnalysed:
        return seen
    if not answer.findings.get("registered"):
        return seen
    files = dict(seen.files)
    if (both := answer.files.get("side_by_side")) is not None:
        files[FileRole.SIDE_BY_SIDE] = both
    return replace(seen, data=seen.data | {"compared": answer.findings | {"with": before.id}}, files=files)


def _last_photo(session: Session, asked: Asked) -> Finding | None:
    """The latest findings of an earlier photo that could be read and is still kept."""
    found = session.scalars(
        select(Finding)
        .where(
            Finding.conversation_id == asked.conversation_id,
            Finding.kind == FindingKind.SKIN,
            Finding.message_id != asked.message_id,
            Finding.source_media_id.is_not(None),
        )
        .order_by(Finding.created_at.desc())
        .limit(1)
    ).first()
    return found if found is not None and reading_of(read_findings(session, found)).risk is not None else None


def _compared(session: Session, vision: VisionClient, before: Finding, now: Path) -> Any:
    assert before.source_media_id is not None
    with tempfile.NamedTemporaryFile(prefix="both-", dir=get_settings().var / "spool", delete=False) as both:  # 0600
        first_bytes = sum(both.write(part) for part in open_media(session, get_vault(), before.source_media_id))
        with now.open("rb") as second:
            shutil.copyfileobj(second, both)
    try:
        asked: dict[str, str | int | float] = {
            "kind": "phone",
            "first_bytes": first_bytes,
            "non_commercial": get_settings().noncommercial_weights,
        }
        return vision.analyse(PATH, Path(both.name), asked=asked)
    finally:
        destroy_file(Path(both.name))
