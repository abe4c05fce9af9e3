"""The worker: what goes on behind the patients' backs, again and again, and survives a kill at any point.

Durable jobs (media) run in DBOS; what is merely repeated (unsent replies, alerts that nobody acknowledged, the
schedule's next day) is a loop over the database, so that a restart takes it up where it was.
"""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from care.emergency.alerts import escalate_unacknowledged
from channels import wechat
from channels.media_job import running_jobs
from hospital.demo import extend_schedule
from records.database import session_scope, utc_now
from records.logs import configure_logging
from settings import get_settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Something done every ``every_s`` seconds; a failure is logged and the next round tries again."""

    name: str
    every_s: float
    action: Callable[[], None]


def escalate() -> None:
    """Let alerts climb that nobody has acknowledged in time."""
    with session_scope() as session:
        alerts = [alert.id for alert in escalate_unacknowledged(session, now=utc_now())]
    for alert in alerts:
        log.warning("alert_escalated", alert=alert)


def extend() -> None:
    """Open the schedule's next days."""
    with session_scope() as session:
        extend_schedule(session, utc_now())


def deliver() -> None:
    """Send what is due to WeChat users; nothing while there is no account."""
    if get_settings().wechat_configured:
        wechat.outbox().deliver_pending()


ROUNDS = (
    Repeated("escalate", 5.0, escalate),
    Repeated("schedule", 3600.0, extend),
    Repeated("outbox", 1.0, deliver),
)


async def keep_doing(repeated: Repeated, stopping: asyncio.Event) -> None:
    """Do it until ``stopping``."""
    while not stopping.is_set():
        try:
            await asyncio.to_thread(repeated.action)
        except Exception as error:
            log.error("repeated_failed", name=repeated.name, error=type(error).__name__)
        try:
            await asyncio.wait_for(stopping.wait(), timeout=repeated.every_s)
        except TimeoutError:
            continue


async def work() -> None:
    """Run everything until a signal comes."""
    settings = get_settings()
    configure_logging(settings.log_level)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with running_jobs(settings):
        await asyncio.gather(*(keep_doing(repeated, stopping) for repeated in ROUNDS))


if __name__ == "__main__":
    asyncio.run(work())
