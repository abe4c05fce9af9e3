"""Money and times as patients read them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from care.booking.display import money, when
from care.booking.exceptions import BookingRefused
from care.booking.slots import DEFAULT_LIMIT
from care.texts import catalogue


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Decimal("25"), "¥25.00"),
        (Decimal("0.005"), "¥0.01"),  # half up, as cashiers round
        (Decimal("1234.5"), "¥1,234.50"),
    ],
)
def test_money(amount: Decimal, shown: str) -> None:
    assert money(amount) == shown


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (
            (2026, 11, 25, 1, 0),
            (2026, 11, 25, 1, 30),
            "11月25日 周三 上午 9:00–9:30",
        ),  # UTC in, the hospital's hour out
        ((2026, 11, 25, 4, 0), None, "11月25日 周三 下午 12:00"),
        ((2026, 11, 29, 10, 5), None, "11月29日 周日 晚上 18:05"),
        ((2026, 11, 30, 23, 0), None, "12月1日 周二 上午 7:00"),  # another day there
    ],
)
def test_times_are_the_hospitals(
    start: tuple[int, int, int, int, int], end: tuple[int, int, int, int, int] | None, shown: str
) -> None:
    assert when(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC) if end else None) == shown


def test_every_refusal_has_its_sentence() -> None:
    refusals = [BookingRefused]
    for one in refusals:
        refusals += one.__subclasses__()
    assert len(refusals) > DEFAULT_LIMIT
    assert [one.__name__ for one in refusals if one.key not in catalogue()] == []
