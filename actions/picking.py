"""Which of the offered visits an answer means: "第二个", "九点半的", "周三上午", "张医生的"."""

import re
from collections.abc import Sequence
from datetime import time

from actions.answers import ordinal, plain
from actions.hearing import Heard
from actions.visits import SHIFT
from hospital.protocol import Slot
from language.numbers import parse_number
from language.people import doctor_name
from settings import get_settings

HALF_DAY = 12
ANY = (
    "随便",
    "都行",
    "都可以",
    "都好",
    "你看着办",
    "您看着办",
    "你定",
    "哪个都",
    "无所谓",
    "最早的",
    "最近的",
    "最快的",
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:点|[:：])\s*(?P<minute>\d{2}|半|一刻|三刻)?")
_MINUTES = {None: 0, "半": 30, "一刻": 15, "三刻": 45}


def pick(offered: Sequence[Slot], heard: Heard) -> Slot | None:
    """The offered slot that a message means: "第二个", "九点半的", "周三上午" or "张医生" if that leaves only one."""
    if not offered or not heard.text:
        return None
    place = ordinal(heard.text, len(offered))
    if place is not None:
        return offered[place]
    left = list(offered)
    if day := heard.value("date"):
        left = [slot for slot in left if slot.day.isoformat() == day[:10]]
    shifting = SHIFT.search(heard.text) is not None  # "早一点" is not one o'clock
    part = None if shifting else heard.value("time_of_day")
    if part:
        left = [slot for slot in left if slot.part_of_day == part]
    at = None if shifting else _clock(heard.text)
    if at is not None:
        left = [slot for slot in left if _starts_at(slot, at)]
    if doctor := heard.value("doctor"):
        left = [slot for slot in left if slot.doctor.startswith(doctor_name(doctor))]
    if at is not None and left:
        return left[0]
    if any(word in heard.text for word in ANY) or (heard.intent == "affirm" and len(offered) == 1):
        return left[0] if left else None
    narrowed = len(left) < len(offered) or len(offered) == 1
    return left[0] if len(left) == 1 and narrowed and (day or part or doctor) else None


def _clock(text: str) -> time | None:
    found = _CLOCK.search(plain(text))
    hour = parse_number(found["hour"]) if found else None
    if found is None or hour is None or not 0 < int(hour) < 24:  # noqa: PLR2004
        return None
    minute = found["minute"]
    return time(int(hour), _MINUTES[minute] if minute in _MINUTES else min(int(str(minute)), 59))


def _starts_at(slot: Slot, at: time) -> bool:
    start = slot.starts_at.astimezone(get_settings().zone).time()
    # "三点" on a list of afternoon slots means 15:00.
    return start == at or (at.hour < HALF_DAY and start == at.replace(hour=at.hour + HALF_DAY))
