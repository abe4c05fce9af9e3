"""Processes are kept running, and none is left behind."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.processes import Process
from deploy.supervisor import Supervisor
from settings import ROOT


def _process(name: str, code: str) -> Process:
    return Process(name, (sys.executable, "-c", code), {"PATH": os.environ["PATH"]})


async def _until(condition: "object", seconds: float = 10.0) -> None:
    assert callable(condition)
    for _ in range(int(seconds * 20)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_is_killed_is_started_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        said: list[str] = []
        supervisor = Supervisor([_process("sleeper", "import time; time.sleep(60)")], logs=tmp_path, say=said.append)
        running = asyncio.create_task(supervisor.run())
        await _until(lambda: supervisor.pids)
        first = supervisor.pids["sleeper"]
        os.kill(first, 9)
        await _until(lambda: supervisor.pids.get("sleeper", first) != first)
        assert any("sleeper" in line for line in said)
        supervisor.stop()
        await asyncio.wait_for(running, timeout=20)

    asyncio.run(scenario())


def test_stopping_ends_every_process_and_its_children(tmp_path: Path) -> None:
    child_file = tmp_path / "child"
    code = (
        "import pathlib, subprocess, time;"
        "child = subprocess.Popen(['sleep', '60']);"
        f"pathlib.Path({str(child_file)!r}).write_text(str(child.pid));"
        "time.sleep(60)"
    )

    async def scenario() -> int:
        supervisor = Supervisor([_process("parent", code)], logs=tmp_path, say=lambda _: None)
        running = asyncio.create_task(supervisor.run())
        await _until(child_file.exists)
        await _until(child_file.read_text)
        supervisor.stop()
        await asyncio.wait_for(running, timeout=20)
        return int(child_file.read_text())

    child = asyncio.run(scenario())
    asyncio.run(_until(lambda: not _alive(child)))


@pytest.mark.parametrize("stubborn", ["signal.signal(signal.SIGTERM, signal.SIG_IGN)"])
def test_a_process_that_will_not_end_is_killed(tmp_path: Path, stubborn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.supervisor.STOP_WITHIN_S", 0.5)
    ready = tmp_path / "ready"
    code = f"import pathlib, signal, time; {stubborn}; pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"

    async def scenario() -> None:
        supervisor = Supervisor([_process("stubborn", code)], logs=tmp_path, say=lambda _: None)
        running = asyncio.create_task(supervisor.run())
        await _until(ready.exists)
        pid = supervisor.pids["stubborn"]
        supervisor.stop()
        await asyncio.wait_for(running, timeout=20)
        assert not _alive(pid)

    asyncio.run(scenario())


def test_a_supervisor_that_is_killed_takes_its_processes_along(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = f"import os, pathlib, time; pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid())); time.sleep(60)"
    script = (
        "import asyncio, pathlib, sys\n"
        "from deploy.processes import Process\n"
        "from deploy.supervisor import Supervisor\n"
        f"process = Process('sleeper', (sys.executable, '-c', {code!r}), {{}})\n"
        f"asyncio.run(Supervisor([process], logs=pathlib.Path({str(tmp_path)!r}), say=print).run())\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    try:
        asyncio.run(_until(lambda: pid_file.exists() and pid_file.read_text()))
    finally:
        supervisor.kill()
        supervisor.wait()
    asyncio.run(_until(lambda: not _alive(int(pid_file.read_text()))))
