"""Trains one network and writes it to ``models/skin/``.

python -m training.skin dermoscopy               an hour of two cores
python -m training.skin phone                    after that: every fold, then all photos, then what is shipped
python -m training.skin phone --part 0           one fold alone, beside others; ``phone`` then finds it done

Run it with the environment of ``training/skin/requirements.in``. Checkpoints are kept in ``var/training/skin`` (or
``XINGLIN_SKIN_WORK``); a run that was stopped goes on from there.
"""

import argparse
import os
import sys
from pathlib import Path

from training.skin import operators

_DECLARED = operators.declare()

import torch  # noqa: E402

from training.skin import dermoscopy, phone  # noqa: E402
from training.skin.photos import folder  # noqa: E402

WORK = Path(os.environ.get("XINGLIN_SKIN_WORK") or Path(__file__).resolve().parents[2] / "var" / "training" / "skin")
DERMOSCOPY_MINUTES, PHONE_MINUTES = 52.0, 8.0


def main() -> None:
    """Read the command line, train."""
    asked = argparse.ArgumentParser(
        prog="python -m training.skin", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("kind", choices=["dermoscopy", "phone"])
    asked.add_argument(
        "--part", choices=["0", "1", "2", "3", "4", "all"], help="of the phone photos: without this fold"
    )
    asked.add_argument("--minutes", type=float, help="of training (default: 52 dermoscopy, 8 each part of phone)")
    asked.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    chosen = asked.parse_args()
    if not folder().is_dir():
        sys.exit(f"no data folder at {folder()}: set XINGLIN_DATA")
    torch.set_num_threads(chosen.threads)
    if chosen.kind == "dermoscopy":
        dermoscopy.train(WORK / "dermoscopy", chosen.minutes or DERMOSCOPY_MINUTES)
        return
    start = WORK / "dermoscopy" / "done.pt"
    if not start.exists():
        sys.exit(f"no {start}: train the dermoscopy network first, the phone network starts from it")
    if chosen.part:
        phone.train_part(chosen.part, WORK / "phone", chosen.minutes or PHONE_MINUTES, start)
    else:
        phone.finish(WORK / "phone", chosen.minutes or PHONE_MINUTES, start)


if __name__ == "__main__":
    main()
