"""A worker for the tests: runs media jobs until none is left, and kills itself at a named point.

``python -m tests.integration.media.worker before:look`` dies by SIGKILL when that step begins, ``after:look`` when its
effect is there but DBOS does not know yet; ``none`` runs to the end and prints how often each step ran.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

from dbos import DBOS, DBOSClient

import channels.media_job as job
from channels import rehab_job
from settings import get_settings

STEPS = ("fetch", "look", "keep_file", "analyse", "wipe", "tell", "inform")
# Steps that only some files have.
MORE = {rehab_job: ("unseal", "look_at_named", "tell_named")}
ran: Counter[str] = Counter()


def dying(name: str, inside: Callable[..., Any], point: str) -> Callable[..., Any]:
    """The step's own function, with death before or after its effect."""

    @wraps(inside)
    def around(*args: Any, **kwargs: Any) -> Any:
        if point == f"before:{name}":
            os.kill(os.getpid(), signal.SIGKILL)
        ran[name] += 1
        done = inside(*args, **kwargs)
        if point == f"after:{name}":
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return around


def main(point: str) -> None:
    for module, names in ((job, STEPS), *MORE.items()):
        for name in names:
            again = dying(name, getattr(module, name).__wrapped__, point)
            step = DBOS.step(name=f"test.{name}", retries_allowed=True, max_attempts=4, interval_seconds=0.2)
            setattr(module, name, step(again))
    client = DBOSClient(system_database_url=get_settings().jobs_url)
    with job.running_jobs(get_settings()):
        deadline = time.monotonic() + 180
        while client.list_workflows(status=["ENQUEUED", "PENDING"]) and time.monotonic() < deadline:
            time.sleep(0.05)
        states = Counter(found.status for found in client.list_workflows())
    print(dict(states), dict(ran))


if __name__ == "__main__":
    main(sys.argv[1])
