"""``make lock``: compiles every lock file again, with hashes and without addresses."""

import subprocess
import sys

from deploy.bootstrap import python_for, uv
from settings import ROOT

OPTIONS = ("-q", "--upgrade", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate")
LOCKS = (
    ("3.11", "pyproject.toml", "requirements.lock", ()),
    (
        "3.11",
        "pyproject.toml",
        "requirements-dev.lock",
        ("--extra", "dev", "--extra", "training", "-c", "requirements.lock"),
    ),
    ("3.10", "bot/pyproject.toml", "bot/requirements.lock", ("--extra", "dev")),
    (
        "3.11",
        "vision/pyproject.toml",
        "vision/requirements.lock",
        ("--extra", "dev", "--override", "vision/overrides.txt"),
    ),
    (
        "3.11",
        "training/skin/requirements.in",
        "training/skin/requirements.lock",
        ("--override", "training/skin/overrides.txt"),
    ),
    ("3.11", "deploy/uv.in", "deploy/uv.lock", ("--universal",)),
)


def main() -> int:
    tool = uv()
    for python, source, lock, more in LOCKS:
        print(f"{lock} ← {source}", flush=True)  # noqa: T201
        command = [tool, "pip", "compile", *OPTIONS, *more, "-p", python_for(python, tool), source, "-o", lock]
        subprocess.run([str(part) for part in command], cwd=ROOT, check=True)  # noqa: S603
    return 0


if __name__ == "__main__":
    sys.exit(main())
