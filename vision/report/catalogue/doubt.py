"""What else a number can have been: the readings to offer when one is asked back."""

from vision.report.catalogue.bounds import Plausibility, plausible
from vision.report.catalogue.ranges import Range
from vision.report.catalogue.values import Value, ValueType

MOST_DECIMALS = 3
FAR = 3.0
"""So many times a limit of its range, and back inside it by one point: then the point is as likely to be misread."""


def other_readings(code: str, value: Value, unit: str | None) -> tuple[str, ...]:
    """The same digits with the point elsewhere, as far as they are usual values of the item; nearest to the printed
    point first, without the printed reading itself. ``unit`` is a UCUM code."""
    if value.number is None or value.type is not ValueType.NUMBER:
        return ()
    printed = value.decimals or 0
    digits = f"{abs(value.number):.{printed}f}".replace(".", "")
    found = []
    for decimals in sorted(range(MOST_DECIMALS + 1), key=lambda at: (abs(at - printed), -at)):
        if decimals == printed or decimals >= len(digits):
            continue
        text = digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}"
        text = text.lstrip("0") or "0"
        text = f"0{text}" if text.startswith(".") else text
        if plausible(code, float(text), unit).verdict is Plausibility.USUAL:
            found.append(text)
    return tuple(found)


def lost_point(value: Value, expected: Range | None) -> str | None:
    """The reading with the range's decimals, where a whole number is far outside a range that is printed with
    decimals and the point would bring it inside: ``52`` of ``3.5-9.5`` is ``5.2`` as likely. None otherwise."""
    if expected is None or value.decimals != 0 or value.number is None or value.comparator is not None:
        return None
    low, high = expected.low, expected.high
    decimals = expected.decimals
    if high is None or not decimals or value.number < FAR * high:
        return None
    moved = value.number / 10**decimals
    return f"{moved:.{decimals}f}" if (low or 0.0) <= moved <= high else None
