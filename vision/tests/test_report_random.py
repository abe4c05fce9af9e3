"""Sheets of random layouts, put together from their lines: exactly as printed, and never a wrong value unasked."""

from collections.abc import Iterable
from random import Random

import pytest

from vision.report.items import Item
from vision.report.lines import Line
from vision.report.sheets.fonts import typefaces
from vision.report.sheets.printing import Sheet, print_sheet
from vision.report.sheets.random_layouts import any_sheet
from vision.tests.report_lines import read
from vision.tests.report_noise import exact, noisy

pytestmark = pytest.mark.skipif(not typefaces(), reason="no Chinese font on this machine")
SHEETS = range(1000, 1030)


def sheet(seed: int) -> Sheet:
    random = Random(seed)
    layout, rows = any_sheet(random)
    return print_sheet(layout, typefaces()[seed % len(typefaces())], random, rows)


def items(printed: Sheet, lines: Iterable[Line]) -> tuple[Item, ...]:
    return read(list(lines), size=printed.picture.shape[:2]).items


def shown(name: str, value: str, unit: str | None, expected: str | None) -> tuple[str, ...]:
    return name.lstrip("*"), value, unit or "", expected or ""


def test_what_is_printed_is_read() -> None:
    """Whatever the columns' order, wording and setting. Of each hundred rows, one may be of a kind that no sheet that
    was looked at has."""
    total = missed = 0
    for seed in SHEETS:
        printed = sheet(seed)
        found = {shown(one.name, one.value_text, one.unit, one.range_text) for one in items(printed, exact(printed))}
        wanted = [shown(row.name, row.value, row.unit, row.range) for row in printed.truth]
        total += len(wanted)
        missed += sum(row not in found for row in wanted)
    assert missed <= total / 100


@pytest.mark.parametrize("share", [0.01, 0.03])
def test_what_is_badly_read_is_asked_about(share: float) -> None:
    """A value that is printed nowhere is never given as read; most values are still found."""
    total = right = 0
    for seed in SHEETS:
        printed = sheet(seed)
        found = items(printed, noisy(printed, share, Random(seed)))
        values = {row.value for row in printed.truth} | {row.value.replace("一", "-") for row in printed.truth}
        assert [
            (one.name, one.value_text) for one in found if one.ask_back is None and one.value_text not in values
        ] == []
        total += len(values)
        right += len(values & {one.value_text for one in found})
    assert right > 0.7 * total
