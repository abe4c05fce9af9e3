"""The figures of the model cards are computed as they should be."""

import numpy as np
import pytest

from training.skin.calibrate import Calibration, calibrate
from training.skin.figures import (
    auc,
    balanced_accuracy,
    calibration_error,
    interval,
    macro_auc,
    overlap,
    threshold_for,
)
from training.skin.photos import part_of, share_of


def test_balanced_accuracy_weighs_classes_alike() -> None:
    truth = np.array([0] * 90 + [1] * 10)
    always_first = np.tile([1.0, 0.0], (100, 1))
    assert balanced_accuracy(always_first, truth) == 0.5


@pytest.mark.parametrize(
    ("score", "positive", "expected"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1.0),  # told apart
        ([4, 3, 2, 1], [0, 0, 1, 1], 0.0),  # the wrong way round
        ([1, 1, 1, 1], [0, 1, 0, 1], 0.5),  # ties count half
        ([1, 3, 2, 4], [0, 0, 1, 1], 0.75),  # three of four pairs
    ],
)
def test_area_under_the_curve(score: list[int], positive: list[int], expected: float) -> None:
    assert auc(np.array(score), np.array(positive, bool)) == expected


def test_macro_area_is_the_mean_over_classes() -> None:
    truth = np.array([0, 1, 2])
    assert macro_auc(np.eye(3), truth) == 1.0


def test_calibration_error_is_the_gap() -> None:
    sure = np.tile([0.9, 0.1], (100, 1))
    assert calibration_error(sure, np.array([0] * 90 + [1] * 10)) == pytest.approx(0.0)
    assert calibration_error(sure, np.array([0] * 50 + [1] * 50)) == pytest.approx(0.4)


def test_overlap() -> None:
    one, two = np.array([True, True, False]), np.array([True, False, False])
    assert overlap(one, two) == pytest.approx(2 / 3)
    assert overlap(~one & one, ~two & two) == 1.0


def test_threshold_keeps_the_share_that_is_asked_for() -> None:
    score, positive = np.arange(200) / 200, np.arange(200) >= 100
    threshold = threshold_for(score, positive, 0.95)
    assert (score[positive] >= threshold).mean() == 0.95


def test_interval_holds_the_figure_and_draws_whole_groups() -> None:
    values = np.repeat(np.random.default_rng(0).normal(size=40), 5)
    alone = interval(lambda at: float(values[at].mean()), [str(i) for i in range(200)])
    grouped = interval(lambda at: float(values[at].mean()), [str(i // 5) for i in range(200)])
    assert grouped[0] < values.mean() < grouped[1]
    assert grouped[1] - grouped[0] > 1.5 * (alone[1] - alone[0])


def test_calibration_makes_the_too_sure_honest() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(3, size=3000)
    logits = rng.normal(size=(3000, 3)) * 3 + np.eye(3)[truth] * 4
    before = calibration_error(Calibration(0.3, (0.0,) * 3).probabilities(logits), truth)
    chosen = calibrate(logits, truth)
    assert calibration_error(chosen.probabilities(logits), truth) < 0.04 < before


def test_a_lesion_keeps_its_part() -> None:
    names = [f"HAM_{number:07d}" for number in range(5000)]
    parts = [part_of(name) for name in names]
    assert parts == [part_of(name) for name in names]
    assert parts.count("test") / 5000 == pytest.approx(0.10, abs=0.02)
    assert parts.count("validation") / 5000 == pytest.approx(0.08, abs=0.02)
    assert all(0 <= share_of(name) < 1 for name in names)
