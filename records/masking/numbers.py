"""Identity numbers, phones and bank cards, however the digits are set apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from records.masking import context
from records.masking.checksums import ID_15, ID_18, ID_18_ANYWHERE, id_checksum_holds, luhn_holds
from records.masking.kinds import PersonalKind, PersonalSpan

_RUN = re.compile(r"\d(?:[ \-.()]{0,3}\d){6,}(?:[ \-.()]{0,3}[xX])?")
_GROUP = re.compile(r"\d+|[xX]")

_MOBILE = re.compile(r"(?:86|086|0086|0)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:86)?0?(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
_SERVICE = re.compile(r"[48]00\d{7}")  # a company's line is nobody's
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}")
_EXTENSION = re.compile(r" ?(?:转|分机|ext\.?|-) ?\d{1,6}(?!\d)", re.IGNORECASE)
_MOBILE_GROUPS = frozenset(
    {(3, 4, 4), (3, 8), (7, 4), (4, 7), (5, 6), (4, 3, 4), (3, 4, 2, 2), (3, 3, 5), (3, 5, 3), (3, 3, 3, 2)}
)
_READINGS = frozenset({(3, 3, 5), (3, 5, 3), (3, 3, 3, 2)})  # groupings that a row of blood pressures has too
_CARD_LENGTHS = (16, 17, 18, 19)
_CARD_GROUPS = re.compile(r"(?:4 ){3,4}[1-4]? ?|6 (?:1[03]|9|\d) ?|\d\d ")
_ID_NEAR_LENGTHS = (18, 17, 19, 16, 20, 15, 14)
_PHONE_NEAR_LENGTHS = (11, 12, 10, 13, 8, 7, 9)
_INTERNATIONAL = range(8, 16)


@dataclass(frozen=True)
class _Run:
    """A row of digits with what stands between them: its groups, and where in the text each digit is."""

    text: str
    groups: tuple[tuple[int, int], ...]
    _labels: dict[re.Pattern[str], bool] = field(default_factory=dict, repr=False)

    @cached_property
    def digits(self) -> str:
        return "".join(self.text[start:end] for start, end in self.groups).upper()

    @cached_property
    def places(self) -> list[int]:
        return [place for start, end in self.groups for place in range(start, end)]

    def labelled(self, label: re.Pattern[str], first: int) -> bool:
        """Whether ``label`` stands before group ``first``: only the first can have words before it."""
        return first == 0 and self._before_first(label)

    def _before_first(self, label: re.Pattern[str]) -> bool:
        if label not in self._labels:
            self._labels[label] = context.before(label, self.text, self.groups[0][0])
        return self._labels[label]

    @cached_property
    def starts(self) -> list[int]:
        """Of each group, its first digit's index in ``digits``."""
        found, count = [], 0
        for start, end in self.groups:
            found.append(count)
            count += end - start
        return found

    @cached_property
    def ends(self) -> dict[int, int]:
        """Index in ``digits`` behind each group -> that group's number."""
        return {
            begin + end - start: n for n, (begin, (start, end)) in enumerate(zip(self.starts, self.groups, strict=True))
        }

    def sizes(self, first: int, last: int) -> tuple[int, ...]:
        return tuple(end - start for start, end in self.groups[first : last + 1])

    def span(self, begin: int, end: int) -> tuple[int, int]:
        return self.places[begin], self.places[end - 1] + 1


def find_numbers(text: str) -> Iterator[PersonalSpan]:
    """Spans in a normalised text; those of one run do not overlap."""
    for match in _RUN.finditer(text):
        run = _Run(text, tuple(group.span() for group in _GROUP.finditer(text, *match.span())))
        yield from _in_run(run)


def _in_run(run: _Run) -> Iterator[PersonalSpan]:
    taken = bytearray(len(run.digits) + 1)
    for match in ID_18_ANYWHERE.finditer(run.digits):
        begin = match.start()
        if not any(taken[begin : begin + 18]) and id_checksum_holds(match[1]):
            taken[begin : begin + 18] = b"\1" * 18
            yield PersonalSpan(*run.span(begin, begin + 18), PersonalKind.ID)
    for first, begin in enumerate(run.starts):
        if taken[begin]:
            continue
        if (found := _at(run, first, begin)) is None:
            continue
        end, kind = found
        if any(taken[begin:end]):
            continue
        taken[begin:end] = b"\1" * (end - begin)
        start, stop = run.span(begin, end)
        if kind is PersonalKind.PHONE:
            if start and run.text[start - 1] == "+":
                start -= 1
            if extension := _EXTENSION.match(run.text, stop):
                stop = extension.end()
        yield PersonalSpan(start, stop, kind)


def _at(run: _Run, first: int, begin: int) -> tuple[int, PersonalKind] | None:
    """What begins with group ``first``: the index behind its last digit, and its kind."""
    for find, kind in ((_identity, PersonalKind.ID), (_phone, PersonalKind.PHONE), (_card, PersonalKind.BANK_CARD)):
        if (end := find(run, first, begin)) is not None:
            return end, kind
    return None


def _identity(run: _Run, first: int, begin: int) -> int | None:
    for length in _ID_NEAR_LENGTHS:
        last = run.ends.get(begin + length)
        if last is None:
            continue
        number = run.digits[begin : begin + length]
        pattern = ID_18 if length == 18 else ID_15 if length == 15 else None  # noqa: PLR2004
        sizes = run.sizes(first, last)
        if pattern and pattern.fullmatch(number) and (len(sizes) <= 2 or sizes[0] in (3, 6) or max(sizes) == 1):  # noqa: PLR2004
            return begin + length
        if run.labelled(context.ID_BEFORE, first):
            return begin + length
        if last == len(run.groups) - 1 and context.after(context.ID_AFTER, run.text, run.groups[last][1]):
            return begin + length
    return None


def _phone(run: _Run, first: int, begin: int) -> int | None:
    start = run.places[begin]
    if start and run.text[start - 1] == "+":
        for length in reversed(_INTERNATIONAL):
            if begin + length in run.ends:
                return begin + length
    for length in (11, 13, 12, 14, 15, 10):
        last = run.ends.get(begin + length)
        if last is None:
            continue
        number, sizes = run.digits[begin : begin + length], run.sizes(first, last)
        if _MOBILE.fullmatch(number) and _mobile_grouping(run, sizes, first, last):
            return begin + length
        if number[0] in "08" and _LANDLINE.fullmatch(number) and _landline_grouping(number, sizes):
            return begin + length
    if run.labelled(context.PHONE_BEFORE, first):
        for length in _PHONE_NEAR_LENGTHS:
            if begin + length in run.ends:
                number = run.digits[begin : begin + length]
                if not _SERVICE.fullmatch(number) and not _DATE.fullmatch(number):
                    return begin + length
    return None


def _mobile_grouping(run: _Run, sizes: tuple[int, ...], first: int, last: int) -> bool:
    if len(sizes) == 1 or max(sizes) == 1:
        return True
    core = sizes[1:] if sum(sizes[1:]) == 11 else sizes  # noqa: PLR2004  (a prefix such as 86 apart)
    gaps = {run.text[run.groups[n][1] : run.groups[n + 1][0]].strip() for n in range(first, last)}
    if len(core) == 1 or (core in _MOBILE_GROUPS and (core not in _READINGS or gaps == {"-"})):
        return True
    return run.labelled(context.PHONE_BEFORE, first)


def _landline_grouping(number: str, sizes: tuple[int, ...]) -> bool:
    area = _AREA.match(number.removeprefix("86"))
    if area is None:
        return sizes[0] == 2 and number.startswith("86")  # noqa: PLR2004
    return len(sizes) == 1 or sizes[0] == len(area[0]) or max(sizes) == 1 or sizes[0] == 2  # noqa: PLR2004


def _card(run: _Run, first: int, begin: int) -> int | None:
    for length in _CARD_LENGTHS[::-1]:
        last = run.ends.get(begin + length)
        if last is None:
            continue
        number, sizes = run.digits[begin : begin + length], run.sizes(first, last)
        if not number.isdigit():
            continue
        plain = max(sizes) == 1 or _CARD_GROUPS.fullmatch("".join(f"{size} " for size in sizes)) is not None
        if number[0] in "34569" and plain and luhn_holds(number):
            return begin + length
        if run.labelled(context.CARD_BEFORE, first):
            return begin + length
    return None
