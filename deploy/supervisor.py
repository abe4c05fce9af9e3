"""Keeps processes running: each in a group of its own, restarted when it dies, all stopped together."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.processes import Process
from settings import ROOT

STOP_WITHIN_S = 12.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
LOG_MAX_BYTES = 20 * 1024 * 1024

PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    # Between fork and exec: should the supervisor be killed outright, the kernel ends its children too.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Starts ``processes``, restarts those that end, and stops them all; ``say`` gets one line per event."""

    def __init__(self, processes: Sequence[Process], *, logs: Path, say: Callable[[str], None]) -> None:
        self._processes = processes
        self._logs = logs
        self._say = say
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name, of those that run now."""
        return {name: process.pid for name, process in self._running.items()}

    async def run(self) -> None:
        """Keep everything running until :meth:`stop`; returns when all have ended."""
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        await asyncio.gather(*(self._keep(process) for process in self._processes))

    def stop(self) -> None:
        """Ask every process to end; those that do not within some seconds are killed."""
        self._stopping.set()

    async def _keep(self, process: Process) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = asyncio.get_running_loop().time()
            code = await self._run_once(process)
            if self._stopping.is_set():
                return
            lived = asyncio.get_running_loop().time() - started
            pause = FIRST_PAUSE_S if lived > STEADY_AFTER_S else min(pause * 2, LONGEST_PAUSE_S)
            self._say(f"{process.name} 退出（{code}），{pause:.0f} 秒后重启；日志 {self._log(process)}")
            await self._wait_stopping(pause)

    async def _run_once(self, process: Process) -> int:
        log = self._log(process)
        if log.exists() and log.stat().st_size > LOG_MAX_BYTES:
            # Under its date: the nightly retention keeps it for six months (Cybersecurity Law art. 21).
            log.replace(log.with_name(f"{log.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}.log"))
        with log.open("ab") as output:
            running = await asyncio.create_subprocess_exec(
                *process.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=process.environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self._running[process.name] = running
        ended = asyncio.create_task(running.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            await self._end(running, ended)
        self._running.pop(process.name, None)
        # Its children, should it have left any behind.
        _signal_group(running.pid, signal.SIGKILL)
        return await ended

    async def _end(self, running: asyncio.subprocess.Process, ended: "asyncio.Task[int]") -> None:
        _signal_group(running.pid, signal.SIGTERM)
        await asyncio.wait({ended}, timeout=STOP_WITHIN_S)
        if not ended.done():
            _signal_group(running.pid, signal.SIGKILL)
            await ended

    async def _wait_stopping(self, seconds: float) -> None:
        await asyncio.wait({waiting := asyncio.create_task(self._stopping.wait())}, timeout=seconds)
        waiting.cancel()

    def _log(self, process: Process) -> Path:
        return self._logs / f"{process.name}.log"


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
