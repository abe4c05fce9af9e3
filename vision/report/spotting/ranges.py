"""Reference ranges that blur made no ranges of: spelt again from what the recogniser still holds for likely, as two
limits of equally many decimals, or told among the words that are expected of a result."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from vision.report.catalogue import ValueType, parse_range, parse_value
from vision.report.cells import Cell
from vision.report.spotting.posteriors import Look, Posteriors, Texts, surest
from vision.report.table import Reading

CHARACTERS = "0123456789.-~～—–至<>≤≥()[]（）【】 "
WORDS = ("阴性", "阳性", "弱阳性", "阴性(-)", "阳性(+)", "正常", "黄色", "淡黄色", "清亮", "透明", "清")
LIKELY = 0.7
LEAST_FIT = -2.2
_DASH = r"\s?(?:-{1,2}|[~～—–至]|——)\s?"
_LIMIT = r"\d{1,5}(?:\.\d{1,4})?"
_RANGE = re.compile(rf"([(\[（【]?)(?:({_LIMIT}){_DASH}({_LIMIT})|[<>≤≥]\s?{_LIMIT})([)\]）】]?)")
_BEGUN = re.compile(
    rf"[(\[（【]?(?:(?:\d{{1,5}}(?:\.\d{{0,4}})?)?|{_LIMIT}(?:{_DASH}|-)(?:\d{{1,5}}(?:\.\d{{0,4}})?)?|[<>≤≥]\s?(?:\d{{1,5}}(?:\.\d{{0,4}})?)?"
    rf"|{_LIMIT}{_DASH}{_LIMIT}[)\]）】]|[<>≤≥]\s?{_LIMIT}[)\]）】])"
)


def spotted_ranges(found: Sequence[Reading], look: Look) -> list[Reading]:
    """The readings, with ranges spelt again that are none as they were read first."""
    full = list(found)
    places = {number: cell for number, reading in enumerate(found) if (cell := _broken(reading)) is not None}
    quads = [cell.line.quad for cell in places.values()]
    for number, seen in zip(places, look(quads, CHARACTERS + "".join(WORDS)) if quads else (), strict=True):
        if (told := _worded(seen) or _limits(seen)) is not None:
            full[number] = replace(full[number], range=told, guessed=True)
    return full


def _broken(reading: Reading) -> Cell | None:
    """The cell of a range that is none as it was read."""
    if len(reading.range_cells) != 1:
        return None
    if (limits := _RANGE.fullmatch(reading.range.strip())) is not None:
        return None if _agree(limits) else reading.range_cells[0]
    worded = parse_value(reading.range).type in {ValueType.TEXT, ValueType.GRADE}
    expected = parse_range(reading.range)
    told = expected is not None and (expected.low is not None or expected.high is not None)
    return None if worded or told else reading.range_cells[0]


def _agree(limits: re.Match[str]) -> bool:
    """Whether the limits are in order, and of equally many decimals, but for a bare zero."""
    low, high = limits[2], limits[3]
    if low is None:
        return True
    if float(low) >= float(high):
        return False
    decimals = [len(one.partition(".")[2]) for one in (low, high)]
    return decimals[0] == decimals[1] or low == "0"


def _limits(seen: Posteriors) -> str | None:
    spelt = seen.spelt(lambda text: _BEGUN.fullmatch(text) is not None)
    return _likeliest(
        {text: fit for text, fit in spelt if (limits := _RANGE.fullmatch(text)) is not None and _agree(limits)}
    )


def _worded(seen: Posteriors) -> str | None:
    return _likeliest({one.text: one.fit for one in seen.spot(Texts.of(WORDS, seen.characters))})


def _likeliest(fits: Mapping[str, float]) -> str | None:
    """The text that fits, if one does and no other nearly as well."""
    if not fits:
        return None
    text, share = surest(fits)
    return text if share >= LIKELY and fits[text] >= LEAST_FIT * len(text) else None
