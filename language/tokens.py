"""Words of a Chinese message, by rjieba with the medical lexicon. A masking token stays one word."""

import re
from functools import lru_cache

import rjieba

from .departments import department_names
from .symptoms import body_part_lexicon, symptom_lexicon

#: A masking token as ``records.masking`` writes it: ⟦KIND:ref:shown⟧.
MASKED = re.compile(r"⟦[A-Z_]{1,20}:[0-9a-f]{16}:[^⟦⟧]{0,200}⟧")
#: How the token of a clause begins that is hidden for what it says, not for whom it names.
SENSITIVE = "⟦SENSITIVE:"
_FREQUENCY = 20000


@lru_cache(maxsize=1)
def _segmenter() -> "rjieba.Jieba":
    segmenter = rjieba.Jieba()
    for word in {*symptom_lexicon(), *body_part_lexicon(), *department_names()}:
        if 1 < len(word) <= 5:  # noqa: PLR2004 - longer surfaces are clauses, not words
            segmenter.add_word(word, _FREQUENCY, "n")
    return segmenter


def tokenize(text: str) -> list[tuple[str, int]]:
    """(word, place of its first character) in order; white space is left out, a masking token is one word."""
    words: list[tuple[str, int]] = []
    position = 0
    for masked in MASKED.finditer(text):
        words.extend(_words(text, position, masked.start()))
        words.append((masked.group(), masked.start()))
        position = masked.end()
    words.extend(_words(text, position, len(text)))
    return words


def _words(text: str, start: int, end: int) -> list[tuple[str, int]]:
    words = []
    for word in _segmenter().cut(text[start:end]):
        if not word.isspace():
            words.append((word, start))
        start += len(word)
    return words
