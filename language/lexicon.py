"""Finding the words of a lexicon in a text, longest first, in time linear in the text."""

import re
from collections.abc import Iterable, Mapping


class Lexicon:
    """A frozen set of surfaces with a value each."""

    def __init__(self, surfaces: Mapping[str, str]) -> None:
        self._values = dict(surfaces)
        lengths: dict[str, set[int]] = {}
        for surface in self._values:
            lengths.setdefault(surface[0], set()).add(len(surface))
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, value) of each surface found, left to right, longest first, never overlapping."""
        found: list[tuple[int, int, str]] = []
        position, size = 0, len(text)
        lengths, values = self._lengths, self._values
        while position < size:
            for length in lengths.get(text[position], ()):
                value = values.get(text[position : position + length])
                if value is not None and position + length <= size:
                    found.append((position, position + length, value))
                    position += length
                    break
            else:
                position += 1
        return found


def alternation(words: Iterable[str]) -> str:
    """A regular expression's body that matches any of ``words``, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
