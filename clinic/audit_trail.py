"""The audit trail, for the auditor: read by patient, person, action and time, and verified. Nothing here changes it,
but that looking is itself a row (GB/T 22239-2019, 8.1.4.3)."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from clinic.parameters import NO_NUL
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from records.audit import Action, Outcome, audit
from records.audit.checkpoints import CheckpointFile, public_key_beside, read_checkpoints
from records.audit.entries import AuditEntry
from records.audit.reading import looked_at
from records.audit.signing import SigningKeyError, load_public_keys
from records.audit.verifying import stored_rows, verify
from records.database import engine, session_scope
from settings import get_settings

PAGE = 200
READ = [Depends(allowed(Permission.READ_AUDIT))]

Word = Annotated[str, Field(max_length=64, pattern=NO_NUL)]

routes = APIRouter()


class EntryRow(BaseModel):
    """One row of the trail as it stands there; ``reason`` is masked."""

    seq: int
    at: AwareDatetime
    actor_kind: str
    actor: str
    address: str
    action: str
    patient: str | None
    subject: str
    reason: str
    outcome: str
    details: dict[str, Any]


class Finding(BaseModel):
    """What is wrong, and at which row."""

    seq: int
    what: str


class Verified(BaseModel):
    """Whether the chain is as it was written. ``problems`` are the checkpoint file's own; without ``checkpoints`` a cut
    end or a chain written anew would not show."""

    sound: bool
    rows: int
    first: int
    last: int
    checkpoints: int
    findings: list[Finding]
    more_findings: int
    problems: list[str]


class Wanted(BaseModel):
    """Which rows: what is left out does not narrow; ``before`` goes on ahead of a row's number."""

    model_config = ConfigDict(extra="forbid")

    patient: Word = ""
    actor: Word = ""
    action: Action | None = None
    outcome: Outcome | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    before: int | None = Field(default=None, ge=1, le=2**31 - 1)


@routes.get("/audit", dependencies=READ)
def get_audit(seat: AtSeat, wanted: Annotated[Wanted, Query()]) -> list[EntryRow]:
    """Up to 200 rows that fit, the latest first."""
    with session_scope() as session:
        rows = looked_at(
            session,
            by=seat.actor,
            patient=wanted.patient,
            actor=wanted.actor,
            since=wanted.since,
            until=wanted.until,
            action=wanted.action or "",
            outcome=wanted.outcome or "",
            before=wanted.before,
            limit=PAGE,
        )
        return [_row(row) for row in reversed(rows)]


@routes.get("/audit/verification", dependencies=READ)
def get_verification(seat: AtSeat) -> Verified:
    """Every row hashed again and compared with its neighbours and the signed checkpoints."""
    file = get_settings().checkpoints_file
    signed = CheckpointFile()
    problems: list[str] = []
    if file.exists():
        try:
            signed = read_checkpoints(file, load_public_keys(public_key_beside(file)))
            problems += signed.problems
        except SigningKeyError as error:
            problems.append(str(error))
    done = verify(stored_rows(engine()), checkpoints=signed.checkpoints)
    with session_scope() as session:
        audit(
            session,
            actor=seat.actor,
            action=Action.VERIFY_AUDIT,
            patient=None,
            subject="audit:entries",
            details={"rows": done.rows, "findings": done.count},
        )
    return Verified(
        sound=done.sound and not problems,
        rows=done.rows,
        first=done.first,
        last=done.last,
        checkpoints=done.checkpoints,
        findings=[Finding(seq=found.seq, what=found.what) for found in done.findings],
        more_findings=done.count - len(done.findings),
        problems=problems,
    )


def _row(row: AuditEntry) -> EntryRow:
    return EntryRow(
        seq=row.seq,
        at=datetime.fromisoformat(row.at),
        actor_kind=row.actor_kind,
        actor=row.actor_id,
        address=row.address,
        action=row.action,
        patient=row.patient,
        subject=row.subject,
        reason=row.reason,
        outcome=row.outcome,
        details=json.loads(row.details),
    )
