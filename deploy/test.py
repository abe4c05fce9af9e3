"""``make test``: every test, fast ones first, each in the environment that it needs, two suites at a time.

A suite mostly waits for processes of its own to start and answer, so two of them share two cores well.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deploy import model
from deploy.bootstrap import node_path
from deploy.processes import model_file, rasa_environment
from deploy.run import prepare_folders
from settings import ROOT, get_settings

AT_ONCE = 2
TRAINING = ("training/report/tests", "training/skin/tests")
_printing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Suite:
    """One run of one runner; ``folder`` is where it runs, relative to the project."""

    name: str
    command: tuple[str, ...]
    folder: str = "."


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    passed: bool
    seconds: float


def suites() -> list[Suite]:
    """Every suite, fast ones first."""
    pytest = (sys.executable, "-m", "pytest", "-q")
    bot = (
        str(ROOT / "bot" / ".venv" / "bin" / "python"),
        "-m",
        "pytest",
        "-q",
        "-c",
        "bot/pyproject.toml",
        "bot/tests",
    )
    vision = (str(ROOT / "vision" / ".venv" / "bin" / "python"), "-m", "pytest", "-q")
    rasa = (
        str(ROOT / "bot" / ".venv" / "bin" / "rasa"),
        *("test", "core", "--e2e", "--out", "var/stories", "--no-plot", "--fail-on-prediction-errors"),
    )
    return [
        Suite("unit", (*pytest, "tests/unit")),
        Suite("safety", (*pytest, "tests/safety")),
        Suite("web", (shutil.which("npm", path=_path()) or "npm", "test"), "web"),
        Suite("bot", bot),
        Suite(
            "vision",
            (*vision, "-c", "vision/pyproject.toml", "vision/tests", "training/report/tests", "training/skin/tests"),
        ),
        Suite("stories", (*rasa, "--model", str(model_file(get_settings())), "--stories", "tests/stories"), "."),
        *(Suite(f"integration: {name}", (*pytest, *paths)) for name, paths in _integration().items()),
        Suite("acceptance", (*pytest, "tests/acceptance")),
    ]


def _integration() -> dict[str, tuple[str, ...]]:
    """The integration tests in three: one run of all would go on alone when the other lane has long ended."""
    folder = ROOT / "tests" / "integration"
    files = set(folder.glob("test_*.py"))
    console = {path for path in files if path.name.startswith("test_console_")}
    folders = {path.parent for path in folder.glob("*/test_*.py")}
    parts = {"console": console, "folders": folders, "others": files - console}
    return {name: tuple(sorted(str(path.relative_to(ROOT)) for path in paths)) for name, paths in parts.items()}


def _path() -> str:
    return f"{node_path()}{os.pathsep}{os.environ['PATH']}"


def main() -> int:
    """Run every suite even when one fails, and say at the end which did; returns the exit code."""
    environment = rasa_environment(get_settings()) | {"PATH": _path(), "CI": os.environ.get("CI", "")}
    environment |= {
        name: value for name, value in os.environ.items() if name.startswith(("XINGLIN_TEST_", "XINGLIN_DATA"))
    }
    settings = get_settings()
    if not model.is_current(settings):
        print("=== 训练助手模型", flush=True)  # noqa: T201
        prepare_folders(settings)
        model.train(settings)
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        outcomes = list(lanes.map(lambda suite: _run(suite, environment), suites()))
    print()  # noqa: T201
    for one in outcomes:
        print(f"{'✓' if one.passed else '✗'} {one.name:<20} {one.seconds:6.0f} s")  # noqa: T201
    failed = sum(not one.passed for one in outcomes)
    print(f"{time.monotonic() - started:.0f} s in all")  # noqa: T201
    print(f"suites: {len(outcomes) - failed} passed, {failed} failed")  # noqa: T201
    return 1 if failed else 0


def _run(suite: Suite, environment: dict[str, str]) -> Outcome:
    """Run one suite to its end and print what it said in one piece."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603
        suite.command,
        cwd=ROOT / suite.folder,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with _printing:
        print(f"\n=== {suite.name}\n{done.stdout.decode(errors='replace')}", end="", flush=True)  # noqa: T201
    return Outcome(suite.name, done.returncode == 0, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
