"""The emergency screen: one message, and what the patient wrote in the last half hour, against every red flag."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from care.emergency.evidence import Evidence, evidence, holds
from care.emergency.flags import RedFlag, catalogue
from care.emergency.measures import Measures
from care.emergency.wording import plain
from care.urgency import Urgency

PREGNANT = "孕"
EARLIER_MOST = 20  # messages looked back at


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screen found: the red flags, most urgent first, and the urgency of the first."""

    alarm: bool
    flags: tuple[RedFlag, ...]
    urgency: Urgency | None


NOTHING = Screening(alarm=False, flags=(), urgency=None)


def screen(
    text: str,
    *,
    earlier: Sequence[str] = (),
    age_years: float | None = None,
    sex: str | None = None,
    pregnant: bool | None = None,
) -> Screening:
    """Screen one message; the same answer for the same words, any text is taken, linear in its length.

    ``earlier`` are the patient's own messages of the last half hour, oldest first: a combination may be completed
    across messages, but only by something new in ``text``. ``age_years``, ``sex`` ("female", "male") and ``pregnant``
    are what is known of the patient; what the text says comes first.
    """
    found = catalogue()
    now = evidence(plain(text), found.finder)
    if not now.signs and now.measures == Measures():
        return NOTHING
    before = [evidence(plain(past), found.finder) for past in earlier[-EARLIER_MOST:]]
    known = _known(now, before, age_years)
    is_pregnant = _pregnant(now, before, sex=sex, pregnant=pregnant)
    flags = tuple(
        flag
        for flag in found.flags
        if not (flag.without and now.mentions(flag.without))
        and any(holds(line, flag, now=now, earlier=before, known=known, pregnant=is_pregnant) for line in flag.when)
    )
    return Screening(alarm=True, flags=flags, urgency=flags[0].urgency) if flags else NOTHING


def _known(now: Evidence, before: Sequence[Evidence], age_years: float | None) -> Measures:
    ages = now.measures.ages
    for past in reversed(before):
        ages = ages or past.measures.ages
    if not ages and age_years is not None:
        ages = (age_years,)
    return replace(now.measures, ages=ages)


def _pregnant(now: Evidence, before: Sequence[Evidence], *, sex: str | None, pregnant: bool | None) -> bool:
    for said in (now, *reversed(before)):
        if mentions := said.signs.get(PREGNANT):
            return any(not (one.said.negated or one.said.past or one.said.hypothetical) for one in mentions)
    return bool(pregnant) and sex != "male"
