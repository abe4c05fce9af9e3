"""A house of its own on free ports and in its own folder, as ``make run`` starts it: for tests and measurements."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy import model
from deploy.processes import model_file
from settings import ROOT, Settings

READY = "助手已就绪"
STARTS_WITHIN_S = 240.0
STOPS_WITHIN_S = 40.0


class TrialFailed(Exception):
    """The house did not start; the message holds what it printed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A running house: its settings, the first accounts' passwords, and what it has printed so far."""

    settings: Settings
    passwords: Mapping[str, str]
    process: "subprocess.Popen[str]"
    printed: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def trial_house(folder: Path, *, environment: Mapping[str, str] = {}, until: str = READY) -> Iterator[Trial]:
    """Start the house in ``folder``, wait until it prints ``until`` (the assistant answers); stopped as by Ctrl-C
    afterwards.

    The assistant's model is the checkout's own, trained first when it is not current.
    """
    checkout = checkout_settings()
    if not model.is_current(checkout):
        model.train(checkout)
    values = {
        "XINGLIN_VAR": str(folder),
        "XINGLIN_PORT": str(free_port()),
        "XINGLIN_RASA_PORT": str(free_port()),
        "XINGLIN_ACTIONS_PORT": str(free_port()),
        **environment,
    }
    settings = Settings(**{name.removeprefix("XINGLIN_").lower(): value for name, value in values.items()})  # type: ignore[arg-type]
    target = model_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix in (".gz", ".inputs"):
        shutil.copyfile(model_file(checkout).with_suffix(suffix), target.with_suffix(suffix))
        target.with_suffix(suffix).chmod(0o600)  # as `make run` writes it
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINGLIN_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.run"],
        cwd=ROOT,
        env=kept | values,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed: list[str] = []
    reader = threading.Thread(target=_read, args=(process, printed), daemon=True)
    reader.start()
    try:
        _wait_until(until, process, printed)
        passwords = dict(re.findall(r"账号 (\S+) +密码 (\S+)", "".join(printed)))
        yield Trial(settings=settings, passwords=passwords, process=process, printed=printed)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOPS_WITHIN_S)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            reader.join(timeout=5)
            assert process.stdout is not None
            process.stdout.close()


def checkout_settings() -> Settings:
    """The settings of this checkout, whatever a test has set for itself."""
    return Settings(var=ROOT / "var")


def _read(process: "subprocess.Popen[str]", printed: list[str]) -> None:
    assert process.stdout is not None
    printed.extend(iter(process.stdout.readline, ""))


def _wait_until(line_part: str, process: "subprocess.Popen[str]", printed: list[str]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        if any(line_part in line for line in list(printed)):
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise TrialFailed("".join(printed))


__all__ = ["Trial", "TrialFailed", "free_port", "trial_house"]
