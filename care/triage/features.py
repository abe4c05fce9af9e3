"""What the department classifier sees of a text: character n-grams, the same in training and at run time."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

LONGEST = 4
"""Longest n-gram, in characters."""

READ_HEAD, READ_TAIL = 1200, 400
"""Characters read of a very long text: the complaint stands at its beginning, the question at its end."""

_DIGITS = re.compile(r"\d+(?:[.:/]\d+)*")
_BREAKS = re.compile(r"[^\w#]+|_+")
_MASK = re.compile(r"⟦[^⟧]{0,120}⟧")


def normalise(text: str) -> str:
    """``text`` without personal tokens, in half width and lower case, numbers as ``#``, breaks as one blank."""
    if len(text) > READ_HEAD + READ_TAIL:
        text = f"{text[:READ_HEAD]} {text[-READ_TAIL:]}"
    text = unicodedata.normalize("NFKC", _MASK.sub(" ", text)).lower()
    return _BREAKS.sub(" ", _DIGITS.sub("#", text)).strip()


def ngrams(text: str) -> Iterator[str]:
    """Every n-gram of a normalised text, of one to :data:`LONGEST` characters, none across a break."""
    for piece in text.split(" "):
        # The beginning of a piece matters: 头皮 at the start is a place, inside 包头皮革 it is not.
        for size in range(1, LONGEST + 1):
            for start in range(len(piece) - size + 1):
                yield piece[start : start + size]


def counts(text: str) -> Counter[str]:
    """How often each n-gram stands in ``text`` (not yet normalised)."""
    return Counter(ngrams(normalise(text)))


def known(found: Iterable[str], vocabulary: dict[str, int]) -> list[int]:
    """The columns of those n-grams that the vocabulary holds, each once."""
    return sorted({vocabulary[gram] for gram in found if gram in vocabulary})
