"""How well a report was read, item by item: names, values, units and ranges against the truth."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from vision.report.catalogue import parse_unit, parse_value, recognise
from vision.report.catalogue.values import ValueType
from vision.report.items import Item

_DROPPED = re.compile(r"[\s*★▲△#:：()\[\]（）【】,，.。、·_]")


def plain(text: str | None) -> str:
    """Without width, case, blanks and ornaments, and with one kind of dash."""
    form = unicodedata.normalize("NFKC", text or "").lower().replace("μ", "u").replace("µ", "u")
    form = re.sub(r"[-–—−―~～至]+", "-", form.replace("×", "x"))
    return _DROPPED.sub("", form)


def _value(text: str) -> str:
    """A value's one spelling. A unit that a truth counts as part of the value (``0-2/HP``) stays in it."""
    form = re.sub(r"[↑↓⬆⬇\s]", "", unicodedata.normalize("NFKC", text))
    form = form.replace("一", "-").replace("－", "-")
    read = parse_value(form)
    if read.type is ValueType.NUMBER and read.number is not None:
        return f"{read.comparator or ''}{read.number:g}"
    return re.sub(r"[()]", "", form).lower()


def _range(text: str | None) -> str:
    form = re.sub(r"[\s()（）\[\]]", "", unicodedata.normalize("NFKC", text or "").lower())
    return re.sub(r"[-–—−―~～至]+", "-", form).replace("%", "")


def same_unit(one: str | None, other: str | None) -> bool:
    """Whether two printed units are one: by UCUM where both are known, else as written."""
    a, b = parse_unit(one or ""), parse_unit(other or "")
    if a is not None and b is not None:
        return a.ucum == b.ucum
    return plain(one) == plain(other)


EXACT_NAME = 3
"""The rank of an item of the very name."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One item of the truth."""

    name: str
    value: str
    unit: str = ""
    range: str = ""


@dataclass(slots=True)
class Score:
    """Counts over sheets. ``exact``: name, value, unit and range; ``named``: name and value; ``wrong``: values that are
    not the printed ones and were not asked back, invented rows among them."""

    items: int = 0
    exact: int = 0
    named: int = 0
    asked: int = 0
    wrong: int = 0
    by_field: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("name", "value", "unit", "range"), 0))
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        for name in ("items", "exact", "named", "asked", "wrong"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, count in other.by_field.items():
            self.by_field[name] += count
        self.notes += other.notes

    def share(self, what: str) -> float:
        """Of the items."""
        return float(getattr(self, what)) / max(1, self.items)


def scored(found: Sequence[Item], truth: Sequence[Expected], *, spared: Iterable[str] = ()) -> Score:
    """One sheet. Rows whose name is in ``spared`` are held against nobody."""
    score = Score(items=len(truth))
    left = list(found)
    matched: dict[int, Item] = {}
    # Rows that are surely each other's first, so that a missed row takes no other row's item.
    for least in (EXACT_NAME, 1):
        for number, expected in enumerate(truth):
            if number not in matched and (item := _match(left, expected, least)) is not None:
                matched[number] = item
                left.remove(item)
    for number, expected in enumerate(truth):
        item = matched.get(number)
        if item is None:
            score.notes.append(f"missed: {expected.name} {expected.value}")
            continue
        right = {
            "name": _same_name(item.name, expected.name),
            "value": _value(expected.value) in {_value(item.value_text), _value(item.value_text + (item.unit or ""))},
            "unit": same_unit(item.ucum or item.unit, expected.unit) or same_unit(item.unit, expected.unit),
            "range": _range(item.range_text) == _range(expected.range),
        }
        for name, holds in right.items():
            score.by_field[name] += holds
        score.exact += all(right.values())
        score.named += right["name"] and right["value"]
        score.asked += item.ask_back is not None
        if not right["value"] and item.ask_back is None:
            score.wrong += 1
        if not all(right.values()):
            wrong = ",".join(name for name, holds in right.items() if not holds)
            score.notes.append(
                f"{wrong}{' (asked)' if item.ask_back else ''}: {item.name}|{item.value_text}|{item.unit}|"
                f"{item.range_text} for {expected.name}|{expected.value}|{expected.unit}|{expected.range}"
            )
    others = {plain(name) for name in spared}
    for item in left:
        if item.ask_back is None and not any(plain(item.name) in one or one in plain(item.name) for one in others):
            score.wrong += 1
            score.notes.append(f"invented: {item.name}|{item.value_text}")
    return score


def _same_name(read: str, printed: str) -> bool:
    return plain(read).lstrip("0123456789") == plain(printed).lstrip("0123456789")


def _match(left: Sequence[Item], expected: Expected, least: int) -> Item | None:
    """The row that this is: its name, best with its value too; else another name of the item, one that contains it or
    is contained, or is much like it. None of a rank below ``least``."""

    code = recognise(expected.name, unit=expected.unit or None, value=expected.value)

    def rank(item: Item) -> tuple[int, int]:
        a, b = plain(item.name), plain(expected.name)
        same_item = item.code is not None and code is not None and item.code == code.code
        alike = same_item or (a and (a in b or b in a))
        name = EXACT_NAME if _same_name(item.name, expected.name) else 2 if alike else _alike(a, b)
        return name, int(_value(item.value_text) == _value(expected.value))

    best = max(left, key=rank, default=None)
    return best if best is not None and rank(best)[0] >= least else None


def _alike(one: str, other: str) -> int:
    return int(SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.7)


def as_expected(rows: Iterable[Mapping[str, str]]) -> list[Expected]:
    """Labels as a JSON file has them."""
    return [Expected(row["name"], row["value"], row.get("unit", ""), row.get("range", "")) for row in rows]
