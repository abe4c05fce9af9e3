"""A sheet on paper: a layout, its rows and a typeface, drawn; every cell's place is known."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import yaml
from PIL import Image, ImageDraw

from vision.report.sheets.fonts import Typeface, can_print, font, typefaces
from vision.report.sheets.panels import Row, panels, rows

HERE = Path(__file__).parent
PAPERS = {"a4": (1654, 2339), "a5": (1654, 1169), "wide": (2339, 1654), "app": (1080, 1900)}
"""Pixels at 200 dots an inch; ``app`` is a phone's screen."""
SIZE, CROWDED, SMALLEST = 30, 26, 18
"""Of print, in pixels: usual, with three groups side by side, and what runs out of room."""
ROOMY = 2
WRAPPED = 1.15
"""In sizes of print: from one line of a name to the next one of it."""
SHARES = {
    "number": 0.5, "name": 2.9, "abbreviation": 1.3, "result": 1.2, "flag": 0.8, "unit": 1.2, "range": 1.6,
    "method": 1.4, "previous": 1.2, "range_unit": 2.4, "result_unit": 1.9, "name_unit": 3.4, "flag_result": 1.4,
}  # fmt: skip
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "明华丽强敏静伟芳娜军"
HOSPITALS = ("江城市第一人民医院", "东湖区中心医院", "南山大学附属医院", "青石县人民医院")


@dataclass(frozen=True, slots=True)
class Style:
    """How a layout is set beyond its columns. ``size`` of print and ``pitch`` of rows (in sizes), 0 for the usual;
    ``widths`` of the columns, as shares of the usual ones; ``align`` of results and ranges; ``wrap``: long names take
    two lines instead of smaller print; ``sections``: after so many rows each, a line that names a part of the table;
    ``stamp``: a round seal over it; ``specimen``: the field's, where the panel does not tell."""

    size: int = 0
    pitch: float = 0.0
    widths: tuple[float, ...] = ()
    align: str = "left"
    header: bool = True
    wrap: bool = False
    sections: tuple[tuple[int, str], ...] = ()
    stamp: bool = False
    specimen: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A row of layouts.yaml."""

    id: int
    columns: str
    groups: int
    rules: str
    flag: str
    dash: str
    panels: tuple[str, ...]
    rows: int
    paper: str
    wording: int
    names: str
    held_out: bool = False
    style: Style = Style()


@dataclass(slots=True)
class Sheet:
    """``picture`` is RGB; ``truth`` what is on it; ``texts`` every printed piece with its box (left, top, right,
    bottom), as a perfect reader would find them."""

    picture: np.ndarray
    truth: list[Row]
    layout: Layout
    typeface: Typeface
    texts: list[tuple[str, tuple[int, int, int, int]]] = field(default_factory=list)


@lru_cache(maxsize=1)
def layouts() -> tuple[Layout, ...]:
    """All layouts."""
    read = yaml.safe_load((HERE / "layouts.yaml").read_text("utf-8"))
    return tuple(Layout(**{**row, "panels": tuple(row["panels"])}) for row in read)


@lru_cache(maxsize=1)
def wordings() -> list[dict[str, str]]:
    """How columns are named, one way a row."""
    read: list[dict[str, str]] = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))
    return read


class _Pen:
    def __init__(self, sheet: Image.Image, typeface: Typeface) -> None:
        self.draw, self.typeface = ImageDraw.Draw(sheet), typeface
        self.texts: list[tuple[str, tuple[int, int, int, int]]] = []

    def write(self, at: tuple[float, float], text: str, size: int, ink: str = "black") -> float:
        """Write at the left top; returns where it ends. A character that the font lacks is set in another."""
        x, y = at
        if not text:
            return x
        for char in text:
            face = self.typeface if can_print(self.typeface, char) else typefaces()[0]
            used = font(face, size)
            self.draw.text((x, y), char, fill=ink, font=used)
            x += used.getlength(char)
        self.texts.append((text, (int(at[0]), int(y), int(x) + 1, int(y + size * 1.2))))
        return x

    def width(self, text: str, size: int) -> float:
        return sum(
            font(self.typeface if can_print(self.typeface, char) else typefaces()[0], size).getlength(char)
            for char in text
        )


def print_sheet(layout: Layout, typeface: Typeface, random: Random, truth: list[Row] | None = None) -> Sheet:
    """One sheet, of ``truth`` or with values drawn anew."""
    width, height = PAPERS[layout.paper]
    truth = rows(layout.panels, layout.rows, layout.dash, random) if truth is None else truth
    if layout.flag == "none":
        truth = [replace(row, flag="") for row in truth]
    size = layout.style.size or (SIZE if layout.groups <= ROOMY else CROWDED)
    needed = 450 + 2 * size * (-(-len(truth) // layout.groups) + 6)
    height = max(height, needed * (2 if layout.style.wrap else 1))  # longer paper for a longer table
    sheet = Image.new("RGB", (width, height), (252, 252, 250))
    pen = _Pen(sheet, typeface)
    y = _head(pen, layout, width, size, random)
    bottom = _table(pen, layout, truth, (width, y, size))
    if layout.style.stamp:
        _stamp(pen, (width, y, bottom), random)
    _foot(pen, width, bottom, size, random)
    used = sheet.crop((0, 0, width, min(height, int(bottom + 8 * size))))
    return Sheet(np.asarray(used).copy(), [_as_printed(row, layout) for row in truth], layout, typeface, pen.texts)


def _as_printed(row: Row, layout: Layout) -> Row:
    columns = layout.columns.split()
    name = _named(row, layout) if {"name", "name_unit"} & set(columns) else row.abbreviation
    unit = row.unit if any("unit" in column for column in columns) else ""
    expected = row.range if any("range" in column for column in columns) else ""
    return Row(name, row.abbreviation, row.value, unit, expected, row.flag)


def _head(pen: _Pen, layout: Layout, width: int, size: int, random: Random) -> float:
    title = f"{random.choice(HOSPITALS)}检验报告单"
    pen.write(((width - pen.width(title, size + 14)) / 2, 60), title, size + 14)
    name = random.choice(SURNAMES) + "".join(random.sample(GIVEN, 2))
    number = random.randrange(10**7, 10**8)
    fields = [
        f"姓名：{name}", f"性别：{random.choice('男女')}", f"年龄：{random.randint(18, 85)}岁", f"病历号：{number}",
        "科室：内科门诊", f"标本种类：{layout.style.specimen or panels()[layout.panels[0]]['specimen']}",
        f"采样时间：2024-0{random.randint(1, 9)}-1{random.randint(0, 9)} 08:{random.randint(10, 59)}", "送检医生：林一",
    ]  # fmt: skip
    across = 4 if layout.paper != "app" else 2
    for number, text in enumerate(fields):
        pen.write((70 + number % across * (width - 140) / across, 150 + number // across * 46), text, size - 4)
    return 150 + (len(fields) // across) * 46 + 30


def _table(pen: _Pen, layout: Layout, truth: list[Row], frame: tuple[int, float, int]) -> float:
    width, top, size = frame
    style, words = layout.style, wordings()[layout.wording]
    pitch = int(size * (style.pitch or (1.9 if layout.rules == "spaced" else 1.55)))
    each = -(-len(truth) // layout.groups)
    group_width = (width - 140) / layout.groups
    columns = _columns(layout, group_width)
    first = top + (pitch if style.header else 0)
    bottom, levels = first + pitch * each, []
    for group in range(layout.groups):
        left = 70 + group * group_width
        if style.header:
            for column, start, end in columns:
                _cell(pen, _heading(column, words), (left + start + 8, top + 6, end - start - 12), size - 2)
        y = first
        levels.append([first])
        for place, row in enumerate(truth[group * each : (group + 1) * each], group * each):
            for title in (title for at, title in style.sections if at == place):
                pen.write((left + 8, y + 6), title, size)
                y += pitch
            if layout.rules == "bands" and row.flag:
                pen.draw.rectangle((left, y, left + group_width - 16, y + pitch - 2), fill=(226, 226, 230))
            lines = _row(pen, layout, (row, place + 1), columns, (left, y, size))
            y += pitch + int((lines - 1) * WRAPPED * size)
            levels[-1].append(y)
        levels[-1] += [first + pitch * place for place in range(len(levels[-1]), each)]
        bottom = max(bottom, y)
    edges = [start for _, start, _ in columns] + [columns[-1][2]]
    for group, level in enumerate(levels):
        left = 70 + group * group_width
        _rules(pen, layout, (left, top, left + group_width - 16, bottom), [left + edge for edge in edges], level)
    return bottom


def _columns(layout: Layout, group_width: float) -> list[tuple[str, float, float]]:
    """Each column of a group, with its left and right edge from the group's."""
    names = layout.columns.split()
    widths = layout.style.widths or (1.0,) * len(names)
    shares = [SHARES[name] * wide for name, wide in zip(names, widths, strict=True)]
    edges = [0.0]
    for share in shares:
        edges.append(edges[-1] + share / sum(shares) * (group_width - 16))
    return list(zip(names, edges, edges[1:], strict=False))


def _row(
    pen: _Pen,
    layout: Layout,
    row: tuple[Row, int],
    columns: list[tuple[str, float, float]],
    at: tuple[float, float, int],
) -> int:
    """Write a row, which has a number; returns how many lines it takes."""
    left, y, size = at
    lines = 1
    for column, start, end in columns:
        text = _content(column, *row, layout)
        place = (left + start + 8, y + 6, end - start - 8)
        named = column in {"name", "name_unit"}
        if named and layout.style.wrap:
            lines = max(lines, _wrapped(pen, text, place, size))
        else:
            _cell(pen, text, place, size, "left" if named else layout.style.align)
    return lines


def _cell(pen: _Pen, text: str, place: tuple[float, float, float], size: int, align: str = "left") -> None:
    """Text in its column: made smaller rather than run into the next one."""
    x, y, room = place
    while size > SMALLEST and pen.width(text, size) > room:
        size -= 1
    spare = max(0.0, room - 8 - pen.width(text, size))
    pen.write((x + spare * {"left": 0.0, "centre": 0.5, "right": 1.0}[align], y), text, size)


def _wrapped(pen: _Pen, text: str, place: tuple[float, float, float], size: int) -> int:
    """Text over as many lines as it needs; returns how many."""
    x, y, room = place
    lines = [""]
    for char in text:
        if lines[-1] and pen.width(lines[-1] + char, size) > room:
            lines.append("")
        lines[-1] += char
    for number, line in enumerate(lines):
        pen.write((x, y + number * WRAPPED * size), line, size)
    return len(lines)


def _heading(column: str, words: dict[str, str]) -> str:
    of = {"range_unit": "range", "result_unit": "result", "flag_result": "result", "name_unit": "name"}
    return words[of.get(column, column)]


def _content(column: str, row: Row, number: int, layout: Layout) -> str:
    glued = {"glued": row.flag, "glued_hl": _mark(row.flag, "hl"), "glued_star": _mark(row.flag, "star")}
    result = row.value + glued.get(layout.flag, "")
    named = _named(row, layout)
    return {
        "number": str(number),
        "name": named,
        "name_unit": f"{named}({row.unit})" if row.unit else named,
        "abbreviation": row.abbreviation,
        "result": result,
        "result_unit": f"{result} {row.unit}".strip(),
        "flag_result": f"{row.flag} {row.value}".strip(),
        "flag": _mark(row.flag, layout.flag),
        "unit": row.unit,
        "range": row.range,
        "range_unit": f"{row.range} {row.unit}".strip(),
        "method": "化学发光法",
        "previous": row.value,
    }[column]


def _named(row: Row, layout: Layout) -> str:
    if not row.abbreviation:
        return f"*{row.name}" if layout.names == "star" else row.name
    return {
        "plain": row.name,
        "star": f"*{row.name}",
        "abbr_after": f"{row.name}({row.abbreviation})",
        "abbr_before": f"({row.abbreviation}){row.name}",
    }[layout.names]


def _mark(flag: str, style: str) -> str:
    if not flag or style in {"none", "glued", "glued_hl", "glued_star"}:
        return ""
    high = flag == "↑"
    return {
        "arrow": flag,
        "hl": "H" if high else "L",
        "bracket": "(H)" if high else "(L)",
        "words": "偏高" if high else "偏低",
        "star": "*",
    }[style]


def _stamp(pen: _Pen, place: tuple[int, float, float], random: Random) -> None:
    """A red seal over the table's lower part, as it shows through print."""
    width, top, bottom = place
    radius = random.uniform(90, 150)
    x, y = random.uniform(0.25, 0.85) * width, random.uniform(0.4 * top + 0.6 * bottom, bottom)
    red = (214, 72, 72)
    pen.draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=red, width=5)
    pen.draw.line((x - radius * 0.5, y, x + radius * 0.5, y), fill=red, width=4)
    pen.draw.line((x, y - radius * 0.5, x, y + radius * 0.5), fill=red, width=4)


def _rules(
    pen: _Pen, layout: Layout, box: tuple[float, float, float, float], edges: list[float], levels: list[float]
) -> None:
    left, top, right, bottom = box
    if layout.rules in {"lines", "outer", "grid", "middle"}:
        for y in (top, *levels[:1], bottom):
            pen.draw.line((left, y, right, y), fill="black", width=2)
    if layout.rules in {"lines", "grid"}:
        for y in (top, *levels, bottom):
            pen.draw.line((left, y, right, y), fill=(90, 90, 90), width=1)
    if layout.rules == "grid":
        for x in edges:
            pen.draw.line((x, top, x, bottom), fill=(90, 90, 90), width=1)
    if layout.rules == "middle":
        pen.draw.line((right + 8, top, right + 8, bottom), fill="black", width=2)


def _foot(pen: _Pen, width: int, bottom: float, size: int, random: Random) -> None:
    when = f"2024-0{random.randint(1, 9)}-1{random.randint(0, 9)} 14:{random.randint(10, 59)}"
    pen.write((70, bottom + 20), f"报告时间：{when}", size - 4)
    pen.write((width * 0.45, bottom + 20), "检验者：周二", size - 4)
    pen.write((width * 0.7, bottom + 20), "审核者：吴三", size - 4)
    pen.write((70, bottom + 66), "注：本报告仅对所检标本负责", size - 6)
