"""From logits to probabilities and thresholds, on photos that the network was not trained on."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from training.skin.figures import balanced_accuracy, calibration_error, threshold_for

TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(3.0), 70))
PRIORS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
GOOD_ERROR = 0.04
URGENT_SENSITIVITY, DERMATOLOGIST_SENSITIVITY = 0.97, 0.99
"""Two points above the 95 % that are asked for: a threshold from some hundred photos holds a little less on others."""


@dataclass(frozen=True)
class Calibration:
    """See :class:`vision.skin.network.Settings`."""

    temperature: float
    bias: tuple[float, ...]

    def probabilities(self, logits: Any) -> Any:
        """(n, classes)."""
        scaled = logits / self.temperature + np.array(self.bias)
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


def _plain(values: Any) -> tuple[float, ...]:
    return tuple(float(value) + 0.0 for value in values)  # no minus zero in what people read


def _temperature(logits: Any, truth: Any, bias: Any) -> Calibration:
    """The temperature at which the belief in the most probable class is right as often as it says."""
    best, least = Calibration(1.0, _plain(bias)), np.inf
    for temperature in TEMPERATURES:
        tried = Calibration(float(temperature), _plain(bias))
        probabilities = tried.probabilities(logits)
        sure = np.clip(probabilities.max(axis=1), 1e-6, 1 - 1e-6)
        right = probabilities.argmax(axis=1) == truth
        loss = -np.where(right, np.log(sure), np.log(1 - sure)).mean()
        if loss < least:
            best, least = tried, loss
    return best


def calibrate(logits: Any, truth: Any) -> Calibration:
    """Temperature, and as little of the classes' shares as makes the probabilities right.

    The logits speak as if all classes were equally frequent, which finds the rare ones best (balanced accuracy). Of the
    weights tried for the shares the one with the best balanced accuracy is taken among those with an expected
    calibration error of at most 0.04; where there is none, the one with the smallest error.
    """
    shares = np.log(np.bincount(truth, minlength=logits.shape[1]) / len(truth) + 1e-3)
    tried = []
    for weight in PRIORS:
        one = _temperature(logits, truth, weight * (shares - shares.mean()))
        probabilities = one.probabilities(logits)
        tried.append((calibration_error(probabilities, truth), balanced_accuracy(probabilities, truth), one))
    good = [row for row in tried if row[0] <= GOOD_ERROR]
    if good:
        return max(good, key=lambda row: row[1])[2]
    return min(tried, key=lambda row: row[0])[2]


def thresholds(probabilities: Any, truth: Any, malignant: Any, precancerous: Any) -> dict[str, float]:
    """``malignant``, ``precancerous``: booleans by class. See :class:`vision.skin.network.Settings`."""
    suspect = probabilities[:, malignant].sum(axis=1)
    wide = suspect + probabilities[:, precancerous].sum(axis=1)
    is_malignant = malignant[truth]
    return {
        "urgent": threshold_for(suspect, is_malignant, URGENT_SENSITIVITY),
        "dermatologist": threshold_for(wide, is_malignant | precancerous[truth], DERMATOLOGIST_SENSITIVITY),
    }
