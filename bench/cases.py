"""How fast the queue of cases answers when it is long: ``python -m bench.cases --count 50000``.

On SQLite in a temporary folder, or the database of ``XINGLIN_DATABASE_URL``, which must be empty. Times are of the
queries, in milliseconds, without HTTP.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable

from settings import get_settings

ROUNDS = 15
DEEP = 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=50_000)
    count = options.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XINGLIN_VAR"] = folder
        get_settings.cache_clear()
        measure(count)


def measure(count: int) -> None:
    from care.cases.demo import add_invented
    from care.cases.queue import Filter, counted, listed
    from records.cases import CaseKind, CaseLevel, CaseState
    from records.database import read_scope, session_scope, utc_now
    from records.migrate import upgrade

    upgrade()
    now = utc_now()
    with session_scope() as session:
        add_invented(session, count, now=now)
    after = ""
    with read_scope() as session:
        for _ in range(DEEP):
            after = listed(session, Filter(), after=after).next or ""
    skin = frozenset({"皮肤科"})

    def queue(wanted: Filter, cursor: str = "") -> Callable[[], object]:
        def ask() -> object:
            with read_scope() as session:
                return listed(session, wanted, after=cursor)

        return ask

    def counts() -> object:
        with read_scope() as session:
            return counted(session, departments=None, by="nobody", now=now)

    print(f"{count} open cases")
    for name, ask in {
        "first page": queue(Filter()),
        f"page {DEEP}": queue(Filter(), after),
        "one kind": queue(Filter(kinds=(CaseKind.COMPLAINT,))),
        "one kind and level": queue(Filter(kinds=(CaseKind.REHAB,), levels=(CaseLevel.ROUTINE,))),
        "one department": queue(Filter(departments=skin)),
        "one's own (none)": queue(Filter(mine="nobody")),
        "closed (none)": queue(Filter(states=(CaseState.CLOSED,))),
        "counts": counts,
    }.items():
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - begun) * 1000)
        print(f"{name:22} median {statistics.median(taken):7.1f} ms   worst {max(taken):7.1f} ms")


if __name__ == "__main__":
    main()
