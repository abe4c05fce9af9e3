"""``python -m training.skin dermoscopy|phone``: trains one network and writes it to ``models/skin/``."""

import argparse
import os
from pathlib import Path

from training.skin import operators

_DECLARED = operators.declare()

import torch  # noqa: E402

from training.skin import dermoscopy  # noqa: E402

WORK = Path(os.environ.get("XINGLIN_SKIN_WORK") or Path(__file__).resolve().parents[2] / "var" / "training" / "skin")
"""Checkpoints and progress; outside git."""


def main() -> None:
    """Train, with all cores that there are."""
    asked = argparse.ArgumentParser(prog="python -m training.skin", description=__doc__)
    asked.add_argument("kind", choices=["dermoscopy", "phone"])
    asked.add_argument("--minutes", type=float)
    chosen = asked.parse_args()
    torch.set_num_threads(os.cpu_count() or 1)
    if chosen.kind == "dermoscopy":
        dermoscopy.train(WORK / "dermoscopy", chosen.minutes or 62)


if __name__ == "__main__":
    main()
