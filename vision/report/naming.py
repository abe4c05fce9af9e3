"""Names that were badly read, put right by what else is known of them: never to another item than the row's own."""

import re
from difflib import SequenceMatcher

from vision.report.catalogue import Match, recognise
from vision.report.catalogue.text import folded, key

AS_PRINTED = 0.955
"""A name that is known with more is spelt in another way, not misread."""
HALF = 0.5
"""A name is mended to one that shares so much with it."""
SURE = 0.9
"""A name read so surely is no misreading."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]?")
_STRETCH = re.compile(r"[^\s*★]*[\u4e00-\u9fff][^\s*★]*")


def mended(name: str, match: Match | None, *, sure: float) -> str:
    """A printed name with its misread characters put right, where ``match`` tells whose name it is; ``sure`` is how
    surely its characters were read."""
    stretch = _stretch(name)
    if match is None or stretch is None:
        return name
    printed = name[stretch[0] : stretch[1]]
    aliases = [alias for alias in match.entry.names if _CHINESE.search(alias)]
    own = recognise(printed)
    if any(key(alias) in key(printed) for alias in aliases) or (own is not None and own.confidence > AS_PRINTED):
        return name
    best = max(aliases, key=lambda alias: _alike(printed, alias), default=None)
    if best is None or best.startswith(printed):
        return name  # cut off at its column's end
    if _alike(printed, best) < HALF:
        if sure >= SURE or own is not None:
            return name
        best = match.name
    return name[: stretch[0]] + best + name[stretch[1] :]


def _stretch(name: str) -> tuple[int, int] | None:
    """From where to where the Chinese name runs, brackets with letters and marks left out."""
    outside = _BRACKET.sub(lambda found: found[0] if _CHINESE.search(found[0]) else " " * len(found[0]), name)
    found = max(_STRETCH.finditer(outside), key=lambda one: len(one[0]), default=None)
    return None if found is None else found.span()


def _alike(printed: str, alias: str) -> float:
    """How much two names share, place by place where they are of one length."""
    one, other = folded(key(printed)), folded(key(alias))
    if len(one) == len(other):
        return sum(a == b for a, b in zip(one, other, strict=True)) / max(1, len(one))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
