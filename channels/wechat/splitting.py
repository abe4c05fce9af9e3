"""Long texts in parts that WeChat takes."""

import unicodedata

# A text message is at most 2,048 bytes of UTF-8 (errcode 45002 beyond).
MAX_TEXT_BYTES = 2048

# How far back a nicer place to cut is looked for, in characters.
_LOOK_BACK = 160
_ENDS = ("\n", "。！？!?", "；;", "，,、 ")
_JOINER = "\u200d"
_MAX_CLUSTER = 32


def split_text(text: str, *, limit: int = MAX_TEXT_BYTES) -> list[str]:
    """Parts of at most ``limit`` bytes of UTF-8 each; joined they are ``text``; none for an empty text.

    A part ends at a line or sentence if one ends near, else between two characters: never inside one, and not
    between a character and the accent, skin tone or joined emoji that belongs to it (unless such a cluster alone
    is absurdly long). ``limit`` must leave room for any character (4 bytes).
    """
    parts = []
    start = 0
    while start < len(text):
        end = _fitting(text, start, limit)
        if end < len(text):
            end = _nice(text, start, _whole(text, start, end))
        parts.append(text[start:end])
        start = end
    return parts


def _fitting(text: str, start: int, limit: int) -> int:
    size = 0
    for index in range(start, len(text)):
        size += len(text[index].encode("utf-8", "surrogatepass"))
        if size > limit:
            return index
    return len(text)


def _whole(text: str, start: int, end: int) -> int:
    for cut in range(end, max(start, end - _MAX_CLUSTER), -1):
        if not _joined(text[cut - 1], text[cut]):
            return cut
    return end


def _joined(before: str, after: str) -> bool:
    """Whether two characters belong together: marks, variation selectors, skin tones, zero-width joiners, CR LF."""
    return (
        _JOINER in (before, after)
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or ("\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff")
        or (before == "\r" and after == "\n")
    )


def _nice(text: str, start: int, end: int) -> int:
    for ends in _ENDS:
        for cut in range(end, max(start + 1, end - _LOOK_BACK), -1):
            if text[cut - 1] in ends and not _joined(text[cut - 1], text[cut]):
                return cut
    return end
