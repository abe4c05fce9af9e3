"""Several processes write one chain, and one that is killed in the middle leaves it whole."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from records.audit import AuditEntry
from records.audit.verifying import stored_rows, verify
from records.database import engine, read_scope
from settings import ROOT, Settings

EACH = 15
WRITER = """
import sys
from records.audit import SYSTEM, Action, audit
from records.database import session_scope
for number in range(int(sys.argv[1])):
    with session_scope() as session:
        for _ in range(2):
            audit(session, actor=SYSTEM, action=Action.BOOK, patient=None, subject=f"appointment:{number}")
"""


@pytest.fixture
def environment(installation: Settings) -> dict[str, str]:
    values = {"XINGLIN_VAR": str(installation.var), "XINGLIN_DATABASE_URL": installation.database_url}
    return os.environ | values | {"PYTHONPATH": str(ROOT)}


def writer(environment: dict[str, str], transactions: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(transactions)], env=environment, cwd=ROOT)


def rows() -> int:
    with read_scope() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_processes_at_once_and_one_that_is_killed(database: None, environment: dict[str, str]) -> None:
    doomed = writer(environment, 100_000)
    deadline = time.monotonic() + 60
    while rows() < 4:
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.05)
    others = [writer(environment, EACH) for _ in range(2)]
    while rows() < 40:
        assert time.monotonic() < deadline, "too little was written"
        time.sleep(0.01)
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    assert [other.wait(60) for other in others] == [0, 0]
    found = verify(stored_rows(engine()))
    assert found.sound
    assert found.rows >= 4 * EACH
    assert found.rows % 2 == 0  # each transaction wrote both of its rows, or none
