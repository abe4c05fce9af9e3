"""The rounds of follow-ups."""

import structlog

from care.followup import go_on, running_follow_ups
from records.database import read_scope, session_scope, utc_now

log = structlog.get_logger(__name__)


def go_on_with_follow_ups() -> None:
    """The days of all follow-ups, each in a transaction of its own: one's trouble is not the others'."""
    now = utc_now()
    with read_scope() as session:
        running = running_follow_ups(session, now=now)
    for follow_up_id in running:
        try:
            with session_scope() as session:
                go_on(session, follow_up_id, now=now)
        except Exception as error:
            log.error("follow_up_stands_still", follow_up=follow_up_id, error=type(error).__name__)
