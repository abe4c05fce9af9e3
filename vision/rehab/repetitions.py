"""Counting: from a measure over time to repetitions with start, turning point and end."""

from dataclasses import dataclass

import numpy as np

from vision.rehab.landmarks import Values

SHARE_OF_RANGE = 0.45
"""A swing smaller than this share of the clip's whole range is a wobble, or walking off."""
RETURNED = 0.3
"""How much of its swing the last repetition must have come back when the clip ends in it."""
TURNED_DEG = 8.0
"""A repetition that the clip opens in counts when its turning point is in the clip: seen to rise by more than noise."""
CUT_IN_HALF = 0.75
"""... and when it opens this far into the range without rising and ends as far into it: the two halves that the cutting
left make one repetition."""
STARTED = 0.12
"""A repetition starts and ends where the measure leaves and reaches this share of its swing."""
SHORTEST_S = 0.25


@dataclass(frozen=True, slots=True)
class Repetition:
    """Frame indices; ``whole`` is false when the clip begins or ends within it."""

    start: int
    turn: int
    end: int
    whole: bool


def find_repetitions(times: Values, values: Values, *, least: float) -> list[Repetition]:
    """Repetitions of a smoothed measure that rises from rest: every swing up and down again of at least ``least`` and
    of a fair share of the clip's range. NaN frames are left out."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < 4:  # noqa: PLR2004
        return []
    way = values[known]
    low, high = np.percentile(way, [5, 97])
    swing = max(least, SHARE_OF_RANGE * float(high - low))
    half = low + CUT_IN_HALF * (high - low)
    found = []
    for before, turn, after in _swings(way, swing):
        rise, fall = way[turn] - way[before], way[turn] - way[after]
        starts_inside, ends_inside = rise >= swing, fall >= swing
        if not starts_inside and rise < TURNED_DEG and min(way[0], way[-1]) < half:
            continue
        if not ends_inside and fall < RETURNED * max(rise, swing):
            continue
        start = _crossing(way, turn, before, rise) if starts_inside else before
        end = _crossing(way, turn, after, fall) if ends_inside else after
        if times[known[end]] - times[known[start]] >= SHORTEST_S:
            found.append(
                Repetition(int(known[start]), int(known[turn]), int(known[end]), starts_inside and ends_inside)
            )
    return found


def _swings(way: Values, swing: float) -> list[tuple[int, int, int]]:
    """(low, high, low) index triples: turning points further than ``swing`` apart, and the clip's edges."""
    lows, highs = [0], []
    rising: bool | None = None
    best_low = best_high = 0
    for index, value in enumerate(way):
        if value > way[best_high]:
            best_high = index
        if value < way[best_low]:
            best_low = index
        if rising is not False and way[best_high] - value >= swing:
            if rising is None:
                lows[0] = int(np.argmin(way[: best_high + 1]))
            highs.append(best_high)
            rising, best_low = False, index
        elif rising is not True and value - way[best_low] >= swing:
            if rising is None:
                lows[0] = best_low
            else:
                lows.append(best_low)
            rising, best_high = True, index
    if rising is True or (rising is None and best_high not in {0, len(way) - 1}):
        highs.append(best_high)
    if len(lows) <= len(highs):
        last = highs[-1] if highs else 0
        lows.append(last + int(np.argmin(way[last:])))
    return list(zip(lows, highs, lows[1:], strict=False))


def _crossing(way: Values, turn: int, edge: int, swing: float) -> int:
    """The last index, going from the turn to the edge, that is still above the start of the movement."""
    step = -1 if edge < turn else 1
    threshold = way[edge] + STARTED * swing
    index = turn
    while index != edge and way[index] > threshold:
        index += step
    return index
