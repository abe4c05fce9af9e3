"""The columns of a page: which there are, side by side or once, and which column each cell is in."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from statistics import median

from vision.report.catalogue import (
    Column,
    header_role,
    is_noise,
    near_header_role,
    parse_flag,
    parse_unit,
    parse_value,
    recognise,
)
from vision.report.cells import Cell, Heading, headings
from vision.report.tokens import Form, forms, looks_like_value

SAME_HEADER = 1.1
"""In heights: headings of one header row differ by less."""
HEADER_APART = 2.4
"""In heights: headers side by side that stand no further apart are one."""
BOUND = 0.12
"""Of a group's cells: so few may bridge the blank between two columns."""
PASSES = 2
TOO_FAR = 8.0
"""In heights: a cell that is further away is in none of the columns."""
RAGGED = 0.4
"""In heights."""
BESIDE = 0.5
"""In heights: a cell of another form is still in a column that it is as near to."""
AGAIN, AGAIN_NAME = 2.0, 0.4
"""The price of a second cell in a column; names and ranges are often broken in two."""
UNFIT = 1.5
"""The price of a cell whose form the column seldom holds."""
MOST = 0.6
BEGINNING = frozenset({Column.NUMBER, Column.NAME, Column.ABBREVIATION})
"""A group of columns begins with these, and goes on with what is measured."""
MEASURED = frozenset({Column.RESULT, Column.UNIT, Column.RANGE})
LOST = 1.5
"""In heights: a cell that no fitting column is nearer to is in a column whose heading was not read."""
FEW = 0.25
"""Of a table's rows: a column without a heading has cells in more."""
NAMED = 0.3
"""Of the cells of such a column of names are names of the catalogue."""
_NUMBERED = re.compile(r"\d{1,3}[\s.、]*(?=[\u4e00-\u9fff])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_COUNTED = re.compile(r"[<>≤≥＜＞]|\d{1,2}\s*[-~～]{1,2}\s*\d{1,2}(?![\d.])")
"""What a result may be that looks like a range: below what can be measured, or so many in a field of view."""
SPACED = 6.0
"""In heights: the characters of one heading may be spread this far."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the flat page: what it holds, and from where to where its cells reach."""

    role: Column
    left: float
    right: float

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that make up one table, and the cells below its header."""

    places: tuple[Place, ...]
    cells: tuple[Cell, ...]
    has_header: bool


def groups_of(cells: Sequence[Cell]) -> list[Group]:
    """The tables of a page, left before right and upper before lower; empty where nothing looks like one."""
    headers = _headers(cells)
    if not headers:
        body = [cell for cell in cells if not is_noise(cell.text)]
        return _without_header(body)
    found = []
    for number, header in enumerate(headers):
        bottom = headers[number + 1].top if number + 1 < len(headers) else float("inf")
        body = [
            cell
            for cell in cells
            if header.bottom < cell.spot.middle < bottom and not headings(cell) and not is_noise(cell.text)
        ]
        beside = [cell for cell in cells if header.top < cell.spot.middle <= header.bottom and not headings(cell)]
        found += _with_header(header, body, beside)
    return found


@dataclass(frozen=True, slots=True)
class _Header:
    headings: tuple[Heading, ...]

    @property
    def top(self) -> float:
        return min(one.spot.middle for one in self.headings) - 0.5 * self.height

    @property
    def bottom(self) -> float:
        return max(one.spot.middle for one in self.headings) + 0.4 * self.height

    @property
    def height(self) -> float:
        return median(one.spot.height for one in self.headings)

    @property
    def is_one(self) -> bool:
        roles = {one.role for one in self.headings}
        return len(roles) > 1 and bool(roles & {Column.NAME, Column.ABBREVIATION, Column.RESULT})


def _headers(cells: Sequence[Cell]) -> list[_Header]:
    named = [one for cell in cells for one in headings(cell)]
    named = sorted([*named, *_spaced(cells)], key=lambda one: one.spot.middle)
    rows: list[list[Heading]] = []
    for one in named:
        if rows and one.spot.middle - median(other.spot.middle for other in rows[-1]) < SAME_HEADER * one.spot.height:
            rows[-1].append(one)
        else:
            rows.append([one])
    found: list[_Header] = []
    for row in rows:
        header = _Header(tuple(sorted(row, key=lambda one: one.spot.left)))
        if not header.is_one:
            continue
        if found and _side_by_side(found[-1], header):
            both = (*found[-1].headings, *header.headings)
            found[-1] = _Header(tuple(sorted(both, key=lambda one: one.spot.left)))
        else:
            found.append(header)
    return found


def _spaced(cells: Sequence[Cell]) -> list[Heading]:
    """Headings whose characters stand apart (``结   果``), which the detector takes for cells of their own."""
    single = [cell for cell in cells if len(cell.text) <= 2 and not headings(cell)]  # noqa: PLR2004
    found = []
    for cell in single:
        beside = [
            other
            for other in single
            if 0 < other.spot.centre - cell.spot.centre < SPACED * cell.spot.height
            and abs(other.spot.middle - cell.spot.middle) < 0.6 * cell.spot.height
        ]
        text, right = cell.text, cell.spot.right
        for other in sorted(beside, key=lambda one: one.spot.centre):
            text, right = text + other.text, other.spot.right
            role = header_role(text)
            if role is not None:
                found.append(Heading(role, replace(cell.spot, right=right)))
                break
    return found


def _side_by_side(one: _Header, other: _Header) -> bool:
    if other.top - one.top > HEADER_APART * one.height:
        return False
    return all(a.spot.right < b.spot.left or b.spot.right < a.spot.left for a in one.headings for b in other.headings)


def _with_header(header: _Header, body: list[Cell], beside: Sequence[Cell]) -> list[Group]:
    parts = _parts(_settled(tuple(_completed(header, body, beside)), body))
    gutters = [_gutter(parts[n][-1], parts[n + 1][0], body) for n in range(len(parts) - 1)]
    body = [part for cell in body for part in _cut_at(cell, gutters)]
    edges = [float("-inf"), *gutters, float("inf")]
    found = []
    for number, part in enumerate(parts):
        inside = [cell for cell in body if edges[number] <= cell.spot.centre < edges[number + 1]]
        found.append(Group(_settled(part, inside), tuple(inside), has_header=True))
    return found


def _completed(header: _Header, body: Sequence[Cell], beside: Sequence[Cell]) -> list[Place]:
    """The columns that headings name, badly read ones ``beside`` them too, and those whose heading was not read: what
    stands below each other and in none of the others."""
    places = [Place(one.role, one.spot.left, one.spot.right) for one in header.headings]
    for cell in beside:
        role = near_header_role(cell.text)
        if role is not None and all(cell.spot.right < one.left or one.right < cell.spot.left for one in places):
            places.append(Place(role, cell.spot.left, cell.spot.right))
    places.sort(key=lambda one: one.left)
    settled = _settled(tuple(places), body)
    rows = len(_levels(body))
    new: list[Place] = []
    worded: list[Place] = []
    for span, cells in _bands(_lost(body, settled)):
        role = _role(cells)
        if role is None or len(cells) <= max(1.0, FEW * rows):
            continue
        if role is Column.NAME and sum(recognise(cell.text) is not None for cell in cells) <= NAMED * len(cells):
            continue
        # Results are told by their form alone, also where a name reaches under them; so are names beside the heading
        # of results.
        reached = [
            heading if role is Column.NAME and one.role is Column.RESULT else one
            for one, heading in zip(settled, places, strict=True)
        ]
        if role is Column.RESULT or all(span[1] < one.left or one.right < span[0] for one in reached):
            new.append(Place(role, *span))
            if sum(parse_value(cell.text).grade is not None for cell in cells) > MOST * len(cells):
                worded.append(new[-1])
    begins = [one for one in new if one.role in BEGINNING]
    parts = [list(part) for part in _parts(sorted([*places, *begins], key=lambda one: one.left))]
    for one in (one for one in new if one.role not in BEGINNING):
        before = [part for part in parts if part[0].left <= one.left]
        part = max(before, key=lambda part: part[0].left, default=parts[0])
        taken = {other.role for other in part}
        # 阴性 twice in a row: what was found, and what is expected.
        second = one in worded and Column.RESULT in taken and Column.RANGE not in taken
        role = Column.RANGE if second else one.role
        if role not in taken:
            part.append(replace(one, role=role))
            places.append(replace(one, role=role))
    return sorted([*places, *begins], key=lambda one: one.left)


def _lost(body: Sequence[Cell], places: Sequence[Place]) -> list[Cell]:
    """The cells that no column is for: none that they fit stands above or near them."""
    return [
        cell for cell in body if not any(_away(cell, place) < LOST and fits(cell.text, place.role) for place in places)
    ]


def _parts(places: Sequence[Place]) -> list[tuple[Place, ...]]:
    """One list of columns a group: one that comes again after a result begins the next group, together with a number
    or an abbreviation right before it. So do names behind a result, where another result follows."""
    parts: list[list[Place]] = [[]]
    for at, one in enumerate(places):
        roles = {other.role for other in parts[-1]}
        if one.role in roles:
            begins = Column.RESULT in roles or len(roles) > 2 or bool(one.role in BEGINNING and roles & MEASURED)  # noqa: PLR2004
        else:
            after = [other.role for other in places[at + 1 :]]
            begins = one.role is Column.NAME and Column.RESULT in roles and Column.RESULT in after
        if begins:
            mine: list[Place] = []
            while one.role is Column.NAME and parts[-1] and parts[-1][-1].role in {Column.NUMBER, Column.ABBREVIATION}:
                mine.insert(0, parts[-1].pop())
            parts.append(mine)
        parts[-1].append(one)
    return [tuple(part) for part in parts if part]


def _gutter(before: Place, after: Place, body: Sequence[Cell]) -> float:
    """Where between two groups the fewest cells are crossed, the middle of the widest such blank."""
    start, end = before.centre, after.centre
    count = 60
    step = (end - start) / count
    crossed = []
    for number in range(count + 1):
        at = start + number * step
        crossed.append(sum(_reaches_over(cell, at) for cell in body))
    least = min(crossed)
    runs, run = [], []
    for number, value in enumerate([*crossed, least + 1]):
        if value == least:
            run.append(number)
        elif run:
            runs.append(run)
            run = []
    widest = max(runs, key=len)
    return start + (widest[0] + widest[-1]) / 2 * step


def _reaches_over(cell: Cell, at: float) -> bool:
    """Whether the cell goes on at both sides, not just by a stroke: edges of cells that touch are ragged."""
    ragged = RAGGED * cell.spot.height
    return cell.spot.left + ragged < at < cell.spot.right - ragged


def _cut_at(cell: Cell, gutters: Sequence[float]) -> list[Cell]:
    """A cell that reaches over a gutter by more than two characters, cut at the nearest blank or change of script."""
    for at in gutters:
        if cell.spot.left + 2 * cell.spot.height < at < cell.spot.right - 2 * cell.spot.height:
            text = cell.line.text
            edges = [n for n in range(1, len(text)) if _kind(text[n - 1]) != _kind(text[n])]
            near = [n for n in edges if abs(cell.at(n) - at) < 2 * cell.spot.height]
            if near:
                return [
                    part
                    for piece in cell.split(min(near, key=lambda n: abs(cell.at(n) - at)))
                    for part in _cut_at(piece, gutters)
                ]
    return [cell]


def _kind(char: str) -> str:
    if char.isspace():
        return " "
    return "字" if "\u4e00" <= char <= "\u9fff" else "0" if char.isdigit() or char in ".-~+" else "a"


def _settled(places: tuple[Place, ...], cells: Sequence[Cell]) -> tuple[Place, ...]:
    """Columns grown from their headings to where their cells reach."""
    for _ in range(PASSES):
        inside = {
            number: [cell for cell in mine if fits(cell.text, places[number].role) and _belongs(cell, places[number])]
            for number, mine in assigned(cells, places).items()
        }
        places = tuple(
            _reaching(place, inside[number]) if len(inside.get(number, ())) > 1 else place
            for number, place in enumerate(places)
        )
    return places


def _belongs(cell: Cell, place: Place) -> bool:
    """Whether a cell is no column of its own beside the names: abbreviations look like names, too."""
    return place.role is not Column.NAME or not cell.text.isascii() or _away(cell, place) < LOST


def _reaching(place: Place, cells: Sequence[Cell]) -> Place:
    lefts, rights = sorted(one.spot.left for one in cells), sorted(one.spot.right for one in cells)
    tenth = len(cells) // 10
    return replace(place, left=lefts[tenth], right=rights[-1 - tenth])


def assigned(cells: Sequence[Cell], places: Sequence[Place]) -> dict[int, list[Cell]]:
    """Which cells are in which column, by its number. Cells of one line take columns in their order, and seldom the
    same one twice: a value that stands nearer to the next heading than to its own is still found."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for line in _levels(cells):
        mine = [cell for cell in line if any(_may_hold(place, cell) for place in places)]
        for cell, number in zip(mine, _in_order(mine, places), strict=True):
            if _away(cell, places[number]) < TOO_FAR:
                found[number].append(cell)
    return found


def _may_hold(place: Place, cell: Cell) -> bool:
    """Whether a cell may be in a column: one of its form in reach of it, another one where the column's cells stand."""
    away = _away(cell, place)
    return away < (TOO_FAR if fits(cell.text, place.role) else BESIDE)


def _away(cell: Cell, place: Place) -> float:
    """The blank between them in the cell's heights; negative where they overlap."""
    return max(place.left - cell.spot.right, cell.spot.left - place.right) / cell.spot.height


def _levels(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that stand level, from the left."""
    lines: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda one: one.spot.middle):
        if lines and cell.spot.middle - lines[-1][-1].spot.middle < 0.35 * cell.spot.height:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return [sorted(line, key=lambda cell: cell.spot.centre) for line in lines]


def _in_order(line: Sequence[Cell], places: Sequence[Place]) -> list[int]:
    """The cheapest way to give each cell a column, from the left to the right."""
    if not line:
        return []
    costs = [[_cost(cell, place) for place in places] for cell in line]
    best = [list(costs[0])]
    came: list[list[int]] = []
    for cell, row in zip(line[1:], costs[1:], strict=True):
        now, back = [], []
        for number, cost in enumerate(row):
            again = _again(cell, places[number])
            ways = [best[-1][one] + (again if one == number else 0.0) for one in range(number + 1)]
            before = min(range(number + 1), key=ways.__getitem__)
            now.append(ways[before] + cost)
            back.append(before)
        best.append(now)
        came.append(back)
    chosen = [min(range(len(places)), key=lambda one: best[-1][one])]
    for back in reversed(came):
        chosen.append(back[chosen[-1]])
    return chosen[::-1]


def _again(cell: Cell, place: Place) -> float:
    lightly = place.role in {Column.NAME, Column.RANGE} or (
        place.role is Column.RESULT and (parse_flag(cell.text) is not None or len(cell.text) == 1)
    )
    return AGAIN_NAME if lightly else AGAIN


def _cost(cell: Cell, place: Place) -> float:
    """How unlikely it is that the cell is in the column: by the blank between them, what they share, and its form."""
    gap = max(0.0, _away(cell, place))
    shared = min(cell.spot.right, place.right) - max(cell.spot.left, place.left)
    share = max(0.0, shared) / max(1.0, min(cell.spot.right - cell.spot.left, place.right - place.left))
    off = abs(cell.spot.centre - (place.left + place.right) / 2) / max(1.0, place.right - place.left)
    away = 2.0 * gap / (gap + 2.0)  # far is far: how far says little
    return away - share + 0.1 * min(off, 3.0) + (0.0 if fits(cell.text, place.role) else UNFIT)


@lru_cache(maxsize=4096)
def fits(text: str, role: Column) -> bool:
    """Whether a cell's form is one that the column may hold."""
    if role is Column.RESULT:
        if text[:1].isalpha() and text.isascii() and recognise(text) is not None:
            return False  # T3, B12: an abbreviation
        if Form.RANGE in forms(text) and not _COUNTED.match(text):
            return False
        if _is_numbered_name(text):
            return False
        return looks_like_value(text) or forms(text)[:1] in {(Form.VALUE,), (Form.RANGE,), (Form.ARROW,)}
    if role is Column.RANGE:
        return Form.RANGE in forms(text) or (looks_like_value(text) and not text[:1].isdigit())
    if role is Column.UNIT:
        return parse_unit(text) is not None and not _is_mark(text)
    if role is Column.FLAG:
        return parse_flag(text) is not None or _is_mark(text)
    if role is Column.NUMBER:
        return text.strip(".、*").isdigit()
    if role is Column.METHOD:
        return not looks_like_value(text)
    if role is Column.ABBREVIATION and _CHINESE.search(text):
        return False
    if role in {Column.NAME, Column.ABBREVIATION}:
        return any(char.isalpha() for char in text) and parse_unit(text) is None and not looks_like_value(text)
    return True


def _is_numbered_name(text: str) -> bool:
    """A name with its running number before it (``12 血红蛋白``): no result, though it begins like one."""
    return (named := _NUMBERED.match(text)) is not None and recognise(text[named.end() :]) is not None


def _is_mark(text: str) -> bool:
    """An arrow or a letter in its place, and nothing else."""
    return forms(text) == (Form.ARROW,)


def _without_header(body: list[Cell]) -> list[Group]:
    """Groups where no header is in sight: columns are what stands below each other, told by their forms."""
    bands = _bands(body)
    roles = [_role(inside) for _, inside in bands]
    groups: list[list[int]] = [[]]
    for number, role in enumerate(roles):
        taken = {roles[other] for other in groups[-1]}
        begins = role in {Column.NAME, Column.NUMBER, Column.ABBREVIATION}
        if begins and Column.RESULT in taken and role in taken:
            groups.append([])
        groups[-1].append(number)
    found = []
    for group in groups:
        here = Counter(roles[number] for number in group)
        if not here[Column.RESULT] or not (here[Column.NAME] or here[Column.ABBREVIATION]):
            continue
        if here[Column.RESULT] > 1 and not here[Column.RANGE]:
            # 阴性 twice in a row: what was found, and what is expected.
            last = max(number for number in group if roles[number] is Column.RESULT)
            roles[last] = Column.RANGE
        places = [Place(role, *bands[number][0]) for number in group if (role := roles[number]) is not None]
        left, right = min(bands[number][0][0] for number in group), max(bands[number][0][1] for number in group)
        cells = tuple(cell for cell in body if left <= cell.spot.centre <= right)
        found.append(Group(tuple(places), cells, has_header=False))
    return found


def _bands(body: Sequence[Cell]) -> list[tuple[tuple[float, float], list[Cell]]]:
    """Stretches of ``u`` in which cells stand, parted where almost none reaches over."""
    if not body:
        return []
    rows = len({round(cell.spot.middle / max(1.0, cell.spot.height)) for cell in body})
    allowed = BOUND * rows
    edges = sorted({edge for cell in body for edge in (cell.spot.left, cell.spot.right)})
    found: list[list[float]] = []
    for left, right in pairwise(edges):
        at = (left + right) / 2
        over = sum(cell.spot.left < at < cell.spot.right for cell in body)
        if over > allowed:
            if found and found[-1][1] == left:
                found[-1][1] = right
            else:
                found.append([left, right])
    return [
        ((left, right), inside)
        for left, right in found
        if (inside := [cell for cell in body if left <= cell.spot.centre <= right])
    ]


def _role(cells: Sequence[Cell]) -> Column | None:
    """What a column holds by the form of most of its cells."""
    texts = [cell.text for cell in cells]
    if _counts_up(texts):
        return Column.NUMBER
    votes: Counter[Column] = Counter()
    for text in texts:
        if _is_mark(text):
            votes[Column.FLAG] += 1
        elif parse_unit(text) is not None:
            votes[Column.UNIT] += 1
        elif _is_numbered_name(text):
            votes[Column.NAME] += 1
        elif Form.RANGE in forms(text):
            votes[Column.RANGE] += 1
        elif looks_like_value(text) or Form.VALUE in forms(text)[:1]:
            votes[Column.RESULT] += 1
        elif parse_flag(text) is not None:
            votes[Column.FLAG] += 1
        elif any("\u4e00" <= char <= "\u9fff" for char in text):
            votes[Column.NAME] += 1
        elif recognise(text) is not None:
            votes[Column.ABBREVIATION] += 1
    return votes.most_common(1)[0][0] if votes else None


def _counts_up(texts: Sequence[str]) -> bool:
    numbers = [int(text.strip(".、")) for text in texts if text.strip(".、").isdigit()]
    steps = sum(b == a + 1 for a, b in pairwise(numbers))
    return len(numbers) > 2 and steps > MOST * len(texts)  # noqa: PLR2004
