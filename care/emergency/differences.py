"""In what a changed red flag would alarm less than the one in force: read from both, and tried on its examples."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from care.emergency.flags import MEASURED, PREGNANT, URGENCIES, Catalogue, Combination, Condition, RedFlag
from care.emergency.screen import matched

AMBULANCE = "120"


class Less(StrEnum):
    """A way of alarming less, or less urgently."""

    SITUATION = "situation"  # a line of ``when`` that no new line covers
    EXCLUSION = "exclusion"  # a sign that silences it and did not before
    CHRONIC = "chronic"  # what is old or comes now and then counts no more
    ALWAYS = "always"  # what is past or a thought counts no more
    URGENCY = "urgency"
    ADVICE = "advice"  # 120 is named no more
    EXAMPLE = "example"  # an example of the flag in force raises it no more
    EXAMPLE_DROPPED = "example_dropped"  # and stands among its examples no more


@dataclass(frozen=True, slots=True)
class Weaker:
    """One way in which the new flag is weaker; ``what`` names the line, the sign or the message."""

    how: Less
    what: str = ""


def weaker(before: RedFlag, after: RedFlag, house: Catalogue) -> list[Weaker]:
    """Every way in which ``after`` alarms less than ``before``; ``house`` is the catalogue in force. Errs on the side
    of saying so: a line that was only rewritten in other words may be named too."""
    return [*_structure(before, after), *_tried(before, after, house)]


def raises(flag: RedFlag, text: str, house: Catalogue) -> bool:
    """Whether a message alone would raise ``flag`` if it stood in the catalogue."""
    return any(one.id == flag.id for one in matched(text, house.with_flags({flag.id: flag})))


def _structure(before: RedFlag, after: RedFlag) -> Iterator[Weaker]:
    for line in before.when:
        if not any(_covers(new, line) for new in after.when):
            yield Weaker(Less.SITUATION, written(line))
    for sign in sorted(after.without - before.without):
        yield Weaker(Less.EXCLUSION, sign)
    if before.chronic and not after.chronic:
        yield Weaker(Less.CHRONIC)
    if before.always and not after.always:
        yield Weaker(Less.ALWAYS)
    if URGENCIES.index(after.urgency) > URGENCIES.index(before.urgency):
        yield Weaker(Less.URGENCY)
    if AMBULANCE in "".join(before.advice) and AMBULANCE not in "".join(after.advice):
        yield Weaker(Less.ADVICE)


def _tried(before: RedFlag, after: RedFlag, house: Catalogue) -> Iterator[Weaker]:
    for example in before.examples:
        if not raises(after, example, house):
            yield Weaker(Less.EXAMPLE, example)
        elif example not in after.examples:
            yield Weaker(Less.EXAMPLE_DROPPED, example)


def _covers(new: Combination, old: Combination) -> bool:
    """Whether ``new`` holds wherever ``old`` does: the same groups and slots, each at least as wide, nothing more."""
    return (
        [len(group) for group in new.groups] == [len(group) for group in old.groups]
        and all(
            wide >= slot
            for wider, group in zip(new.groups, old.groups, strict=True)
            for wide, slot in zip(wider, group, strict=True)
        )
        and set(new.conditions) == set(old.conditions)
        and new.without <= old.without
    )


def written(line: Combination) -> str:
    """A line of ``when`` as it is written in the file."""
    groups = " + ".join(" & ".join("|".join(sorted(slot)) for slot in group) for group in line.groups)
    conditions = " ".join(f"[{_named(condition)}]" for condition in line.conditions)
    without = f"- {'|'.join(sorted(line.without))}" if line.without else ""
    return " ".join(part for part in (groups, conditions, without) if part)


def _named(condition: Condition) -> str:
    if condition.what == PREGNANT:
        return PREGNANT
    name = next(name for name, field in MEASURED.items() if field == condition.what)
    return f"{name}{condition.how}{condition.than:g}"
