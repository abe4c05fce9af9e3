"""The worker's part: checkpoints at their time, and a look whether the last one still holds."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from records.audit.checkpoints import head, last_checkpoint, write_checkpoint
from records.audit.entries import AuditEntry
from records.audit.writing import stamp
from records.database import read_scope, utc_now
from settings import get_settings

# A checkpoint after so many rows, or so long after the last one when there is any new row.
EVERY_ROWS = 500
EVERY = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def keep_checkpoints(*, now: datetime | None = None, closing: bool = False) -> bool:
    """Write a checkpoint when it is due (or there is anything new, when ``closing``); returns whether it was.

    None is written over a chain that is shorter than the last checkpoint says or has another row there: that is logged
    as an error every time, until somebody has looked.
    """
    last = last_checkpoint(get_settings().checkpoints_file)
    with read_scope() as session:
        at = head(session)
        stands = last is None or session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == last.seq)) == last.hash
    if last is not None and not stands and not (last.kind == "base" and at is not None and at.seq > last.seq):
        log.error("audit_does_not_match_its_checkpoint", seq=last.seq, rows=at.seq if at else 0)
        return False
    if at is None or (last is not None and at.seq == last.seq):
        return False
    if last is not None and not closing:
        waited = last.at <= stamp((now or utc_now()) - EVERY)
        if not waited and at.seq - last.seq < EVERY_ROWS:
            return False
    write_checkpoint(at)
    return True
