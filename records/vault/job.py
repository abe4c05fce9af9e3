"""The durable job that renews keys: killed anywhere, it goes on where it was. One at a time, in the worker.

DBOS' own database holds counts and places (ids), never a key.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypedDict

import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions

from records.database import session_scope
from records.vault.installed import get_vault
from records.vault.renewal import Batch, new_generations, renewers, wrap_anew
from records.vault.retiring import drop_outdated, retire_masters
from settings import get_settings

log = structlog.get_logger(__name__)

KEYS_QUEUE = "keys"
KEYS_WORKFLOW = "renew_keys"
PROGRESS = "progress"

# A process may go on sealing under a key that it has in its cache: keys are forgotten only so long afterwards.
GRACE_S = 60.0

# Some minutes of a database or a key server that is away.
retried = partial(DBOS.step, retries_allowed=True, max_attempts=8, interval_seconds=1.0, backoff_rate=2.0)


class Plan(TypedDict):
    """What is asked of the job. ``data_keys_before`` (ISO 8601): data keys made before are replaced, and what they
    sealed is encrypted anew; None leaves them. ``retire``: master keys that nothing uses are forgotten."""

    data_keys_before: str | None
    retire: bool
    grace_s: float


class Step(TypedDict):
    """A ``Batch`` as DBOS keeps it."""

    done: int
    failed: int
    after: str


@DBOS.workflow(name=KEYS_WORKFLOW)
def renew_keys(plan: Plan) -> dict[str, int]:
    """Do all of it; returns what was done, by name."""
    counts: Counter[str] = Counter()
    prepare()
    _each(counts, "wrapped")
    if before := plan["data_keys_before"]:
        _each(counts, "data_keys", before=before)
    for name in renewers():
        _each(counts, name)
    DBOS.sleep(plan["grace_s"])
    # What other processes have sealed under the old keys meanwhile.
    _each(counts, "wrapped")
    for name in renewers():
        _each(counts, name)
    counts["data_keys_dropped"] = forget_data_keys()
    if plan["retire"]:
        counts["masters_retired"] = forget_masters()
    done = dict(counts)
    DBOS.set_event(PROGRESS, done)
    log.info("keys_renewed", **done)
    return done


def _each(counts: Counter[str], name: str, *, before: str = "") -> None:
    after, begun = "", False
    while after or not begun:
        begun = True
        step = renew_batch(name, after, before)
        counts[name] += step["done"]
        counts["failed"] += step["failed"]
        after = step["after"]
        if step["done"] or step["failed"]:
            DBOS.set_event(PROGRESS, dict(counts))


@retried()
def prepare() -> None:
    """Have the key of the fingerprints in the database: it may still be derived from the master key that goes."""
    with session_scope() as session:
        get_vault().prepare(session)


@retried()
def renew_batch(name: str, after: str, before: str) -> Step:
    """One batch of what ``name`` says."""
    batch = _batch(name, after, before)
    return Step(done=batch.done, failed=batch.failed, after=batch.after)


def _batch(name: str, after: str, before: str) -> Batch:
    if name == "wrapped":
        return wrap_anew(get_vault(), after)
    if name == "data_keys":
        return new_generations(get_vault(), after, older_than=datetime.fromisoformat(before))
    return renewers()[name](get_vault(), after)


@retried()
def forget_data_keys() -> int:
    """Delete data keys that were replaced and seal nothing."""
    with session_scope() as session:
        return drop_outdated(session)


@retried()
def forget_masters() -> int:
    """Retire master keys that nothing uses."""
    return retire_masters(get_vault())


def enqueue_renewal(workflow_id: str, *, data_keys_before: datetime | None, retire: bool, grace_s: float) -> None:
    """Put the job into the worker's queue; a second time with the same id changes nothing."""
    url = get_settings().jobs_url
    DBOS.migrate(url)
    client = DBOSClient(system_database_url=url)
    options: EnqueueOptions = {
        "queue_name": KEYS_QUEUE,
        "workflow_name": KEYS_WORKFLOW,
        "workflow_id": workflow_id,
    }
    before = None if data_keys_before is None else data_keys_before.isoformat()
    try:
        client.enqueue(options, Plan(data_keys_before=before, retire=retire, grace_s=grace_s))
    finally:
        client.destroy()


@dataclass(frozen=True, slots=True)
class Renewal:
    """The latest renewal: DBOS' word for its state, and what it has done so far, by name."""

    state: str
    counts: dict[str, int]


def latest_renewal() -> Renewal | None:
    """The latest renewal of this installation, or None."""
    url = get_settings().jobs_url
    DBOS.migrate(url)
    client = DBOSClient(system_database_url=url)
    try:
        found = client.list_workflows(name=KEYS_WORKFLOW, sort_desc=True, limit=1)
        if not found:
            return None
        counts = client.get_event(found[0].workflow_id, PROGRESS, timeout_seconds=0)
        return Renewal(str(found[0].status), dict(counts or {}))
    finally:
        client.destroy()


def grace_s() -> float:
    """Seconds until no process uses a key any more that has been replaced."""
    return get_settings().key_cache_s + GRACE_S
