"""What a clinician makes of findings, kept sealed beside them and given out masked for the next training."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.cases.service import note
from records.audit import Action, Actor
from records.cases import Case, CaseLabel, CaseStep
from records.database import utc_now
from records.findings import Finding
from records.media import Media
from records.media_store import MediaNotFound, read_media, store_bytes
from records.vault import LEVEL_NORMAL, Vault, VaultEntryShredded

LABEL_KIND = "label"
# GB/T 39725-2020, level 5: leaves the house by no way but a step-up, and never for training.
NEVER_EXPORTED = 5
_PERSONAL = frozenset({"patient"})


@dataclass(frozen=True, slots=True)
class Graded:
    """One label in clear. ``content`` is what the clinician set, as the form of its kind has it."""

    id: str
    agrees: bool
    content: dict[str, Any]
    by: str
    at: datetime

    @classmethod
    def of(cls, label: CaseLabel, content: dict[str, Any]) -> "Graded":
        return cls(label.id, label.agrees, content, label.by, label.at)


def grade(
    session: Session,
    vault: Vault,
    *,
    case_id: str,
    actor: Actor,
    agrees: bool,
    content: dict[str, Any],
    now: datetime | None = None,
) -> CaseLabel:
    """Keep one label; a later one stands beside the earlier. Who grades has the case. Raises as ``claim``."""
    at = now or utc_now()
    case = note(
        session,
        case_id=case_id,
        step=CaseStep.GRADED,
        actor=actor,
        action=Action.GRADE_CASE,
        now=at,
        agrees=int(agrees),
    )
    sealed = store_bytes(
        session,
        vault,
        conversation_id=case.conversation_id,
        kind=LABEL_KIND,
        content_type="application/json",
        content=json.dumps(content, ensure_ascii=False).encode(),
        level=_level(session, case),
    )
    label = CaseLabel(
        case_id=case.id, finding_id=case.finding_id, agrees=agrees, media_id=sealed.id, by=actor.id, at=at
    )
    session.add(label)
    session.flush()
    return label


def labels_of(session: Session, vault: Vault, case_id: str) -> list[Graded]:
    """The labels of a case in clear, oldest first."""
    rows = session.scalars(select(CaseLabel).where(CaseLabel.case_id == case_id).order_by(CaseLabel.at))
    return [Graded.of(row, _read(session, vault, row.media_id)) for row in rows]


def exported(session: Session, vault: Vault) -> Iterator[dict[str, Any]]:
    """Every label with what the machine had found, one plain row each, oldest first.

    Nobody is named: ids are fingerprints that say nothing outside, the day stands for the time, a report's owner is
    left out; what is of level 5 or erased is not there at all.
    """
    rows = session.execute(
        select(CaseLabel, Case, Finding, Media.sensitivity)
        .join(Case, Case.id == CaseLabel.case_id)
        .join(Finding, Finding.id == CaseLabel.finding_id, isouter=True)
        .join(Media, Media.id == CaseLabel.media_id)
        .where(Media.sensitivity < NEVER_EXPORTED)
        .order_by(CaseLabel.at)
    )
    for label, case, finding, _ in rows:
        try:
            content = _read(session, vault, label.media_id)
            machine = _read(session, vault, finding.media_id) if finding else {}
        except (MediaNotFound, VaultEntryShredded):
            continue
        yield {
            "label": _outside(vault, label.id),
            "case": _outside(vault, case.id),
            "grader": _outside(vault, label.by),
            "kind": case.kind,
            "version": finding.version if finding else "",
            "day": label.at.date().isoformat(),
            "agrees": label.agrees,
            "graded": content,
            "machine": {key: value for key, value in machine.items() if key not in _PERSONAL},
        }


def _read(session: Session, vault: Vault, media_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_media(session, vault, media_id))
    return found


def _level(session: Session, case: Case) -> int:
    if case.finding_id is None:
        return LEVEL_NORMAL
    query = select(Media.sensitivity).join(Finding, Finding.media_id == Media.id).where(Finding.id == case.finding_id)
    return session.scalar(query) or LEVEL_NORMAL


def _outside(vault: Vault, known: str) -> str:
    return vault.fingerprint(known, purpose="label-export")[:16]
