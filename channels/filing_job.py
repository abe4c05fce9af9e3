"""What the worker does with confirmed reports: they are put into the hospital's own records.

The rows are the queue: a kill at any point leaves a report where it was, and while the hospital's system is away it
waits.
"""

import structlog

from care.report.filing import file_one, try_later, waiting_filings
from hospital import get_hospital
from records.database import read_scope, session_scope, utc_now
from records.filings import FilingState

log = structlog.get_logger(__name__)


def file_reports() -> int:
    """File every report whose turn it is; returns how many the hospital has taken."""
    with read_scope() as session:
        ready = waiting_filings(session, now=utc_now())
    return sum(_file(finding_id) is FilingState.FILED for finding_id in ready)


def _file(finding_id: str) -> FilingState | None:
    try:
        with session_scope() as session:
            state = file_one(session, get_hospital(), finding_id, now=utc_now())
    except Exception as error:
        log.warning("report_left", finding=finding_id, error=type(error).__name__)
        with session_scope() as session:
            try_later(session, finding_id, now=utc_now())
        return None
    log.info("report_filing", finding=finding_id, state=str(state))
    return state
