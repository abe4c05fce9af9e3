"""Red flags as they are used, read from ``red_flags.yaml`` and ``signs.yaml`` and checked."""

import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from care.emergency.patterns import Finder, Pattern, PatternInvalid, parse
from care.urgency import Urgency

HERE = Path(__file__).parent
URGENCIES = (Urgency.CALL_120, Urgency.EMERGENCY)
MEASURED = {"年龄": "ages", "体温": "temperatures", "收缩压": "systolic", "心率": "pulse", "血糖": "sugar"}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">=": operator.ge,
}
PREGNANT = "孕"  # the sign, and the condition
REQUIRED = ("id", "name", "urgency", "when", "advice", "source")
OPTIONAL = ("without", "chronic", "always", "examples")

_CONDITION = re.compile(r"\[([^\[\]]*)\]")
_MEASURE = re.compile(r"(?P<what>\w+?)(?P<how><|>=)(?P<than>\d+(?:\.\d+)?)")


class RedFlagsInvalid(ValueError):
    """The data of the red flags cannot be used; the message names the file, the line and the flag or sign."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A number that must be reached (``what`` is a field of ``Measures``), or a pregnancy (``what`` is "孕")."""

    what: str
    how: str = ""
    than: float = 0.0

    def holds(self, values: tuple[float, ...]) -> bool:
        return any(COMPARISONS[self.how](value, self.than) for value in values)


@dataclass(frozen=True, slots=True)
class Combination:
    """One line of ``when``: groups that must all be there; within a group, slots that must be close together."""

    groups: tuple[tuple[frozenset[str], ...], ...]
    conditions: tuple[Condition, ...]
    without: frozenset[str]

    @property
    def single(self) -> bool:
        """One sign decides alone."""
        return len(self.groups) == 1 and len(self.groups[0]) == 1 and not self.conditions


@dataclass(frozen=True)
class RedFlag:
    """One red flag. ``advice`` are lines for the patient, ``source`` the guideline it follows, ``examples`` messages
    that must raise it."""

    id: str
    name: str
    urgency: Urgency
    advice: tuple[str, ...]
    source: str
    when: tuple[Combination, ...]
    without: frozenset[str] = frozenset()
    chronic: bool = False
    always: bool = False
    examples: tuple[str, ...] = ()

    @cached_property
    def signs(self) -> frozenset[str]:
        """Every sign that one of its lines counts."""
        return frozenset().union(*(slot for line in self.when for group in line.groups for slot in group))

    @cached_property
    def measured(self) -> frozenset[str]:
        """Every number that one of its lines compares, by the field of ``Measures``."""
        return frozenset(condition.what for line in self.when for condition in line.conditions) - {PREGNANT}


@dataclass(frozen=True)
class Catalogue:
    """Every red flag, the most urgent first, and the finder of the signs they are made of, with these signs' names."""

    flags: tuple[RedFlag, ...]
    finder: Finder
    signs: frozenset[str]

    def flag(self, flag_id: str) -> RedFlag | None:
        """The flag of this id; None for an unknown one."""
        return next((flag for flag in self.flags if flag.id == flag_id), None)

    def with_flags(self, changed: Mapping[str, RedFlag]) -> "Catalogue":
        """The same with some flags replaced, by id; an id that is not there adds nothing."""
        return replace(self, flags=_ordered(changed.get(flag.id, flag) for flag in self.flags))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The red flags of the installation's files, read once; raises :class:`RedFlagsInvalid`. What is in force, with
    what clinicians changed, is :func:`care.emergency.in_force.catalogue`."""
    return load(HERE / "red_flags.yaml", HERE / "signs.yaml")


def load(flags_file: Path, signs_file: Path) -> Catalogue:
    """Read and check both files; raises :class:`RedFlagsInvalid` naming line and flag."""
    signs = dict(_signs(signs_file))
    rows = _rows(_read(flags_file), flags_file.name)
    flags = [_flag(row, flags_file.name, signs.keys()) for row in rows]
    seen: set[str] = set()
    for flag in flags:
        if flag.id in seen:
            raise RedFlagsInvalid(f"{flags_file.name}: the id {flag.id} is there twice")
        seen.add(flag.id)
    return Catalogue(_ordered(flags), Finder(signs), frozenset(signs))


def flag_of(text: str, signs: Collection[str]) -> RedFlag:
    """One red flag as it is written in ``red_flags.yaml``, without the dash before it; raises :class:`RedFlagsInvalid`
    naming the line."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise RedFlagsInvalid("& and * are not used here")
        row = _parsed(text, "text")
    except RecursionError:
        raise RedFlagsInvalid("text: too deep") from None
    except yaml.YAMLError as error:
        raise RedFlagsInvalid(f"text: {' '.join(str(error).split())}") from error
    return _flag(_rows([row], "text")[0], "text", signs)


def _ordered(flags: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    return tuple(sorted(flags, key=lambda flag: URGENCIES.index(flag.urgency)))


class _LineLoader(yaml.SafeLoader):
    """Puts the line number into each mapping, under ``__line__``."""


def _mapping_with_line(loader: _LineLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise RedFlagsInvalid(f"line {node.start_mark.line + 1}: {twice} is there twice")
    return {**loader.construct_mapping(node, deep=True), "__line__": node.start_mark.line + 1}


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_with_line)


def _read(file: Path) -> Any:
    return _parsed(file.read_text(encoding="utf-8"), file.name)


def _parsed(text: str, name: str) -> Any:
    try:
        return yaml.load(text, Loader=_LineLoader)  # nosec B506  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        raise RedFlagsInvalid(f"{name}: {' '.join(str(error).split())}") from error
    except RedFlagsInvalid as error:
        raise RedFlagsInvalid(f"{name}, {error}") from None


def _signs(file: Path) -> Iterator[tuple[str, list[Pattern]]]:
    content = _read(file)
    words = {name: list(_flat(found)) for name, found in content["words"].items() if name != "__line__"}
    for name, found in content["signs"].items():
        if name == "__line__":
            continue
        patterns = []
        for source in _flat(found):
            try:
                patterns.append(parse(source, words))
            except PatternInvalid as error:
                raise RedFlagsInvalid(f"{file.name}, line {_line_of(file, source)}, sign {name}: {error}") from error
        yield name, patterns


def _flat(found: Any) -> Iterator[str]:
    if isinstance(found, list):
        for item in found:
            yield from _flat(item)
    else:
        yield str(found)


def _line_of(file: Path, source: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if source in line), 0)


def _rows(rows: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RedFlagsInvalid(f"{name}: a list of red flags is expected")
    return rows


def _flag(row: dict[str, Any], name: str, signs: Collection[str]) -> RedFlag:
    where = f"{name}, line {row.get('__line__')}, red flag {row.get('id', '(no id)')}"
    fields = set(row) - {"__line__"}
    if missing := [name for name in REQUIRED if not row.get(name)]:
        raise RedFlagsInvalid(f"{where}: {', '.join(missing)} is missing")
    if unknown := sorted(map(str, fields - {*REQUIRED, *OPTIONAL})):
        raise RedFlagsInvalid(f"{where}: {', '.join(unknown)} is not known")
    if row["urgency"] not in URGENCIES:
        raise RedFlagsInvalid(f"{where}: urgency must be one of {', '.join(URGENCIES)}")
    for field in ("when", "advice", "without", "examples"):
        if not isinstance(row.get(field) or [], list):
            raise RedFlagsInvalid(f"{where}: {field} is a list")
    try:
        when = tuple(combination(str(line)) for line in row["when"])
    except ValueError as error:
        raise RedFlagsInvalid(f"{where}: {error}") from error
    without = frozenset(str(sign) for sign in row.get("without") or ())
    used = without.union(*(line.without.union(*(slot for group in line.groups for slot in group)) for line in when))
    if unknown := sorted(used - set(signs)):
        raise RedFlagsInvalid(f"{where}: there is no sign {', '.join(unknown)}")
    return RedFlag(
        id=str(row["id"]),
        name=str(row["name"]),
        urgency=Urgency(row["urgency"]),
        advice=tuple(str(line) for line in row["advice"]),
        source=str(row["source"]),
        when=when,
        without=without,
        chronic=bool(row.get("chronic", False)),
        always=bool(row.get("always", False)),
        examples=tuple(str(line) for line in row.get("examples") or ()),
    )


def combination(line: str) -> Combination:
    """One line of ``when``, parsed; raises ``ValueError``."""
    conditions = tuple(_condition(found) for found in _CONDITION.findall(line))
    body, _, excluded = _CONDITION.sub(" ", line).partition(" - ")
    groups = []
    for group in body.split("+"):
        slots = tuple(_names(slot) for slot in group.split("&") if slot.strip())
        if slots:
            groups.append(slots)
    if not groups and not conditions:
        raise ValueError(f"{line!r} says nothing")
    return Combination(tuple(groups), conditions, _names(excluded) if excluded.strip() else frozenset())


def _names(slot: str) -> frozenset[str]:
    names = [name.strip() for name in slot.split("|")]
    if not all(names):
        raise ValueError(f"{slot!r} has an empty place")
    return frozenset(names)


def _condition(found: str) -> Condition:
    if found == PREGNANT:
        return Condition(PREGNANT)
    match = _MEASURE.fullmatch(found.replace(" ", ""))
    if not match or match["what"] not in MEASURED:
        raise ValueError(f"[{found}] is no condition")
    return Condition(MEASURED[match["what"]], match["how"], float(match["than"]))
