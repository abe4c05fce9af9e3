"""Made lines of print, and the shipped net on lines that it was not trained on."""

from random import Random

import numpy as np
import pytest

from training.report.drill import HEIGHT, WIDTH, a_photo
from training.report.sheets import a_sheet
from vision.report.catalogue import entries
from vision.report.ocr import Engine, weights
from vision.report.sheets.fonts import typefaces

pytestmark = pytest.mark.skipif(not typefaces(), reason="no Chinese font on this machine")

UNSEEN = 4_711
"""A seed of no training."""
SHEETS = 4


def test_lines_are_as_the_recogniser_gets_them() -> None:
    lines = a_photo(Random(3))
    assert len(lines) > 10
    for line, text in lines:
        assert line.dtype == np.uint8
        assert line.shape[0] == HEIGHT
        assert 0 < line.shape[1] <= WIDTH
        assert text.strip()


def test_a_seed_makes_the_same_lines() -> None:
    one, other = a_photo(Random(5)), a_photo(Random(5))
    assert [text for _, text in one] == [text for _, text in other]
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(one, other, strict=True))


def test_whole_sheets_are_cut_by_the_detector() -> None:
    lines = [one for seed in range(3) for one in a_sheet(Random(seed))]
    assert len(lines) > 30
    assert all(line.shape[0] == HEIGHT and 0 < line.shape[1] <= WIDTH for line, _ in lines)
    known = {name for item in entries().values() for name in item.names}
    assert sum(text in known for _, text in lines) > 10


@pytest.mark.timeout(400)
def test_blurred_print_is_read_better_than_by_the_net_that_training_began_with() -> None:
    random = Random(UNSEEN)
    lines = [one for _ in range(SHEETS) for one in (*a_photo(random), *a_sheet(random))]
    trained, before = Engine(), Engine(recogniser=weights("rapidocr", "models", "PP-OCRv6_rec_small.onnx"))
    wrong = [0, 0]
    for line, text in lines:
        height, width = line.shape[:2]
        whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
        for number, engine in enumerate((before, trained)):
            wrong[number] += engine.read_each(np.ascontiguousarray(line), [whole])[0].text != text
    assert wrong[1] < 0.75 * wrong[0], (wrong, len(lines))
