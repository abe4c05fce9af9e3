"""``python -m bench.triage``: the figures of triage, on the data folder and on our own vignettes.

The functions measure and return; :func:`main` prints. ``docs/safety.md`` is written from the same functions.
"""

import gzip
import json
import os
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from care.triage import Evidence, assess
from care.triage.reading import CHILD_BELOW, INFANT_BELOW, Reading, read
from care.triage.urgency import ORDER
from care.urgency import Urgency
from language.departments import department_named
from language.extraction import extract
from settings import ROOT, get_settings

VIGNETTES = ROOT / "tests" / "safety" / "triage_vignettes.yaml"
BINS, DRAWS = 10, 300
OLD_FROM = 65.0
AGE_GROUPS = ("infant", "child", "adult", "pregnant", "old")

_PHOTO = re.compile(r"图|照片|相片|拍照|视频")
_PAPER, _READ = "报告|化验单|检查单|检验单|单子|片子|结果", "看|分析|解读|解释|什么意思|怎么样|正常|严重"
_REPORT = re.compile(f"(?:{_PAPER}).{{0,12}}(?:{_READ})|(?:{_READ}).{{0,8}}(?:{_PAPER})")


@lru_cache(maxsize=1)
def _terms(data: Path) -> frozenset[str]:
    """Names of diseases, symptoms and drugs, of two (drugs: three) to ten characters."""
    found: set[str] = set()
    for name, shortest in (("disease", 2), ("symptom", 2), ("drug", 3)):
        with gzip.open(data / "terms" / f"huatuo_{name}.txt.gz", "rt", encoding="utf-8") as lines:
            found |= {line.strip() for line in lines if shortest <= len(line.strip()) <= 10}
    return frozenset(found)


def why_dropped(text: str, data: Path) -> str | None:
    """Why a consultation cannot be answered from its words, by its text alone; None when it can.

    ``photo``: it points at a picture. ``report``: it asks to have a report read. ``no complaint``: it names no symptom,
    no part of the body, no pregnancy, no disease and no drug.
    """
    if _PHOTO.search(text):
        return "photo"
    if _REPORT.search(text):
        return "report"
    mentioned = {found.kind for found in extract(text, now=datetime(2026, 1, 1, tzinfo=UTC))}
    if mentioned & {"symptom", "body_part", "pregnancy"}:
        return None
    pieces = {text[start : start + size] for size in range(2, 11) for start in range(len(text) - size + 1)}
    return None if pieces & _terms(data) else "no complaint"


def rows_of(file: Path) -> list[dict[str, Any]]:
    """The rows of a JSON lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def age_group(reading: Reading) -> str:
    """One of :data:`AGE_GROUPS`; somebody whose age nobody said counts as a grown-up."""
    if reading.child:
        young = reading.newborn or (reading.age_years is not None and reading.age_years < INFANT_BELOW)
        return "infant" if young else "child"
    if reading.pregnant:
        return "pregnant"
    age = reading.age_years
    if age is not None and age < CHILD_BELOW:
        return "infant" if age < INFANT_BELOW else "child"
    return "old" if age is not None and age >= OLD_FROM else "adult"


@dataclass(frozen=True)
class Ranked:
    """First-level departments of one text with their belief, best first, what was right, and whose text it is."""

    truth: str
    order: tuple[tuple[str, float], ...]
    group: str


@dataclass(frozen=True)
class Departments:
    """Figures of the first-level department; shares of 1.

    ``ece`` is the calibration error of the best one's belief; ``ece_by_chance`` what so few rows would show on average
    if every belief were exactly right.
    """

    rows: int
    top1: float
    top3: float
    ece: float
    ece_by_chance: float


@dataclass(frozen=True)
class Consultations:
    """Figures on real consultations: all of them, those that can be told from words, and those by age group."""

    every: Departments
    kept: Departments
    dropped: dict[str, int]
    by_age: dict[str, Departments]
    """Of all rows; groups without a row are left out."""


@dataclass(frozen=True)
class Timeliness:
    """Urgency on vignettes: how many, the shares seen too late and too early."""

    rows: int
    under: float
    over: float


@dataclass(frozen=True)
class Vignettes:
    """Figures on our own vignettes; misses are named "id found"."""

    every: Timeliness
    strict: Timeliness
    """With a second right answer ("call 120 or go to the emergency department") counted as wrong."""
    by_age: dict[str, Timeliness]
    by_level: dict[str, Timeliness]
    blind: Timeliness
    """Of those written without a look at the rules, after mending (at first sight: ``models/triage/card.md``)."""
    under_misses: tuple[str, ...]
    over_misses: tuple[str, ...]
    department_misses: tuple[str, ...]


def first_level(text: str, truth: str) -> Ranked:
    """The first level of an assessment, summed over its departments."""
    belief: dict[str, float] = {}
    evidence = Evidence((text,))
    for one in assess(evidence).departments:
        belief[one.parent] = belief.get(one.parent, 0.0) + one.probability
    order = sorted(belief.items(), key=lambda one: -one[1])
    return Ranked(truth, tuple(order), age_group(read(evidence)))


def accuracy(rows: Sequence[Ranked], within: int) -> float:
    """Share of rows whose truth is among the first ``within``."""
    return sum(row.truth in [name for name, _ in row.order[:within]] for row in rows) / len(rows)


def calibration_error(told: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error of (belief, was it right), ten bins of equal width (Guo 2017)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for belief, hit in told:
        bins.setdefault(min(int(belief * BINS), BINS - 1), []).append((belief, hit))
    return sum(abs(sum(belief - hit for belief, hit in kept)) for kept in bins.values()) / len(told)


def error_by_chance(beliefs: Sequence[float]) -> float:
    """Mean calibration error of beliefs that are exactly right, over draws with a fixed seed."""
    rng = random.Random(0)
    return statistics.mean(
        calibration_error([(belief, rng.random() < belief) for belief in beliefs]) for _ in range(DRAWS)
    )


def figures(rows: Sequence[Ranked]) -> Departments:
    """All figures of some ranked rows, at least one."""
    told = [(row.order[0][1], row.order[0][0] == row.truth) for row in rows]
    chance = error_by_chance([belief for belief, _ in told])
    return Departments(len(rows), accuracy(rows, 1), accuracy(rows, 3), calibration_error(told), chance)


def consultations(data: Path) -> Consultations:
    """Figures on ``department_questions_dev``."""
    rows = rows_of(data / "triage" / "department_questions_dev.jsonl")
    ranked = [first_level(row["text"], row["dept1"]) for row in rows]
    reasons = [why_dropped(row["text"], data) for row in rows]
    kept = [one for one, reason in zip(ranked, reasons, strict=True) if reason is None]
    groups = {group: [one for one in ranked if one.group == group] for group in AGE_GROUPS}
    return Consultations(
        every=figures(ranked),
        kept=figures(kept),
        dropped=dict(Counter(reason for reason in reasons if reason)),
        by_age={group: figures(some) for group, some in groups.items() if some},
    )


def accepted(row: dict[str, Any], names: Sequence[tuple[str, str]]) -> bool:
    """Whether the best department is one of the accepted, by our name, its everyday names, or its first level."""
    name, parent = names[0]
    for said in row["accept_departments"]:
        known = department_named(said)
        if said in (name, parent) or (known is not None and known.name == name):
            return True
    return False


def symptom_texts(data: Path) -> dict[str, float]:
    """Figures on ``symptom_to_department_dev``: ``rows`` and the share ``accepted``."""
    rows = rows_of(data / "triage" / "symptom_to_department_dev.jsonl")
    hits = [accepted(row, [(d.name, d.parent) for d in assess(Evidence((row["text"],))).departments]) for row in rows]
    return {"rows": len(rows), "accepted": sum(hits) / len(hits)}


def _timeliness(distances: Iterable[int]) -> Timeliness:
    """``distances`` are levels of urgency below (positive) or above what was wanted."""
    told = list(distances)
    count = max(len(told), 1)
    return Timeliness(len(told), sum(d > 0 for d in told) / count, sum(d < 0 for d in told) / count)


def evidence_of(row: dict[str, Any]) -> Evidence:
    """What a vignette says."""
    return Evidence((row["text"],), age_years=row.get("age"), sex=row.get("sex"), pregnant=row.get("pregnant"))


def group_of(row: dict[str, Any]) -> str:
    """Whose complaint a vignette is: as it says, else as it is read."""
    return str(row.get("group") or age_group(read(evidence_of(row))))


def vignettes() -> Vignettes:
    """Under- and over-triage on our own vignettes, each answered from its text alone."""
    rows = yaml.safe_load(VIGNETTES.read_text(encoding="utf-8"))["vignettes"]
    distances, strict, groups, misses, departments = [], [], [], [], []
    for row in rows:
        found = assess(evidence_of(row))
        right = [ORDER.index(Urgency(row[name])) for name in ("urgency", "or") if name in row]
        distance = [ORDER.index(found.urgency) - level for level in right]
        strict.append(distance[0])
        distances.append(min(distance, key=abs))
        groups.append(group_of(row))
        misses.append(f"{row['id']} {found.urgency}")
        if "department" in row and row["department"] not in [one.name for one in found.departments[:3]]:
            departments.append(f"{row['id']} {found.departments[0].name}")
    told = list(zip(rows, groups, distances, misses, strict=True))
    return Vignettes(
        every=_timeliness(distances),
        strict=_timeliness(strict),
        by_age={age: _timeliness(d for _, group, d, _ in told if group == age) for age in AGE_GROUPS},
        by_level={str(level): _timeliness(d for row, _, d, _ in told if row["urgency"] == level) for level in Urgency},
        blind=_timeliness(d for row, _, d, _ in told if row.get("blind")),
        under_misses=tuple(miss for _, _, d, miss in told if d > 0),
        over_misses=tuple(miss for _, _, d, miss in told if d < 0),
        department_misses=tuple(departments),
    )


def speed(texts: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of one assessment: median and 95th percentile."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        assess(Evidence((text,)))
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def _print_departments(name: str, found: Departments) -> None:
    told = f"top-1 {found.top1:.3f}, top-3 {found.top3:.3f}, calibration error {found.ece:.3f}"
    print(f"  {name}: {found.rows} rows, {told} ({found.ece_by_chance:.3f} by chance alone)")


def _print_timeliness(name: str, found: Timeliness) -> None:
    print(f"  {name}: {found.rows}, under-triage {found.under:.3f}, over-triage {found.over:.3f}")


def main() -> None:
    """Print every figure; those that need the data folder only where it is."""
    data = Path(os.environ.get("XINGLIN_DATA") or get_settings().data)
    if data.is_dir():
        found = consultations(data)
        print("first-level department of consultations (department_questions_dev)")
        _print_departments("all", found.every)
        _print_departments(f"without {sum(found.dropped.values())} ({found.dropped})", found.kept)
        for group, some in found.by_age.items():
            _print_departments(group, some)
        print("symptom texts: {rows:.0f} rows, in the accepted set {accepted:.3f}".format(**symptom_texts(data)))
        texts = [row["text"] for row in rows_of(data / "triage" / "department_questions_dev.jsonl")]
        print("speed: median {:.1f} ms, 95th percentile {:.1f} ms".format(*speed(texts[:200])))
    else:
        print(f"no data folder at {data}: set XINGLIN_DATA to measure departments", file=sys.stderr)
    own = vignettes()
    print("urgency of our own vignettes")
    _print_timeliness("all", own.every)
    _print_timeliness("all, a second right answer counted as wrong", own.strict)
    _print_timeliness("written without a look at the rules", own.blind)
    for group, timely in (own.by_age | own.by_level).items():
        _print_timeliness(group, timely)
    print(f"  under-triage: {', '.join(own.under_misses) or 'none'}")
    print(f"  over-triage: {', '.join(own.over_misses) or 'none'}")
    print(f"  department not among the first three: {', '.join(own.department_misses) or 'none'}")


if __name__ == "__main__":
    main()
