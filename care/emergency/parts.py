"""Cutting a text that is longer than a message can be (a pasted history, a book) into parts to be screened one by one.

Nothing is left out up to ``LONGEST`` characters: the beginning and the end come first, then what lies between, so that
a danger in the middle of a long paste is found and a danger at its edges is found at once.
"""

import re
from collections.abc import Iterator
from zlib import compress

ENTIRE = 4_000  # characters: a message as the chat takes it is screened in one
PART = 3_000
SHARED = 120  # what neighbouring parts have in common: no combination reaches further
LONGEST = 120_000  # of a longer text, as much of its beginning and of its end


REPEATED_SHARE = 12  # ordinary Chinese is compressed to a half or a third
# The same few words over and over (a key held down, one line pasted a thousand times).
_REPEATED = re.compile(r"(.{1,40}?)\1{9,}", re.DOTALL)
_ENDS = "。！？!?；;\n，,"


def clipped(text: str) -> str:
    """``text``; of one too long to be a message its beginning and end as far as screened, and repetitions once."""
    if len(text) > LONGEST:
        text = text[: LONGEST // 2] + "\n" + text[_clause_before(text, len(text) - LONGEST // 2) :]
    if len(text) <= ENTIRE:
        return text
    raw = text.encode("utf-8", "surrogatepass")
    repeats = len(raw) > REPEATED_SHARE * len(compress(raw, level=1))  # looking for what repeats is slow, this is not
    return _REPEATED.sub(r"\1\1", text) if repeats else text


def parts(text: str) -> Iterator[str]:
    """``text`` itself, or its parts: first, last, then the others in order."""
    if len(text) <= ENTIRE:
        yield text
        return
    begins = [0]
    while begins[-1] + PART < len(text):
        begins.append(_clause_before(text, begins[-1] + PART - SHARED))
    for begin in (begins[0], begins[-1], *begins[1:-1]):
        yield text[begin : begin + PART]


def _clause_before(text: str, at: int) -> int:
    """Where the clause at ``at`` begins, so that a part never starts between "没有" and what there is none of."""
    return max((text.rfind(mark, at - SHARED, at) + 1 for mark in _ENDS), default=0) or at
