"""``make test``: every test, fast ones first, each in the environment that it needs."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from deploy import model
from deploy.bootstrap import node_path
from deploy.processes import model_file, rasa_environment
from deploy.run import prepare_folders
from settings import ROOT, get_settings


@dataclass(frozen=True, slots=True)
class Suite:
    """One run of one runner; ``folder`` is where it runs, relative to the project."""

    name: str
    command: tuple[str, ...]
    folder: str = "."


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
        Suite("vision", (*vision, "-c", "vision/pyproject.toml", "vision/tests")),
        Suite("stories", (*rasa, "--model", str(model_file(get_settings())), "--stories", "tests/stories"), "."),
        Suite("integration", (*pytest, "tests/integration")),
        Suite("acceptance", (*pytest, "tests/acceptance")),
    ]


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
    outcome: list[tuple[str, int, float]] = []
    for suite in suites():
        print(f"\n=== {suite.name}", flush=True)  # noqa: T201
        started = time.monotonic()
        done = subprocess.run(suite.command, cwd=ROOT / suite.folder, env=environment, check=False)  # noqa: S603
        outcome.append((suite.name, done.returncode, time.monotonic() - started))
    print()  # noqa: T201
    for name, code, seconds in outcome:
        print(f"{'✓' if code == 0 else '✗'} {name:<12} {seconds:6.0f} s")  # noqa: T201
    failed = sum(code != 0 for _, code, _ in outcome)
    print(f"suites: {len(outcome) - failed} passed, {failed} failed")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
