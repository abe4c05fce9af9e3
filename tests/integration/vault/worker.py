"""A worker for the tests: runs the renewal job, and kills itself at the n-th batch.

``python -m tests.integration.vault.worker 3 before`` dies by SIGKILL when the third batch begins, ``3 after`` when its
effect is there but DBOS does not know yet; ``0 never`` runs to the end and prints how the job ended.
"""

import os
import signal
import sys
import time
from collections import Counter
from typing import Any

from dbos import DBOSClient

from channels import media_job
from records.vault import job, renewal
from records.vault.renewal import Batch
from settings import get_settings

plain = job._batch  # the work of a step, inside it
ran: Counter[str] = Counter()


def main(nth: int, point: str) -> None:
    renewal.BATCH = 7

    def dying(*given: Any) -> Batch:
        ran["batches"] += 1
        if ran["batches"] == nth and point == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = plain(*given)
        if ran["batches"] == nth and point == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    job._batch = dying
    client = DBOSClient(system_database_url=get_settings().jobs_url)
    with media_job.running_jobs(get_settings()):
        deadline = time.monotonic() + 60
        while client.list_workflows(status=["ENQUEUED", "PENDING"]) and time.monotonic() < deadline:
            time.sleep(0.05)
        states = Counter(found.status for found in client.list_workflows())
    print(dict(states), dict(ran))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
