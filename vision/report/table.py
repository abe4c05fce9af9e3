"""From rows of cells to what each row says: name, value, arrow, unit, range, told apart by column and by form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vision.report.catalogue import Column, Match, ValueType, parse_flag, parse_unit, parse_value, recognise
from vision.report.cells import Cell
from vision.report.columns import Place, fits, groups_of
from vision.report.rows import Row, rows_of
from vision.report.tokens import Form, Token, forms, looks_like_value, tokens

SHORTEST_NAME = 2
_LIKE_ARROW = frozenset("1IlTt|个")
"""What an arrow of its own is read as."""
_ABBREVIATED = re.compile(
    r"([A-Za-z][A-Za-z0-9#%+_/-]+\s*)(?=[\u4e00-\u9fff])|.*[\u4e00-\u9fff)）](\s*[A-Za-z][A-Za-z0-9#%+_/-]*)$"
)
_GREEK = ((re.compile(r"^[rRyYvV](?=[-一]?谷氨)"), "γ"), (re.compile(r"^a(?=[-一]?(?:羟丁|淀粉|1|2))"), "α"))
"""Greek letters that a recogniser takes for Latin ones, where only they begin such a name."""
_LOST_POWERS = frozenset({"109", "1012"})
"""10^9 and 10^12 behind a range, without their small figures' height."""
_NUMBERED = re.compile(r"^\d{1,3}[\s.、]*(?=[\u4e00-\u9fffA-Za-z*★(（])")
_UNIT_BEHIND = re.compile(r"\s*[(（\[]\s*((?:[^()（）\[\]]|[(（][^()（）]*[)）])+?)\s*[)）\]]?\s*$")
_BRACKETED = re.compile(r"^[(（][^()（）]*[)）]|[(（][^()（）]*[)）]$")
_LIMIT = re.compile(r"\d+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+\.\d+")
_WHO = re.compile(r"男|女|成人|儿童|岁|孕|期|正常|阴|阳|[mMfF][:：]")
CERTAIN = 0.97
"""A name that is longer by the line below it is believed where the catalogue knows it like this."""
CLOSE = 0.6
"""In heights: a cut inside a number is only believed this near to where the results begin."""
WRAPPED = 1.7
"""In heights: a row this close below another may be the rest of its name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One row as read: each part with the cells that it stands in, so that it can be looked at again.

    ``value`` is None where the result could not be found, though the row is one of results.
    """

    name: str
    name_cells: tuple[Cell, ...]
    value: Cell | None
    abbreviation: str = ""
    flag: str = ""
    flag_cell: Cell | None = None
    """The arrow's, where it stands apart from the value."""
    unit: str = ""
    range: str = ""
    unit_cell: Cell | None = None
    range_cells: tuple[Cell, ...] = ()
    group: int = 0
    torn: bool = False
    """The result may go on in another cell."""
    unnamed: bool = False
    """Nothing stands in the column of names: the name is the abbreviation's."""
    named_late: bool = False
    """The detector missed the name; it was read where it should stand."""
    guessed: bool = False
    """The name or the range could not be read; it is what fits best."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All that the row was read from."""
        mine = [*self.name_cells, *self.range_cells]
        return tuple(mine + [cell for cell in (self.value, self.unit_cell) if cell is not None])


def readings(cells: Sequence[Cell]) -> list[Reading]:
    """What every row of every table on a page says, in reading order. Rows of known items without a value, and of
    values without a name, are among them: either may be there and the detector missed it."""
    found: list[Reading] = []
    for number, group in enumerate(groups_of(cells)):
        rows = list(_joined(rows_of(group)))
        read = [replace(one, group=number) for row in rows if (one := _read(row, group.places)) is not None]
        # Where most rows lack it, the sheet prints abbreviations for names.
        lacking = 2 * sum(one.unnamed for one in read) > len(read)
        found += [replace(one, unnamed=one.unnamed and not lacking) for one in read]
    return found


def _joined(rows: Sequence[Row]) -> Iterator[Row]:
    """A name that runs over two lines is one row again."""
    held: Row | None = None
    for row in rows:
        if held is not None and (whole := _one_name(held, row)) is not None:
            held = whole
            continue
        if held is not None:
            yield held
        held = row
    if held is not None:
        yield held


def _one_name(above: Row, below: Row) -> Row | None:
    full = [row for row in (above, below) if row.has(Column.RESULT, Column.RANGE, Column.UNIT)]
    if len(full) != 1 or not (above.has(Column.NAME) and below.has(Column.NAME)):
        return None
    height = max(cell.spot.height for cell in below.cells[Column.NAME])
    if below.middle - max(cell.spot.middle for cell in above.cells[Column.NAME]) > WRAPPED * height:
        return None
    first, second = above.text(Column.NAME), below.text(Column.NAME)
    spare = second if full[0] is above else first
    whole = recognise(first + second)
    other = recognise(spare)
    alone = recognise(full[0].text(Column.NAME))
    open_bracket = first.count("(") + first.count("（") > first.count(")") + first.count("）")
    if not open_bracket:
        longer = whole is not None and (alone is None or whole.confidence >= max(alone.confidence, CERTAIN))
        better = longer and (alone is None or whole is None or whole.confidence > alone.confidence)
        if other is not None and not better and (whole is None or whole.code != other.code):
            return None
        if not longer and not (full[0] is above and second.startswith(("(", "（"))):
            return None
    joined = Row(full[0].middle)
    for row in (above, below):
        for role, cells in row.cells.items():
            joined.cells[role] += cells
    return joined


def known(name: str) -> Match | None:
    """The item of a name, a running number before it left out where only that makes it one."""
    return recognise(name) or recognise(_NUMBERED.sub("", name))


def _is_exact(name: str) -> bool:
    """Whether the name stands in the catalogue as it is, its own figures with it (胃泌素-17)."""
    match = known(_BRACKETED.sub("", name))
    return match is not None and match.confidence >= CERTAIN


def _plain(name: str) -> str:
    """A name as printed, without the row's number before it and a stroke behind it, Greek letters put right."""
    for pattern, letter in _GREEK:
        name = pattern.sub(letter, name)
    name = name.lstrip("“”\"'‘’`^~·.,，、:：")
    name = name.rstrip("—-–_·. ") if not name.endswith(("(-)", "（-）")) else name
    shorter = _NUMBERED.sub("", name)
    if shorter == name or (match := known(shorter)) is None:
        return name
    return name if any(alias[:1].isdigit() and alias in name for alias in match.entry.names) else shorter


@dataclass(slots=True)
class _Slots:
    """What of a row has been told already; ``lacking``: no cell is in the result's column."""

    lacking: bool = False
    value: Cell | None = None
    flag: str = ""
    flag_cell: Cell | None = None
    unit: Cell | None = None
    range: tuple[Cell, ...] = ()
    other: bool = False
    """A second number stands where none should, or right behind the result."""

    @property
    def unit_text(self) -> str:
        """As printed; a range in per cent says it too."""
        if self.unit is not None:
            return self.unit.text
        return "%" if any("%" in cell.text for cell in self.range) else ""

    def take(self, cell: Cell, own: Column) -> None:
        """Divide a cell among the slots by its pieces' forms; the column's own slot is filled first."""
        text = cell.line.text
        pieces = tokens(text)
        if own is Column.RESULT and self.value is None:
            if _is_whole(text):
                self.value = cell
                return
            if (unclear := _unclear(pieces)) is not None:
                # Part of it looks like a value, but what the rest is nobody knows: kept together, to be asked about.
                self.value = cell.part(*unclear)
                pieces = [piece for piece in pieces if piece.start >= unclear[1] or piece.end <= unclear[0]]
        if own is Column.RANGE and not any(piece.form in {Form.RANGE, Form.UNIT, Form.ARROW} for piece in pieces):
            # A lone sign is an arrow that was taken for a letter; the rest is the word that is expected.
            if len(cell.text) > 1 or not cell.text.isalpha():
                self.range = (*self.range, cell)
            return
        figures = [piece for piece in pieces if piece.form in {Form.VALUE, Form.RANGE}]
        self.other |= any(
            text[a.end : b.start] in {"", ".", ","} for a, b in pairwise(figures)
        )  # where one ends, nobody knows
        for number, piece in enumerate(pieces):
            first = number == 0 and len(pieces) > 1
            self._put(piece, cell.part(piece.start, piece.end), own, first=first)

    def _put(self, piece: Token, part: Cell, own: Column, *, first: bool) -> None:
        if piece.form is Form.RANGE:
            if self._is_value(piece.text, own):
                self.value = part
            else:
                self.range = (*self.range, part)
        elif piece.form is Form.UNIT:
            self.unit = self.unit or part
        elif piece.form is Form.ARROW:
            self.flag = self.flag or piece.text
        elif own is Column.RANGE and piece.text in _LOST_POWERS and self.range:
            self.unit = self.unit or part
        elif piece.form is Form.VALUE and first and self.value is None:
            self.value = part  # the result, which the unit or the range was run into
        else:
            self._take_value(part, own)

    def _is_value(self, text: str, own: Column) -> bool:
        """``<0.5`` and ``0-2`` are ranges, unless they stand where the result is missing."""
        return own is Column.RESULT and self.value is None and parse_value(text).type is not ValueType.UNKNOWN

    def _take_value(self, part: Cell, own: Column) -> None:
        if own is Column.RESULT and self.value is None:
            self.value = part
        elif own is Column.RESULT and not self.flag and parse_flag(part.text) is not None:
            self.flag = part.text
        elif self.lacking and self.value is None and own in {Column.UNIT, Column.RANGE} and looks_like_value(part.text):
            self.value = part  # the unit or the range was run into it
        elif own is Column.RANGE and _WHO.search(part.text):
            self.range = (*self.range, part)
        elif own is Column.UNIT and self.unit is None and not part.text.isdigit():
            self.unit = part
        else:
            shown = own in {Column.UNIT, Column.RANGE} and _DECIMAL.fullmatch(part.text) is not None
            self.other |= shown or (own is Column.FLAG and len(part.text) > 1)


def _unclear(pieces: Sequence[Token]) -> tuple[int, int] | None:
    """From where to where a result runs that is not one value: words between figures, or figures torn apart."""
    mine = [piece for piece in pieces if piece.form in {Form.VALUE, Form.WORDS, Form.RANGE}]
    while mine and mine[-1].form is Form.WORDS and mine[-1].text in _LIKE_ARROW:
        mine.pop()
    figures = [piece for piece in mine if any(char.isdigit() for char in piece.text) and piece.form is not Form.WORDS]
    if not figures or len(mine) == 1 or (len(figures) == 1 and all(piece.form is not Form.WORDS for piece in mine)):
        return None
    return mine[0].start, mine[-1].end


def _is_whole(text: str) -> bool:
    """A result cell that holds nothing but the result."""
    pieces = tokens(text)
    if len(pieces) == 1 and pieces[0].form in {Form.VALUE, Form.RANGE}:
        return True
    if any(piece.form in {Form.UNIT, Form.ARROW} for piece in pieces):
        return False
    return looks_like_value(text) or all(piece.form is Form.WORDS for piece in pieces)


def _read(row: Row, places: Sequence[Place]) -> Reading | None:
    slots = _Slots(lacking=not row.has(Column.RESULT))
    names = list(row.cells.get(Column.NAME, ()))
    names, spare = _own_names(names)
    for role in (Column.RESULT, Column.FLAG, Column.UNIT, Column.RANGE):
        for cell in row.cells.get(role, ()):
            if role is Column.FLAG:
                _take_flag(slots, cell)
            elif role is Column.UNIT and slots.unit is None and fits(cell.text, Column.UNIT):
                slots.unit = cell
            else:
                slots.take(cell, role)
    names, torn = _without_values(names, slots)
    whole = names and any(char.isdigit() for char in names[-1].text) and _is_exact("".join(one.text for one in names))
    if names and (slots.value is None or (len(slots.value.text) == 1 and not whole)):
        names, inside = _value_in_name(names, places)
        if inside is not None:
            if slots.value is not None:
                torn |= slots.value.text not in _LIKE_ARROW
                slots.flag = slots.flag or slots.value.text
            slots.value = None
            slots.take(inside, Column.RESULT)
    names = _without_unit(names, slots)
    abbreviation = row.text(Column.ABBREVIATION) or spare
    if names and not abbreviation:
        apart = any(place.role is Column.ABBREVIATION for place in places)
        names, abbreviation = _without_abbreviation(names, apart=apart)
    name = "".join(cell.text for cell in names) or abbreviation
    nameless = slots.value is not None and bool(slots.range) and not name  # the detector may have missed a single 钾
    if not nameless and len(name.strip()) < SHORTEST_NAME and recognise(name) is None:
        return None
    if slots.value is None and known(name) is None:
        return None
    return Reading(
        name=_plain(name.strip()),
        name_cells=tuple(names or row.cells.get(Column.ABBREVIATION, ())),
        value=None if slots.value is None else _stripped(slots.value),
        abbreviation=abbreviation if names else "",
        flag=slots.flag,
        flag_cell=slots.flag_cell,
        unit=slots.unit_text,
        range=_range_text(slots.range),
        unit_cell=slots.unit,
        range_cells=slots.range,
        torn=torn or slots.other or _is_twice(row, slots),
        unnamed=not names and any(place.role is Column.NAME for place in places),
    )


def _range_text(cells: Sequence[Cell]) -> str:
    """As printed; the dash between two limits in cells of their own is too short to be seen."""
    texts = [cell.text for cell in cells]
    if len(texts) == 2 and all(_LIMIT.fullmatch(text) for text in texts) and float(texts[0]) < float(texts[1]):  # noqa: PLR2004
        return "-".join(texts)
    return re.sub(r"^([(（]?)一([)）]?)$|(?<=[(（])一(?=[)）]$)", r"\1-\2", " ".join(texts))


def _is_twice(row: Row, slots: _Slots) -> bool:
    """Whether two results or two ranges stand in the row: one of them is another row's."""
    results = [cell for cell in row.cells.get(Column.RESULT, ()) if len(cell.text) > 1 and looks_like_value(cell.text)]
    ranges = [cell for cell in slots.range if forms(cell.text) == (Form.RANGE,) and not _WHO.search(cell.text)]
    return len(results) > 1 or len(ranges) > 1


def _without_values(names: list[Cell], slots: _Slots) -> tuple[list[Cell], bool]:
    """The names without a result that stands among them, and whether the row has another one: then nobody knows which
    of them is the result."""
    strays = [looks_like_value(cell.text) and known(cell.text) is None for cell in names]
    if not any(strays) or all(strays):
        return names, False
    torn = slots.value is not None
    slots.value = slots.value or [cell for cell, stray in zip(names, strays, strict=True) if stray][-1]
    return [cell for cell, stray in zip(names, strays, strict=True) if not stray], torn


def _own_names(names: list[Cell]) -> tuple[list[Cell], str]:
    """The row's own name: without a running number before it, without an abbreviation behind it, which is told apart,
    and without a group's name that stands beside it."""
    names = [cell for cell in names if not cell.text.strip(".、").isdigit()] or names
    if len(names) > 1 and names[-1].spot.left - names[-2].spot.right > 0:
        last, whole = known(names[-1].text), known("".join(cell.text for cell in names))
        if last is not None and (whole is None or whole.confidence <= last.confidence):
            if names[-1].text.isascii() and not names[-2].text.isascii():
                return names[:-1], names[-1].text
            return names[-1:], ""
    return names, ""


def _without_abbreviation(names: list[Cell], *, apart: bool) -> tuple[list[Cell], str]:
    """A name cell that the abbreviation was run into (``NEUT% 中性粒细胞百分比``), without it: where abbreviations
    have a column ``apart``, or where both are names of one item."""
    for number, cell in enumerate(names):
        text = cell.line.text
        found = _ABBREVIATED.match(text)
        if found is None:
            continue
        start, end = found.span(1 if found[1] is not None else 2)
        rest = cell.part(end, len(text)) if start == 0 else cell.part(0, start)
        short, match = text[start:end].strip(), known(rest.text)
        same = match is not None and (other := recognise(short)) is not None and other.code == match.code
        if same or (apart and match is not None):
            return [*names[:number], _stripped(rest), *names[number + 1 :]], short
    return names, ""


def _without_unit(names: list[Cell], slots: _Slots) -> list[Cell]:
    """The name without the unit in brackets at its end (``葡萄糖(mmol/L)``), which is the row's where no other is."""
    if not names or (found := _UNIT_BEHIND.search(names[-1].line.text)) is None:
        return names
    cell = names[-1]
    inside = cell.part(*found.span(1))
    unit, other = parse_unit(inside.text), parse_unit(slots.unit_text)
    if unit is None or inside.text[:1] in "23456789" or recognise(inside.text) is not None:
        return names
    if not slots.unit_text:
        slots.unit = inside
    elif other is None or other.ucum != unit.ucum:
        return names
    return [*names[:-1], cell.part(0, found.start())]


def _take_flag(slots: _Slots, cell: Cell) -> None:
    if parse_flag(cell.text) is not None or forms(cell.text) == (Form.ARROW,):
        if not slots.flag:
            slots.flag_cell = cell
            slots.flag = cell.text if parse_flag(cell.text) is not None else tokens(cell.line.text)[0].text
    elif slots.value is None:
        slots.take(cell, Column.RESULT)
    else:
        slots.take(cell, Column.FLAG)


def _stripped(cell: Cell) -> Cell:
    text = cell.line.text
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return cell.part(start, end)


def _value_in_name(names: list[Cell], places: Sequence[Place]) -> tuple[list[Cell], Cell | None]:
    """A name cell that the result was run into ("AST8.5"), cut where the result's column begins, else where the name
    is known and the rest is a number."""
    cell = names[-1]
    text = cell.line.text
    begins = [place.left for place in places if place.role is Column.RESULT]
    best: tuple[float, int] | None = None
    before = "".join(one.text for one in names[:-1])
    for at in range(1, len(text)):
        rest = tokens(text[at:])
        if not rest or rest[0].form is not Form.VALUE or rest[0].start > 0 or text[at - 1] in ".<>":
            continue
        if any(piece.form is Form.WORDS for piece in rest):
            continue
        match = known(before + text[:at])
        off = min((abs(cell.at(at) - begin) / cell.spot.height for begin in begins), default=0.0)
        if match is None or (text[at - 1].isdigit() and not _ends_in_digit(before + text[:at], match, off)):
            continue
        cost = off - 2.0 * match.confidence
        if best is None or cost < best[0]:
            best = cost, at
    if best is None:
        return names, None
    name, value = cell.part(0, best[1]), cell.part(best[1], len(text))
    return [*names[:-1], name], value


def _ends_in_digit(name: str, match: Match, off: float) -> bool:
    """Whether the digits before the cut are the name's own (白介素6), not the first ones of the value."""
    shorter = name.rstrip("0123456789")
    if shorter.endswith(".") or off > CLOSE or match.confidence < CERTAIN:
        return False
    without = known(shorter)
    return without is None or without.code != match.code
