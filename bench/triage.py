"""``python -m bench.triage``: the figures of triage, on the data folder and on our own vignettes."""

import json
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from care.triage import Evidence, assess
from care.triage.urgency import ORDER
from care.urgency import Urgency
from language.departments import department_named
from language.extraction import extract
from settings import ROOT, get_settings

VIGNETTES = ROOT / "tests" / "safety" / "triage_vignettes.yaml"
BINS = 10
_SHOWN = re.compile(r"图|照片|拍照|视频|看看|看一下|看下|报告|片子|单子|化验单|结果")


def needs_a_photo(text: str) -> bool:
    """Whether a consultation cannot be answered from its words.

    It points at a picture or report, or names no symptom and no part of the body. Decided from the text alone.
    """
    if _SHOWN.search(text):
        return True
    return not any(
        found.kind in ("symptom", "body_part") for found in extract(text, now=datetime(2026, 1, 1, tzinfo=UTC))
    )


def rows_of(file: Path) -> list[dict[str, Any]]:
    """The rows of a JSON lines file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


@dataclass(frozen=True)
class Ranked:
    """First-level departments of one text with their belief, best first, and what was right."""

    truth: str
    order: tuple[tuple[str, float], ...]


def first_level(text: str, truth: str) -> Ranked:
    """The first level of an assessment, summed over its departments."""
    belief: Counter[str] = Counter()
    for one in assess(Evidence((text,))).departments:
        belief[one.parent] += one.probability
    return Ranked(truth, tuple(belief.most_common()))


def accuracy(rows: Sequence[Ranked], within: int) -> float:
    """Share of rows whose truth is among the first ``within``."""
    return sum(row.truth in [name for name, _ in row.order[:within]] for row in rows) / len(rows)


def calibration_error(rows: Sequence[Ranked]) -> float:
    """Expected calibration error of the best department's belief, ten bins of equal width (Guo 2017)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for row in rows:
        name, belief = row.order[0]
        bins.setdefault(min(int(belief * BINS), BINS - 1), []).append((belief, name == row.truth))
    return sum(
        len(kept) / len(rows) * abs(statistics.mean(b for b, _ in kept) - statistics.mean(hit for _, hit in kept))
        for kept in bins.values()
    )


def consultations(data: Path) -> dict[str, float]:
    """Figures on ``department_questions_dev``."""
    rows = rows_of(data / "triage" / "department_questions_dev.jsonl")
    kept = [row for row in rows if not needs_a_photo(row["text"])]
    ranked = [first_level(row["text"], row["dept1"]) for row in kept]
    every = [first_level(row["text"], row["dept1"]) for row in rows]
    return {
        "rows": len(rows),
        "dropped": len(rows) - len(kept),
        "top1": accuracy(ranked, 1),
        "top3": accuracy(ranked, 3),
        "ece": calibration_error(ranked),
        "top1_all": accuracy(every, 1),
        "top3_all": accuracy(every, 3),
        "ece_all": calibration_error(every),
    }


def accepted(row: dict[str, Any], names: Sequence[tuple[str, str]]) -> bool:
    """Whether the best department is one of the accepted, by our name, its everyday names, or its first level."""
    name, parent = names[0]
    for said in row["accept_departments"]:
        known = department_named(said)
        if said in (name, parent) or (known is not None and known.name == name):
            return True
    return False


def symptom_texts(data: Path) -> dict[str, float]:
    """Figures on ``symptom_to_department_dev``."""
    rows = rows_of(data / "triage" / "symptom_to_department_dev.jsonl")
    hits = [accepted(row, [(d.name, d.parent) for d in assess(Evidence((row["text"],))).departments]) for row in rows]
    return {"rows": len(rows), "accepted": sum(hits) / len(hits)}


def vignettes() -> dict[str, Any]:
    """Under- and over-triage on our own vignettes; misses by name."""
    rows = yaml.safe_load(VIGNETTES.read_text(encoding="utf-8"))["vignettes"]
    under, over, departments = [], [], []
    for row in rows:
        evidence = Evidence((row["text"],), age_years=row.get("age"), sex=row.get("sex"), pregnant=row.get("pregnant"))
        found = assess(evidence)
        distance = ORDER.index(found.urgency) - ORDER.index(Urgency(row["urgency"]))
        (under if distance > 0 else over if distance < 0 else []).append(f"{row['id']} {found.urgency}")
        if "department" in row and row["department"] not in [one.name for one in found.departments[:3]]:
            departments.append(f"{row['id']} {found.departments[0].name}")
    return {
        "rows": len(rows),
        "under": len(under) / len(rows),
        "over": len(over) / len(rows),
        "under_misses": under,
        "over_misses": over,
        "department_misses": departments,
    }


def speed(texts: Sequence[str]) -> tuple[float, float]:
    """Milliseconds of one assessment: median and 95th percentile."""
    taken = []
    for text in texts:
        began = time.perf_counter()
        assess(Evidence((text,)))
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    """Print every figure; those that need the data folder only where it is."""
    data = Path(os.environ.get("XINGLIN_DATA") or get_settings().data)
    if data.is_dir():
        found = consultations(data)
        print(
            f"consultations: {found['rows']:.0f} rows, {found['dropped']:.0f} dropped (need a photo); first level "
            f"top-1 {found['top1']:.3f}, top-3 {found['top3']:.3f}, calibration error {found['ece']:.3f}; "
            f"without dropping {found['top1_all']:.3f}, {found['top3_all']:.3f}, {found['ece_all']:.3f}"
        )
        print("symptom texts: {rows:.0f} rows, in the accepted set {accepted:.3f}".format(**symptom_texts(data)))
        texts = [row["text"] for row in rows_of(data / "triage" / "department_questions_dev.jsonl")]
        print("speed: median {:.1f} ms, 95th percentile {:.1f} ms".format(*speed(texts[:200])))
    else:
        print(f"no data folder at {data}: set XINGLIN_DATA to measure departments", file=sys.stderr)
    found_own = vignettes()
    print("vignettes: {rows}, under-triage {under:.3f}, over-triage {over:.3f}".format(**found_own))
    for kind in ("under_misses", "over_misses", "department_misses"):
        print(f"  {kind.replace('_', ' ')}: {found_own[kind]}")


if __name__ == "__main__":
    main()
