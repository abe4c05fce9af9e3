"""How well level 5 is told apart: ``measure`` on the written sentences, and its cost (printed by ``bench.masking``)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from records.sensitivity import Sensitivity, classify

WRITTEN = Path(__file__).parents[1] / "tests" / "safety"
_MARKED = re.compile(r"«([^»]*)»")


@dataclass(frozen=True, slots=True)
class Measured:
    """``recall``: the share of sentences of level 5 that are found; ``hidden``: the share of which nothing that is
    marked stays readable; ``precision``: the share of found sentences that are of level 5."""

    positives: int
    negatives: int
    missed: tuple[str, ...]
    shown: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.positives

    @property
    def hidden(self) -> float:
        return self.recall - len(self.shown) / self.positives

    @property
    def precision(self) -> float:
        found = self.positives - len(self.missed)
        return found / (found + len(self.false))


def lines(name: str) -> list[str]:
    """The sentences of a file beside the safety tests, without its comments."""
    whole = (WRITTEN / name).read_text(encoding="utf-8").splitlines()
    return [line for line in whole if line and not line.startswith("#")]


def marked(line: str) -> tuple[str, list[tuple[int, int]]]:
    """A sentence without its marks, and where the marked words stand."""
    places: list[tuple[int, int]] = []
    text = ""
    last = 0
    for match in _MARKED.finditer(line):
        text += line[last : match.start()]
        places.append((len(text), len(text) + len(match[1])))
        text += match[1]
        last = match.end()
    return text + line[last:], places


def positives() -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Category, sentence, and what of it must be hidden."""
    for line in lines("sensitivity_positives.txt"):
        category, _, sentence = line.partition(" | ")
        yield (category, *marked(sentence))


def measure() -> Measured:
    """Figures on the written sentences."""
    sentences = list(positives())
    missed, shown = [], []
    for _, text, places in sentences:
        found = classify(text)
        if found.level < Sensitivity.SPECIAL:
            missed.append(text)
        elif not all(any(s.start <= start and end <= s.end for s in found.spans) for start, end in places):
            shown.append(text)
    others = lines("sensitivity_negatives.txt")
    false = [text for text in others if classify(text).level == Sensitivity.SPECIAL]
    return Measured(len(sentences), len(others), tuple(missed), tuple(shown), tuple(false))
