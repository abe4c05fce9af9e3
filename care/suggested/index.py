"""Which of a few hundred short documents a question is about: Okapi BM25 over words, and how much of it is covered.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009. BM25 orders; it says nothing of
whether the best is good. That is ``coverage``: the share of the question's own words, by weight, that the document
knows. Words that no document knows weigh most, so a question about something else is covered by nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from care.suggested.asked import raw
from care.suggested.suggestion import Suggestion
from language.tokens import tokenize

K1, B = 1.2, 0.75
COVERED = 0.6


@dataclass(frozen=True, slots=True)
class Document:
    """A suggestion, the words by which it is found, and those that only say that something is asked (``aside``)."""

    suggestion: Suggestion
    words: tuple[str, ...]
    aside: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of two characters and more that are no stop words, in order."""
    stop = _stop()
    return tuple(word for word, _ in tokenize(text.upper()) if len(word) > 1 and word not in stop)


@lru_cache(maxsize=1)
def _stop() -> frozenset[str]:
    return frozenset(raw()["stop"].split())


def best(question: str, documents: Sequence[Document], *, most: int) -> list[Suggestion]:
    """Up to ``most`` documents that cover the question, the best first; none where none does."""
    weigh = _Weights(documents)
    found = []
    for place, document in enumerate(documents):
        asked = [word for word in dict.fromkeys(words_of(question)) if word not in document.aside]
        known = [word for word in asked if word in document.words]
        whole = sum(map(weigh.idf, asked))
        if known and sum(map(weigh.idf, known)) >= COVERED * whole:
            found.append((-weigh.bm25(known, document), place, document.suggestion))
    return [suggestion for _, _, suggestion in sorted(found, key=lambda one: one[:2])][:most]


class _Weights:
    """Of one set of documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._in = Counter(word for document in documents for word in set(document.words))
        self._number = len(documents)
        self._mean = sum(len(document.words) for document in documents) / max(1, self._number) or 1.0

    def idf(self, word: str) -> float:
        """Always above 0; highest for a word that no document has."""
        has = self._in[word]
        return log(1 + (self._number - has + 0.5) / (has + 0.5))

    def bm25(self, asked: Sequence[str], document: Document) -> float:
        counted, length = Counter(document.words), len(document.words) / self._mean
        return sum(
            self.idf(word) * counted[word] * (K1 + 1) / (counted[word] + K1 * (1 - B + B * length)) for word in asked
        )
