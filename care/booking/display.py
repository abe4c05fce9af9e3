"""Money and times as patients read them."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from settings import get_settings

WEEKDAYS = "一二三四五六日"
NOON = 12
EVENING = 18


def money(amount: Decimal) -> str:
    """``Decimal("25")`` yuan as "¥25.00"."""
    return f"¥{amount.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"


def when(starts_at: datetime, ends_at: datetime | None = None) -> str:
    """A visit's time by the hospital's clock: "11月25日 周三 上午 9:00–9:30"."""
    start = starts_at.astimezone(get_settings().zone)
    part = "上午" if start.hour < NOON else "下午" if start.hour < EVENING else "晚上"
    shown = f"{start.month}月{start.day}日 周{WEEKDAYS[start.weekday()]} {part} {start.hour}:{start.minute:02d}"
    if ends_at is None:
        return shown
    end = ends_at.astimezone(get_settings().zone)
    return f"{shown}–{end.hour}:{end.minute:02d}"
