"""Whether a message is about a child under 14, for whom a guardian must agree (PIPL art. 31)."""

import re
from enum import StrEnum

from language.measures import ages

ADULT_FROM_YEARS = 14  # for this purpose: PIPL art. 31 protects those under 14


class Child(StrEnum):
    """Of whom the message speaks."""

    NO = "no"  # nobody under 14, as far as it says
    ABOUT = "about"  # about a child
    WRITING = "writing"  # the child writes


# What triage's question for the age offers for children.
_BUTTON = re.compile(r'"choice": "age:(?:baby|child)"')
_MYSELF = re.compile(r"(?<![家帮给替是爱])我\s*(?:今年|现在|才|刚|刚刚|已经|都|是|快|马上|就|只有|也)*\s*$")
# "我8岁的时候骨折过" is a grown-up's story.
_LONG_AGO = re.compile(r"\s*(?:的?时候|那年|起|开始|时|就)")
_AGE_AT_ALL = re.compile("岁|月|周|天|满月|新生|出生|岁半")


def child_in(heard: str) -> Child:
    """What a masked text, or a button's payload, says of a child."""
    if heard.startswith("/"):
        return Child.ABOUT if _BUTTON.search(heard) else Child.NO
    if not _AGE_AT_ALL.search(heard):
        return Child.NO
    for age in ages(heard):
        if float(age.value) >= ADULT_FROM_YEARS:
            continue
        before, after = heard[: age.start], heard[age.end :]
        if _LONG_AGO.match(after):
            continue
        return Child.WRITING if _MYSELF.search(before) else Child.ABOUT
    return Child.NO
