"""A skin photo's way through the house: engine, case, and what the patient is told."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.analysis import Asked, Concluded, NewCase, Seen
from care.analysis.said import said_around
from care.cases import is_drawn
from care.media.vision import Answer, VisionClient
from care.skin.comparing import has_changed, with_earlier
from care.skin.history import Value, is_psoriasis
from care.skin.reading import Risk, SkinReading, reading_of
from care.skin.telling import DEPARTMENT, SOON, told, told_again, told_doubtful
from records.cases import CaseKind, CaseLevel
from records.conversations import Message
from records.findings import FileRole, Finding, FindingKind
from records.masking import shown
from settings import get_settings

PATH = "/skin"
TRIES = 3  # photos that could not be read, within AGAIN: then a person looks instead of asking for a fourth
AGAIN = timedelta(minutes=30)
_ROLES = {"mask": FileRole.MASK, "overlay": FileRole.OVERLAY, "heat": FileRole.HEAT}
_LEVELS = {
    Risk.URGENT: CaseLevel.URGENT,
    Risk.DERMATOLOGIST: CaseLevel.ROUTINE,
    Risk.UNCLEAR: CaseLevel.ROUTINE,
}


class SkinAnalyst:
    """Photos that are no report are read as photos of a lesion, after the engine's own gate."""

    kind = FindingKind.SKIN

    def takes(self, asked: Asked) -> bool:
        return asked.kind == "photo" and asked.content_type.startswith("image/")

    def look(self, session: Session, asked: Asked, vision: VisionClient) -> Seen | None:
        answer = vision.analyse(PATH, asked.file, asked=_asked())
        reading = reading_of(answer.findings)
        if reading.for_reports:
            return None
        seen = seen_in(answer)
        return seen if reading.risk is None else with_earlier(session, asked, vision, seen)

    def conclude(self, session: Session, finding: Finding, data: dict[str, Any]) -> Concluded:
        said = said_around(session, finding.message_id)
        reading = reading_of(data)
        if reading.risk is None:
            return _not_read(session, finding, reading, said)
        psoriasis = is_psoriasis(said)
        changed = has_changed(data)
        case = case_of(reading.risk, key=finding.id, psoriasis=psoriasis, changed=bool(changed), said=said)
        reply = told(
            reading.risk,
            doctor_looks=case is not None,
            psoriasis=psoriasis,
            changed=changed,
            tier_visible=get_settings().grades_patient_visible,
        )
        return Concluded(
            reply, case, slots=slots(finding.id, reading.risk, doctor_looks=case is not None, psoriasis=psoriasis)
        )


def seen_in(answer: Answer) -> Seen:
    """The engine's answer as it is kept."""
    files: dict[str, tuple[str, bytes]] = {_ROLES[name]: part for name, part in answer.files.items() if name in _ROLES}
    return Seen(version=str(answer.findings.get("version", "")), data=answer.findings, files=files)


def reread(vision: VisionClient, photo: Path, history: Mapping[str, Value]) -> dict[str, Any]:
    """The engine's JSON for a photo with what the patient has said of it. Raises as ``VisionClient.analyse``."""
    return vision.analyse(PATH, photo, asked=_asked() | {"history": json.dumps(dict(history))}).findings


def _asked() -> dict[str, str | int | float]:
    return {"kind": "phone", "non_commercial": get_settings().noncommercial_weights}


def case_of(
    risk: Risk, *, key: str, psoriasis: bool = False, changed: bool = False, said: tuple[str, ...] = ()
) -> NewCase | None:
    """The case that a tier calls for: every urgent, unclear and "dermatologist" one, and a share of the low ones;
    whatever the tier, one where the lesion has ``changed`` since an earlier photo."""
    sampled = risk is Risk.WATCH and not psoriasis and not changed
    if sampled and not is_drawn(key, get_settings().second_look_share):
        return None
    level = CaseLevel.SECOND_LOOK if sampled else _LEVELS.get(risk, CaseLevel.ROUTINE)
    reasons = [
        reason
        for reason, holds in ((str(risk), risk is not Risk.WATCH), ("psoriasis", psoriasis), ("changed", changed))
        if holds
    ]
    return NewCase(
        kind=CaseKind.SKIN,
        level=level,
        department=DEPARTMENT,
        complaint=shown("；".join(said)),
        reasons=tuple(reasons) or ("second_look",),
        sampled=sampled,
    )


def slots(finding_id: str, risk: Risk, *, doctor_looks: bool, psoriasis: bool) -> dict[str, Any]:
    """What the assistant is told: how soon and where, never the tier's own name or a class."""
    found = {
        "kind": str(FindingKind.SKIN),
        "id": finding_id,
        "department": DEPARTMENT,
        "soon": SOON[risk],
        "doctor_looks": doctor_looks,
        "psoriasis": psoriasis,
    }
    return {"finding": found, "lesion": None}


def _not_read(session: Session, finding: Finding, reading: SkinReading, said: tuple[str, ...]) -> Concluded:
    assert reading.problem is not None
    if not reading.doubtful and _tries(session, finding) < TRIES:
        return Concluded(told_again(reading.problem))
    case = NewCase(
        kind=CaseKind.SKIN,
        level=CaseLevel.ROUTINE,
        department=DEPARTMENT,
        complaint=shown("；".join(said)),
        reasons=("not_read",),
    )
    return Concluded(told_doubtful(), case)


def _tries(session: Session, finding: Finding) -> int:
    """How many skin photos of this conversation the last half hour has brought, with this one."""
    at = session.get_one(Message, finding.message_id).created_at
    query = (
        select(func.count())
        .select_from(Finding)
        .join(Message, Message.id == Finding.message_id)
        .where(
            Finding.conversation_id == finding.conversation_id,
            Finding.kind == FindingKind.SKIN,
            Message.created_at > at - AGAIN,
            Message.created_at <= at,
        )
    )
    return session.scalar(query) or 0
