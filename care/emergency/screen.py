"""The emergency screen: one message, and what the patient wrote in the last half hour, against every red flag."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from care.emergency.doubt import get_doubt
from care.emergency.evidence import Evidence, evidence, holds
from care.emergency.flags import PREGNANT, Catalogue, RedFlag
from care.emergency.in_force import catalogue
from care.emergency.letter import without_letter
from care.emergency.measures import Measures
from care.emergency.parts import clipped, parts
from care.emergency.wording import plain
from care.urgency import Urgency

EARLIER_MOST = 20  # messages looked back at


@dataclass(frozen=True, slots=True)
class Screening:
    """What the screen found: the red flags, most urgent first, and the urgency of the first.

    ``doubt``: no red flag matched, and the words still sound like an emergency; to be asked, never to be passed over.
    """

    alarm: bool
    flags: tuple[RedFlag, ...]
    urgency: Urgency | None
    doubt: bool = False


NOTHING = Screening(alarm=False, flags=(), urgency=None)
DOUBT = Screening(alarm=False, flags=(), urgency=None, doubt=True)


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
    are what is known of the patient; what the text says comes first. A text longer than a message can be is screened
    part by part, every part, until one calls for an ambulance.
    """
    whole = plain(clipped(text))
    own = without_letter(whole)
    flags = _matched(own, earlier=earlier, age_years=age_years, sex=sex, pregnant=pregnant)
    if flags:
        return Screening(alarm=True, flags=flags, urgency=flags[0].urgency)
    if own != whole:
        # Of a letter alone nobody knows whether it is today's; who sent it is asked when it tells of a danger.
        return DOUBT if _matched(whole, earlier=(), age_years=age_years, sex=sex, pregnant=pregnant) else NOTHING
    return DOUBT if get_doubt().doubts(whole) else NOTHING


def matched(text: str, among: Catalogue | None = None) -> tuple[RedFlag, ...]:
    """The red flags of one message alone, the most urgent first, without the model that doubts; ``among`` those of a
    catalogue that is not (yet) in force."""
    return _matched(plain(clipped(text)), earlier=(), age_years=None, sex=None, pregnant=None, among=among)


def _matched(
    whole: str,
    *,
    earlier: Sequence[str],
    age_years: float | None,
    sex: str | None,
    pregnant: bool | None,
    among: Catalogue | None = None,
) -> tuple[RedFlag, ...]:
    found = among or catalogue()
    before: list[Evidence] | None = None
    flags: dict[str, RedFlag] = {}
    for part in parts(whole):
        now = evidence(part, found.finder)
        if not now.places and now.measures == Measures():
            continue
        if before is None:
            before = [evidence(plain(past[-EARLIER_LONGEST:]), found.finder) for past in earlier[-EARLIER_MOST:]]
        age_years = now.measures.ages[0] if now.measures.ages else age_years
        is_pregnant = pregnant = _pregnant(now, before, sex=sex, pregnant=pregnant)
        known = _known(now, before, age_years)
        flags |= {flag.id: flag for flag in _raised(found, now, before, known=known, pregnant=is_pregnant)}
        if any(flag.urgency is Urgency.CALL_120 for flag in flags.values()):
            break
    return tuple(flag for flag in found.flags if flag.id in flags)


EARLIER_LONGEST = 2_000  # characters of an earlier message


def _raised(
    found: Catalogue, now: Evidence, before: Sequence[Evidence], *, known: Measures, pregnant: bool
) -> Iterator[RedFlag]:
    for flag in found.flags:
        if not now.touches(flag) or (flag.without and now.mentions(flag.without)):
            continue
        if any(holds(line, flag, now=now, earlier=before, known=known, pregnant=pregnant) for line in flag.when):
            yield flag


def _known(now: Evidence, before: Sequence[Evidence], age_years: float | None) -> Measures:
    ages = now.measures.ages
    for past in reversed(before):
        ages = ages or past.measures.ages
    if not ages and age_years is not None:
        ages = (age_years,)
    return replace(now.measures, ages=ages)


def _pregnant(now: Evidence, before: Sequence[Evidence], *, sex: str | None, pregnant: bool | None) -> bool:
    for said in (now, *reversed(before)):
        if mentions := said.found(PREGNANT):
            return any(not (one.said.negated or one.said.past or one.said.hypothetical) for one in mentions)
    return bool(pregnant) and sex != "male"
