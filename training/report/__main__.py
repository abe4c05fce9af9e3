"""Trains the recogniser on blurred print and writes it to ``models/report/``.

python -m training.report    an hour and a half of two cores

Run it with the environment of ``vision/requirements.lock`` and torch and onnx as ``training/skin/requirements.in`` has
them; fonts beyond the machine's own come from ``XINGLIN_FONTS``. It starts from the net of rapidocr's package. The
checkpoint is kept in ``var/training/report``.
"""

import argparse
import os
from pathlib import Path

import torch

from training.report.export import export
from training.report.fit import fit
from training.report.graph import Graph
from vision.report.ocr import RECOGNISER, weights

ROOT = Path(__file__).resolve().parents[2]
MINUTES, SHARE = 95.0, 0.6


def main() -> None:
    """Read the command line, train, write."""
    asked = argparse.ArgumentParser(
        prog="python -m training.report", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--minutes", type=float, default=MINUTES)
    asked.add_argument("--share", type=float, default=SHARE, help="of the way from the start's weights to the trained")
    asked.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    chosen = asked.parse_args()
    torch.set_num_threads(chosen.threads)
    checkpoint = ROOT / "var" / "training" / "report" / "recogniser.pt"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    start = weights("rapidocr", "models", "PP-OCRv6_rec_small.onnx")
    fit(Graph(start), checkpoint, minutes=chosen.minutes)
    export(Graph(start), torch.load(checkpoint, weights_only=True), RECOGNISER, share=chosen.share)


if __name__ == "__main__":
    main()
