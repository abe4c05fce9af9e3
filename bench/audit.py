"""How fast the audit's chain is verified, with how much memory, and what a row costs the transaction it stands in.

``make bench-audit``, or ``python -m bench.audit --rows 200000``: on SQLite in a temporary folder; with
``XINGLIN_DATABASE_URL`` set, on that database, which must be empty.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert

from settings import get_settings

AT_ONCE = 1000
ROUNDS = 5
TRANSACTIONS = 400


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    rows = options.parse_args().rows
    for cipher in ("aes-256-gcm", "sm4-gcm"):
        with installation(cipher):
            measure(rows)


@contextmanager
def installation(cipher: str) -> Iterator[None]:
    """An empty house with this cipher, and so with this hash."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XINGLIN_VAR": folder, "XINGLIN_CIPHER": cipher}
        get_settings.cache_clear()
        import records.tables  # noqa: F401
        from records.database import Base, engine, engine_for

        Base.metadata.create_all(engine())
        yield
        Base.metadata.drop_all(engine())
        engine().dispose()
        engine_for.cache_clear()


def measure(rows: int) -> None:
    from records.audit.chain import hash_name
    from records.audit.verifying import stored_rows, verify
    from records.database import engine

    fill(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    speeds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = verify(stored_rows(engine()))
        speeds.append(found.rows / (time.perf_counter() - started))
        assert found.sound
        assert found.rows == rows
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{engine().dialect.name}, {hash_name()}: {rows} rows verified, "
        f"median {statistics.median(speeds):,.0f} rows/s, least {min(speeds):,.0f}, memory grown by {grown:.1f} MiB"
    )
    print(f"  one row more in a transaction: {cost():.2f} times as long as without")


def fill(rows: int) -> None:
    from records.audit import Action, Actor, ActorKind, audit
    from records.database import session_scope

    nurse = Actor(ActorKind.STAFF, "nurse", "10.0.0.7")
    for start in range(0, rows, AT_ONCE):
        with session_scope() as session:
            for number in range(start, min(start + AT_ONCE, rows)):
                audit(
                    session,
                    actor=nurse,
                    action=Action.VIEW_MESSAGES,
                    patient=f"{number % 5000:016x}",
                    subject=f"conversation:{number % 5000:016x}",
                    details={"from": number, "to": number + 9, "count": 10},
                )


def cost() -> float:
    """A transaction that writes one row of its own, with and without an audit row, in turns: the ratio of medians."""
    from records.audit import SYSTEM, Action, audit
    from records.database import session_scope, utc_now
    from records.tokens import WechatPush

    def transaction(number: int, *, audited: bool) -> float:
        started = time.perf_counter()
        with session_scope() as session:
            row = {"digest": f"{number}-{audited}", "body_digest": "", "times": 1, "seen_at": utc_now()}
            session.execute(insert(WechatPush).values(row))
            if audited:
                audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject="appointment:x")
        return time.perf_counter() - started

    with_row, without = [], []
    for number in range(TRANSACTIONS):
        without.append(transaction(number, audited=False))
        with_row.append(transaction(number, audited=True))
    return statistics.median(with_row) / statistics.median(without)


if __name__ == "__main__":
    main()
