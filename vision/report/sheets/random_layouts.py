"""Sheets that nobody has seen: columns, wording, setting and items drawn at random, more than any list of layouts."""

from collections.abc import Sequence
from math import floor, log10
from random import Random

from vision.report.catalogue import Entry, ValueKind, entries, parse_unit
from vision.report.kinds import Specimen
from vision.report.sheets.panels import OUTSIDE, Row, drawn, panels, rows
from vision.report.sheets.printing import Layout, Style, wordings

DASHES = ("{}-{}", "{}-{}", "{}--{}", "{}~{}", "{}～{}", "{} - {}", "({}-{})", "（{}-{}）", "[{}-{}]", "{}—{}")
LIMITS = (("<{}", "≤{}", "0-{}"), (">{}", "≥{}"))
STRANGERS = (
    "可溶性ST2受体", "血清壳多糖酶", "红细胞形态积分", "外周血游离甘油",
    "脂蛋白残粒比", "胆酸谱总量", "血管性支持素", "骨膜素",
)  # fmt: skip
"""Tests that the catalogue does not have."""
NEW = 0.04
"""Of the rows are such."""
NEGATIVE = ("阴性", "阴性(-)", "-", "(-)", "Neg")
POSITIVE = ("阳性", "阳性(+)", "弱阳性", "±", "+", "1+", "2+", "3+", "++")
TITRES, EXPECTED_TITRE = ("<1:10", "1:40", "1:80", "1:160", "1:320", "1:1000"), ("<1:100", "<1:40", "1:80")
MOST_GROUPS = 3
NARROW = 30.0
"""An item whose extremes are less than this many times apart is held to a range inside of them."""
SPECIMENS = {
    Specimen.BLOOD: "全血", Specimen.SERUM: "血清", Specimen.PLASMA: "血浆", Specimen.GAS: "动脉血",
    Specimen.URINE: "尿液", Specimen.STOOL: "粪便", Specimen.CSF: "脑脊液", Specimen.FLUID: "胸腹水",
    Specimen.SEMEN: "精液", Specimen.SWAB: "分泌物", Specimen.OTHER: "其他",
}  # fmt: skip


def _happens(share: float, random: Random) -> bool:
    return random.random() < share


def any_sheet(random: Random) -> tuple[Layout, list[Row]]:
    """A layout and its rows."""
    groups = random.choices((1, 2, 3), (5, 4, 1))[0]
    columns = _columns(groups, random)
    dash = random.choice(DASHES)
    count = random.randint(5, 16) * groups if groups > 1 else random.randint(4, 30)
    names, specimen, truth = _truth(count, dash, random)
    if not {"name", "name_unit"} & set(columns) and not all(row.abbreviation for row in truth):
        columns = ["name" if column == "abbreviation" else column for column in columns]
    has_flag = any("flag" in column for column in columns)
    # A column of flags is filled; without one, they stand behind the values or nowhere.
    marks = ("arrow", "arrow", "hl", "bracket", "words", "star") if has_flag else (
        "none", "glued", "glued", "glued_hl", "glued_star",
    )  # fmt: skip
    style = Style(
        size=random.choice((24, 26, 28, 30, 30, 32)) - (4 if groups == MOST_GROUPS else 0),
        pitch=random.choice((1.35, 1.5, 1.55, 1.7, 1.9, 2.3)),
        widths=tuple(random.uniform(0.8, 1.25) for _ in columns),
        align=random.choice(("left", "left", "left", "centre", "right")),
        header=_happens(0.88, random),
        wrap=_happens(0.25, random),
        sections=_sections(len(truth), groups, random),
        stamp=_happens(0.2, random),
        specimen=specimen,
    )
    layout = Layout(
        id=0,
        columns=" ".join(columns),
        groups=groups,
        rules=random.choice(("none", "none", "lines", "outer", "grid", "middle", "spaced", "bands")),
        flag=random.choice(marks),
        dash=dash,
        panels=names,
        rows=len(truth),
        paper="wide" if groups == MOST_GROUPS else random.choice(("a4", "a4", "a5", "wide" if groups > 1 else "app")),
        wording=random.randrange(len(wordings())),
        names=random.choice(("plain", "plain", "plain", "star", "abbr_after", "abbr_before")),
        style=style,
    )
    return layout, truth


def _columns(groups: int, random: Random) -> list[str]:
    """Columns in an order that sheets have: what is tested first, its result before or behind what is expected."""
    named = random.choices(
        (["name"], ["name", "abbreviation"], ["abbreviation", "name"], ["name_unit"], ["abbreviation"]), (6, 3, 2, 1, 1)
    )[0]
    number = ["number"] if _happens(0.35, random) else []
    flagged = random.choices(([], ["before"], ["behind"], ["last"], ["glued"]), (5, 1, 5, 1, 1))[0]
    result = random.choices((["result"], ["result_unit"]), (8, 1))[0]
    if "glued" in flagged:
        result = ["flag_result"]
    tail = random.choices(
        (["unit", "range"], ["range", "unit"], ["range_unit"], ["range"], ["unit"], []), (8, 4, 2, 3, 1, 1)
    )[0]
    if named == ["name_unit"] or result == ["result_unit"]:
        tail = [column.removesuffix("_unit") for column in tail if column != "unit"]
    if "before" in flagged:
        result = ["flag", *result]
    if "behind" in flagged:
        result = [*result, "flag"]
    middle = [*tail, *result] if tail and _happens(0.12, random) else [*result, *tail]
    if "last" in flagged:
        middle = [*middle, "flag"]
    if groups == 1 and _happens(0.15, random):
        middle.insert(
            len(middle) if _happens(0.6, random) else middle.index(result[-1]) + 1,
            random.choice(("method", "previous")),
        )
    found = [*number, *named, *middle]
    return (
        found
        if groups < MOST_GROUPS
        else [column for column in found if column not in {"method", "previous", "number"}]
    )


def _sections(count: int, groups: int, random: Random) -> tuple[tuple[int, str], ...]:
    if groups > 1 or not _happens(0.15, random):
        return ()
    places = sorted({0, random.randrange(count), random.randrange(count)})
    titles = random.sample(
        ("【血常规】", "生化检验", "二、肝功能检查", "免疫", "【电解质】", "其他项目："), len(places)
    )
    return tuple(zip(places, titles, strict=True))


def _truth(count: int, dash: str, random: Random) -> tuple[tuple[str, ...], str, list[Row]]:
    """Panels' names, the specimen where they do not tell it, and the rows."""
    if _happens(0.5, random):
        some = tuple(random.sample(sorted(panels()), random.choice((1, 1, 2))))
        truth, specimen = rows(some, count, dash, random), ""
    else:
        some = (random.choice(sorted({item.group for item in entries().values()})),)
        listed = [item for item in entries().values() if item.group in some]
        main = max({item.specimen for item in listed}, key=[item.specimen for item in listed].count)
        listed = [item for item in listed if item.specimen is main and item.kind is not ValueKind.TEXT]
        random.shuffle(listed)
        truth = [row for item in listed if (row := of_item(item, dash, random)) is not None][:count]
        truth = _with_one_name_each(truth)
        specimen = SPECIMENS[main]
    truth = [_stranger(row, random) if _happens(NEW, random) else row for row in truth]
    return some, specimen, truth


def _with_one_name_each(found: Sequence[Row]) -> list[Row]:
    """Two items of one name, apart by their units only, are not set on one sheet."""
    seen: set[str] = set()
    kept = []
    for row in found:
        if not seen & {row.name, row.abbreviation}:
            kept.append(row)
        seen |= {row.name, row.abbreviation} - {""}
    return kept


def _stranger(row: Row, random: Random) -> Row:
    return Row(random.choice(STRANGERS), "", row.value, row.unit, row.range, row.flag)


def of_item(item: Entry, dash: str, random: Random) -> Row | None:
    """A row of an item of the catalogue, by any of its Chinese names, with a range made up inside its bounds; None for
    one whose unit is not printed plainly or whose bounds are not known."""
    names = [name for name in (item.name, *item.aliases) if _is_printed(name)]
    if not names:
        return None
    name, abbreviation = random.choice(names), random.choice(item.abbreviations or ("",))
    if item.kind is ValueKind.GRADE:
        expected = random.choice(NEGATIVE)
        return Row(name, abbreviation, random.choice((expected, expected, *POSITIVE)), "", expected)
    if item.kind is ValueKind.TITRE:
        return Row(name, abbreviation, random.choice(TITRES), "", random.choice(EXPECTED_TITRE))
    unit = _printed_unit(item)
    bounds = item.extreme or item.possible
    if unit is None or bounds is None or bounds[1] <= 0:
        return None
    low, high = _limits(bounds, random)
    decimals = max(0, min(3, 2 - floor(log10(high))))
    low, high = round(low, decimals), round(high, decimals)
    value = round(min(bounds[1], drawn(low, high, random)), decimals)
    shown = [f"{one:.{decimals}f}" for one in (low, high)]
    flag = "↑" if value > high else "↓" if value < low else ""
    written = dash.format(*shown)
    if low == 0 and _happens(OUTSIDE, random):
        written = random.choice(LIMITS[0]).format(shown[1])
    return Row(name, abbreviation, f"{value:.{decimals}f}", unit, written, flag)


def _is_printed(name: str) -> bool:
    """A Chinese name whose Greek letters are Greek: that α is read for a is no fault."""
    return any("\u4e00" <= char <= "\u9fff" for char in name) and not name.startswith(("a", "r"))


def _limits(bounds: tuple[float, float], random: Random) -> tuple[float, float]:
    least, most = bounds
    if least > 0 and most / least < NARROW:
        return least + (most - least) * random.uniform(0.15, 0.35), least + (most - least) * random.uniform(0.4, 0.65)
    high = most / 10 ** random.uniform(0.7, 2.0)
    return (0.0 if _happens(0.4, random) else high * random.uniform(0.1, 0.6)), high


def _printed_unit(item: Entry) -> str | None:
    if item.unit in {"1", "[pH]"}:
        return ""
    if item.unit is None:
        return None
    plain = item.unit.replace("10*", "10^").replace("[IU]", "IU").replace("[HPF]", "HP").replace("(24.h)", "24h")
    plain = plain.replace("u", "μ", 1) if plain.startswith(("umol", "ug", "/uL")) or plain == "/uL" else plain
    known = None if any(char in plain for char in "{}[]'") else parse_unit(plain, allowed=item.units)
    return plain if known is not None and known.ucum == item.unit else None
