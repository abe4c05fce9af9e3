"""Workers in processes of their own: one file can at worst kill one of them, and it comes back."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from vision.worker import HEADER

ROOT = Path(__file__).resolve().parents[1]
TIMEOUT_S = 15.0
RETIRE_AFTER = 500  # files; whatever leaks in a decoder goes with its process
MAX_ANSWER_BYTES = 1024 * 1024  # a report of a dozen pages has several hundred items
MAX_DATA_BYTES = 64 * 1024 * 1024


class WorkerLost(Exception):
    """The worker died, ran out of time, or answered nonsense over this file."""


class Worker:
    """One process; used by one request at a time."""

    def __init__(self, trade: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [sys.executable, "-m", "vision.worker", str(theirs.fileno()), trade],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            )
        self._channel = ours
        self.served = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, what: str, descriptor: int, *, timeout_s: float = TIMEOUT_S) -> tuple[dict[str, Any], bytes]:
        """Have one file parsed; raises WorkerLost, and this worker is of no use afterwards."""
        self.served += 1
        self._channel.settimeout(timeout_s)
        try:
            socket.send_fds(self._channel, [what.encode()], [descriptor])
            told, data = HEADER.unpack(self._receive(HEADER.size))
            if told > MAX_ANSWER_BYTES or data > MAX_DATA_BYTES:
                raise WorkerLost("answer too long")
            answer = json.loads(self._receive(told))
            return answer, self._receive(data)
        except (OSError, ValueError) as error:
            raise WorkerLost(type(error).__name__) from None

    def stop(self) -> None:
        self._channel.close()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def _receive(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = self._channel.recv(min(count - len(parts), 1 << 20))
            if not part:
                raise WorkerLost("hung up")
            parts += part
        return bytes(parts)


class Pool:
    """A few workers and a queue before them."""

    def __init__(self, size: int, *, timeout_s: float = TIMEOUT_S, trade: str = "inspect") -> None:
        self._trade = trade
        self._timeout_s = timeout_s
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._size = size
        self.lost = 0

    def start(self) -> None:
        for _ in range(self._size):
            self._hire()

    def stop(self) -> None:
        while self._workers:
            self._workers.pop().stop()

    @property
    def pids(self) -> list[int]:
        return sorted(worker.pid for worker in self._workers)

    async def ask(self, what: str, descriptor: int) -> tuple[dict[str, Any], bytes]:
        """Have the next free worker parse the file; raises WorkerLost when that cost the worker."""
        if not self._workers:
            self.start()
        worker = await self._idle.get()
        if not worker.alive:  # it was killed while it waited (by the kernel, for memory): no fault of this file
            worker = await asyncio.to_thread(self._replaced, worker)
        try:
            # Shielded, with a descriptor of its own: when the caller hangs up, the worker still finishes this file
            # before it gets another.
            return await asyncio.shield(asyncio.ensure_future(self._use(worker, what, os.dup(descriptor))))
        except WorkerLost:
            self.lost += 1
            raise

    async def _use(self, worker: Worker, what: str, descriptor: int) -> tuple[dict[str, Any], bytes]:
        healthy = False
        try:
            answer = await asyncio.to_thread(worker.ask, what, descriptor, timeout_s=self._timeout_s)
            healthy = worker.served < RETIRE_AFTER
            return answer
        finally:
            os.close(descriptor)
            if healthy:
                self._idle.put_nowait(worker)
            else:
                self._idle.put_nowait(await asyncio.to_thread(self._replaced, worker))

    def _hire(self) -> None:
        worker = Worker(self._trade)
        self._workers.add(worker)
        self._idle.put_nowait(worker)

    def _replaced(self, worker: Worker) -> Worker:
        self._workers.discard(worker)
        worker.stop()
        fresh = Worker(self._trade)
        self._workers.add(fresh)
        return fresh
