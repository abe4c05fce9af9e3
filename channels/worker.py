"""The worker: what goes on behind the patients' backs, again and again, and survives a kill at any point.

Durable jobs (media) run in DBOS; what is merely repeated (unsent replies, alerts that nobody acknowledged, the
schedule's next day) is a loop over the database, so that a restart takes it up where it was.
"""

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from care.emergency.alerts import ring_unacknowledged
from care.emergency.on_duty import on_duty
from channels import pager, web, wechat
from channels.consent import drop_overdue
from channels.data_jobs import retain, sweep_exports, take_up_requests
from channels.filing_job import file_reports
from channels.followup_job import go_on_with_follow_ups
from channels.media_job import running_jobs
from channels.rehab_job import go_on_with_programmes, queue_named_videos
from channels.rereading import read_answers
from hospital.demo import extend_schedule
from records.audit.keeping import keep_checkpoints
from records.backup.keeping import keep_backups
from records.database import engine, session_scope, utc_now
from records.logs import configure_logging
from records.media_sweep import sweep_media
from records.vault.rotating import renew_what_is_due
from records.wiping import wipe_write_ahead_log
from settings import get_settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Something done every ``every_s`` seconds; a failure is logged and the next round tries again."""

    name: str
    every_s: float
    action: Callable[[], object]


def escalate() -> None:
    """Let alerts climb and ring that nobody has acknowledged in time."""
    with session_scope() as session:
        rings = ring_unacknowledged(session, now=utc_now(), duty=on_duty())
    for ring in rings:
        # After the transaction: a pager that hangs must not hold the alert's row, which an acknowledgement needs.
        paged = pager.call(ring)
        log.warning("alert_rings", alert=ring.alert_id, level=ring.level, whom=ring.name, rings=ring.rings, paged=paged)


def extend() -> None:
    """Open the schedule's next days."""
    with session_scope() as session:
        extend_schedule(session, utc_now())


def wipe_log() -> None:
    """Have no erased content in the database's log."""
    wipe_write_ahead_log(engine())


def deliver() -> None:
    """Send what is due to WeChat users; nothing while there is no account."""
    if get_settings().wechat_configured:
        wechat.outbox().deliver_pending()


ROUNDS = (
    Repeated("spool", 3600.0, web.sweep_spool),
    Repeated("consent", 600.0, drop_overdue),
    Repeated("requests", 2.0, take_up_requests),
    Repeated("exports", 600.0, sweep_exports),
    Repeated("answers", 2.0, read_answers),
    Repeated("filing", 2.0, file_reports),
    Repeated("retention", 900.0, retain),
    Repeated("escalate", 5.0, escalate),
    Repeated("schedule", 3600.0, extend),
    Repeated("rehab_videos", 1.0, queue_named_videos),
    Repeated("rehab", 60.0, go_on_with_programmes),
    Repeated("follow_up", 60.0, go_on_with_follow_ups),
    Repeated("outbox", 1.0, deliver),
    Repeated("media", 3600.0, sweep_media),
    Repeated("keys", 3600.0, renew_what_is_due),
    Repeated("log", 900.0, wipe_log),
    Repeated("audit", 15.0, keep_checkpoints),
    Repeated("backup", 600.0, keep_backups),
)


def keep_doing(repeated: Repeated, stopping: threading.Event) -> None:
    """Do it until ``stopping``."""
    while not stopping.is_set():
        try:
            repeated.action()
        except Exception as error:
            log.error("repeated_failed", name=repeated.name, error=type(error).__name__)
        stopping.wait(repeated.every_s)


def main() -> None:
    """Run everything until a signal comes."""
    settings = get_settings()
    configure_logging(settings.log_level)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with running_jobs(settings):
        configure_logging(settings.log_level)  # DBOS adds a handler of its own
        rounds = [threading.Thread(target=keep_doing, args=(one, stopping), name=one.name) for one in ROUNDS]
        for thread in rounds:
            thread.start()
        for thread in rounds:
            thread.join()
    keep_checkpoints(closing=True)


if __name__ == "__main__":
    main()
