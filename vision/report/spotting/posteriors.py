"""What a recogniser holds for likely in each column of a line, and how well a text that is not its first reading fits.

A line that blur took letters from is read as what looks most alike, character by character, and mostly as no word. Its
second and third guesses still tell which of a known list of texts it is: each is laid along the columns in the best way
(Viterbi over CTC's states), as spoken keywords are spotted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp

import numpy as np

from vision.report.lines import Quad

Logs = np.ndarray[tuple[int, int], np.dtype[np.float32]]
LEAST = -9.0
"""Natural logarithm: nothing counts as less likely, or one misread character would outweigh all others."""
MARKS = frozenset(" *★()（）[]【】.,:：、-")
"""Around a name; to leave them out costs next to nothing."""
MARK = 0.1
OTHER = 1.0
"""What a letter or figure beside the text costs: a running number, an abbreviation."""
SUREST, UNSUREST = 9.0, 1.0
"""What a Chinese character beside the text costs, by how surely it was read: it is part of a longer name."""
KEPT, TRIED = 24, 5
"""Of a search for any text: so many beginnings, and characters of a column."""
LIKELIEST = 200
"""So many texts are laid along the columns; the others cannot come near."""


def is_chinese(char: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u4e00" <= char <= "\u9fff"


def surest(likely: Mapping[str, float], *, caution: float = 1.0) -> tuple[str, float]:
    """Of several, by the natural logarithms of how likely they are, the likeliest and its share of all. Logarithms are
    divided by ``caution``, where they are sums of what is no independent witness."""
    first = max(likely, key=lambda one: likely[one])
    return first, 1 / sum(exp((log - likely[first]) / caution) for log in likely.values())


def _add(found: dict[str, tuple[float, float]], text: str, blank: float, last: float) -> None:
    before = found.get(text, (-np.inf, -np.inf))
    found[text] = float(np.logaddexp(before[0], blank)), float(np.logaddexp(before[1], last))


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts to look for: ``numbers`` (n, longest) of their characters, by ``Posteriors.characters``, ``lengths``."""

    texts: tuple[str, ...]
    numbers: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    lengths: np.ndarray[tuple[int], np.dtype[np.int64]]

    @classmethod
    def of(cls, texts: Sequence[str], characters: str) -> "Texts":
        """Those of the ``texts`` that ``characters`` spell."""
        number_of = {char: number + 1 for number, char in enumerate(characters)}
        kept = tuple(text for text in dict.fromkeys(texts) if text and set(text) <= number_of.keys())
        numbers = np.zeros((len(kept), max(map(len, kept), default=1)), np.int64)
        for row, text in enumerate(kept):
            numbers[row, : len(text)] = [number_of[char] for char in text]
        return cls(kept, numbers, np.array([len(text) for text in kept], np.int64))


@dataclass(frozen=True, slots=True)
class Spotted:
    """``fit``: natural logarithm of how likely the text is beside what was read first, at most 0. It stands from the
    character ``start`` of that reading to before ``end``."""

    text: str
    fit: float
    start: int
    end: int


@dataclass(frozen=True)
class Posteriors:
    """``logs`` (columns, 1 + len(characters)): of CTC's blank and of each of the ``characters``, over the likeliest of
    the column, at most 0; ``first``: the characters read first, with their columns and how sure they are (0 to 1)."""

    logs: Logs
    characters: str
    first: tuple[tuple[str, int, float], ...]

    @property
    def text(self) -> str:
        """What was read first."""
        return "".join(char for char, _, _ in self.first)

    @cached_property
    def _beside(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """What it costs to leave out everything that was read before each column, and at last everything."""
        costs = np.zeros(len(self.logs))
        for char, column, sure in self.first:
            if is_chinese(char):
                costs[column] += min(SUREST, max(UNSUREST, -float(np.log(max(1e-9, 1 - sure)))))
            else:
                costs[column] += MARK if char in MARKS else OTHER
        return np.concatenate([[0.0], np.cumsum(costs)])

    def spot(self, wanted: Texts, *, likeliest: int = LIKELIEST) -> list[Spotted]:
        """How well each of the texts fits, the best first; those that cannot come near are left out."""
        if not len(self.logs) or not wanted.texts:
            return []
        beside = self._beside
        highest = self.logs.max(axis=0)
        highest[0] = 0.0
        places = np.arange(wanted.numbers.shape[1])
        bound = (highest[wanted.numbers] * (places < wanted.lengths[:, None])).sum(axis=1)
        bound -= np.maximum(0.0, beside[-1] - SUREST * wanted.lengths)
        chosen = np.argsort(-bound, kind="stable")[:likeliest]
        fits, starts, ends = self._laid(wanted.numbers[chosen], wanted.lengths[chosen])
        columns = np.array([column for _, column, _ in self.first], np.int64)
        return [
            Spotted(
                wanted.texts[chosen[row]],
                float(fits[row]),
                int(np.searchsorted(columns, starts[row])),
                int(np.searchsorted(columns, ends[row], side="right")),
            )
            for row in np.argsort(-fits, kind="stable")
        ]

    def spelt(self, may_begin: Callable[[str], bool]) -> list[tuple[str, float]]:
        """The likeliest texts of the ``characters`` all of whose beginnings ``may_begin`` allows, the best first, with
        their fits: a search that keeps the ``KEPT`` best beginnings from column to column."""
        # Of every beginning: how likely the columns so far are it, with a blank or with its last character at the end.
        beginnings: dict[str, tuple[float, float]] = {"": (0.0, -np.inf)}
        for logs in self.logs.astype(float):
            likely = [number for number in np.argsort(-logs)[:TRIED] if number and logs[number] > LEAST]
            longer: dict[str, tuple[float, float]] = {}
            for text, (blank, last) in beginnings.items():
                both = np.logaddexp(blank, last)
                _add(
                    longer, text, both + logs[0], last + logs[self.characters.index(text[-1]) + 1] if text else -np.inf
                )
                for number in likely:
                    char = self.characters[number - 1]
                    if may_begin(text + char):
                        _add(longer, text + char, -np.inf, (blank if text[-1:] == char else both) + logs[number])
            kept = sorted(longer, key=lambda text: -np.logaddexp(*longer[text]))[:KEPT]
            beginnings = {text: longer[text] for text in kept}
        return [(text, float(np.logaddexp(*both))) for text, both in beginnings.items()]

    def _laid(
        self,
        numbers: np.ndarray[tuple[int, int], np.dtype[np.int64]],
        lengths: np.ndarray[tuple[int], np.dtype[np.int64]],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each text its best fit, and its first and last column. States are a text's characters and the blank
        behind each; a text begins and ends in any column."""
        numbers = numbers[:, : int(lengths.max())]
        count, longest = numbers.shape
        rows, last = np.arange(count), lengths - 1
        beside = self._beside
        same = np.zeros((count, longest), bool)
        same[:, 1:] = numbers[:, 1:] == numbers[:, :-1]
        on, off = np.full((count, longest), -np.inf), np.full((count, longest), -np.inf)
        on_from, off_from = np.zeros((count, longest), np.int64), np.zeros((count, longest), np.int64)
        fits, starts, ends = np.full(count, -np.inf), np.zeros(count, np.int64), np.zeros(count, np.int64)
        for column, logs in enumerate(self.logs):
            # Into a character: from its predecessor's blank, from the predecessor itself, or as the first one.
            into, into_from = np.full((count, longest), -beside[column]), np.full((count, longest), column)
            direct = np.where(same[:, 1:], -np.inf, on[:, :-1])
            into[:, 1:] = np.maximum(off[:, :-1], direct)
            into_from[:, 1:] = np.where(off[:, :-1] >= direct, off_from[:, :-1], on_from[:, :-1])
            new_off, new_off_from = np.maximum(off, on) + logs[0], np.where(off >= on, off_from, on_from)
            on_from = np.where(on >= into, on_from, into_from)
            on = np.maximum(on, into) + logs[numbers]
            off, off_from = new_off, new_off_from
            ended = on[rows, last] - (beside[-1] - beside[column + 1])
            better = ended > fits
            fits[better], ends[better] = ended[better], column
            starts[better] = on_from[rows, last][better]
        return fits, starts, ends


Look = Callable[[Sequence[Quad], str], list[Posteriors]]
"""What a recogniser holds for likely in places, of some characters."""
