"""Identity numbers, phones and bank cards, however the digits are set apart."""

import re
from bisect import bisect_left, bisect_right
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
_LANDLINE_ENDS = (7, 8, 10, 11, 12)  # digits of its last group: the subscriber's number, or all
_ID_NEAR_LENGTHS = (18, 17, 19, 16, 20, 15, 14)
_PHONE_NEAR_LENGTHS = (11, 12, 10, 13, 8, 7, 9)
_INTERNATIONAL = range(8, 16)


@dataclass(frozen=True)
class _Run:
    """A row of digits with what stands between them: its groups, and where in the text each digit is."""

    text: str
    groups: tuple[tuple[int, int], ...]
    behind_phones: set[int] = field(default_factory=set, repr=False)  # indexes in ``digits``
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

    def labelled_behind(self, label: re.Pattern[str], last: int) -> bool:
        """Whether ``label`` stands behind group ``last``: only the last can have words behind it."""
        return last == len(self.groups) - 1 and context.after(label, self.text, self.groups[last][1])

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

    def part(self, begin: int, end: int) -> "_Run":
        """The digits from ``begin`` to ``end``; the groups at both ends may be cut."""
        if end - begin == len(self.digits):
            return self
        groups = []
        for group in range(bisect_right(self.starts, begin) - 1, bisect_left(self.starts, end)):
            start, stop = self.groups[group]
            first = self.starts[group]
            groups.append((max(start, start + begin - first), min(stop, start + end - first)))
        return _Run(self.text, tuple((start, stop) for start, stop in groups if start < stop))

    def span(self, begin: int, end: int) -> tuple[int, int]:
        return self.places[begin], self.places[end - 1] + 1


def find_numbers(text: str) -> Iterator[PersonalSpan]:
    """Spans in a normalised text; those of one run do not overlap."""
    for match in _RUN.finditer(text):
        run = _Run(text, tuple(group.span() for group in _GROUP.finditer(text, *match.span())))
        yield from _in_run(run)


def _in_run(run: _Run) -> Iterator[PersonalSpan]:
    last = 0
    for match in ID_18_ANYWHERE.finditer(run.digits):
        begin = match.start()
        if begin >= last and id_checksum_holds(match[1]):
            yield from _in_part(run.part(last, begin))
            last = begin + 18
            yield PersonalSpan(*run.span(begin, last), PersonalKind.ID)
    yield from _in_part(run.part(last, len(run.digits)))


def _in_part(run: _Run) -> Iterator[PersonalSpan]:
    """Spans beside numbers whose check digit holds."""
    taken = bytearray(len(run.digits) + 1)
    phones = []
    for first, begin in enumerate(run.starts):
        if taken[begin]:
            continue
        if (found := _at(run, first, begin)) is None:
            continue
        end, kind = found
        taken[begin:end] = b"\1" * (end - begin)
        if kind is PersonalKind.PHONE:
            phones.append((begin, end))
            run.behind_phones.add(end)
        else:
            yield PersonalSpan(*run.span(begin, end), kind)
    for begin, end in phones:
        start, stop = run.span(begin, end)
        if start and run.text[start - 1] == "+":
            start -= 1
        # What looks like an extension may be the beginning of the next number: "010-65521234-138 0013 8000".
        if not taken[end] and (extension := _EXTENSION.match(run.text, stop)):
            stop = extension.end()
        yield PersonalSpan(start, stop, PersonalKind.PHONE)


def _at(run: _Run, first: int, begin: int) -> tuple[int, PersonalKind] | None:
    """What begins with group ``first``: the index behind its last digit, and its kind."""
    for find, kind in _FINDERS:
        if (end := find(run, first, begin)) is not None:
            return end, kind
    return None


def _identity(run: _Run, first: int, begin: int) -> int | None:
    for length in _ID_NEAR_LENGTHS:
        last = run.ends.get(begin + length)
        if last is None:
            continue
        number = run.digits[begin : begin + length]
        sizes = run.sizes(first, last)
        usual = len(sizes) <= 2 or sizes[0] in (3, 6) or max(sizes) == 1  # noqa: PLR2004
        if length == 18 and usual and ID_18.fullmatch(number):  # noqa: PLR2004
            return begin + length
        if length == 15 and usual and ID_15.fullmatch(number) and not _holds_another(run, first + 1, first, last):  # noqa: PLR2004
            return begin + length
        if _called_identity(run, first, last):
            return begin + length
    return None


def _called_identity(run: _Run, first: int, last: int) -> bool:
    """Whether a label says that groups ``first`` to ``last`` are one number, and nothing in them that they are more."""
    if run.labelled(context.ID_BESIDE, first) or run.labelled_behind(context.ID_IT_IS, last):
        return True
    called = run.labelled(context.ID_BEFORE, first) or run.labelled_behind(context.ID_AFTER, last)
    return called and not _holds_another(run, first, first, last)


def _holds_another(run: _Run, begin: int, first: int, last: int) -> bool:
    """Whether from group ``begin`` on the whole number of a phone or a card is among groups ``first`` to ``last``
    ("room 301, 13800138000"). In one group, or in single digits, nothing shows where it would begin."""
    if first == last or max(run.sizes(first, last)) == 1:
        return False
    return any(_whole_number(run, group, first, last) for group in range(begin, last + 1))


def _whole_number(run: _Run, group: int, first: int, last: int) -> bool:
    """Whether a phone's or a card's number begins with ``group`` that is no mere part of ``first`` to ``last``."""
    begin = run.starts[group]
    if (end := _phone(run, group, begin)) is not None:
        mobile = run.digits[begin] != "0" or _MOBILE.fullmatch(run.digits[begin:end]) is not None
        return mobile or run.sizes(group, run.ends[end])[-1] in _LANDLINE_ENDS
    for length in _CARD_LENGTHS:
        end_group = run.ends.get(begin + length)
        if end_group is not None and (group > first or end_group >= last) and _is_card(run, group, end_group):
            return True
    return False


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
    return None


def _called_phone(run: _Run, first: int, begin: int) -> int | None:
    if run.labelled(context.PHONE_BEFORE, 0 if begin in run.behind_phones else first):
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
        if last is None or not run.digits[begin : begin + length].isdigit():
            continue
        if _is_card(run, first, last) or run.labelled(context.CARD_BEFORE, first):
            return begin + length
    return None


def _is_card(run: _Run, first: int, last: int) -> bool:
    """Whether groups ``first`` to ``last`` are a card's number by their digits and by how they are set apart."""
    sizes = run.sizes(first, last)
    begin = run.starts[first]
    number = run.digits[begin : begin + sum(sizes)]
    plain = max(sizes) == 1 or _CARD_GROUPS.fullmatch("".join(f"{size} " for size in sizes)) is not None
    return number.isdigit() and number[0] in "34569" and plain and luhn_holds(number)


# A phone that only its label tells comes last: it may be the beginning of a longer number.
_FINDERS = (
    (_identity, PersonalKind.ID),
    (_phone, PersonalKind.PHONE),
    (_card, PersonalKind.BANK_CARD),
    (_called_phone, PersonalKind.PHONE),
)
