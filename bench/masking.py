"""What masking finds, what it wrongly takes, and what it costs: ``python -m bench.masking``.

Recall: the share of marked items that are covered by a span of their kind. Precision: the share of spans whose
characters are those of a marked item of their kind (only an item's first occurrence is marked). The paragraphs
mark no bank cards, so these have no figure here; a doctor's name found as a name counts as found.
"""

import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from records.masking import find_personal
from settings import get_settings


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1 by kind, and milliseconds of processor time a paragraph."""

    paragraphs: int
    characters: float
    recall: dict[str, float]
    precision: dict[str, float]
    milliseconds: float


def rows(data: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(data / "privacy" / "pii_spans_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def measure(data: Path) -> Figures:
    """Figures on the paragraphs in ``data``."""
    marked: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    given: Counter[str] = Counter()
    right: Counter[str] = Counter()
    times: list[float] = []
    characters = 0
    for row in rows(data):
        text = row["text"]
        characters += len(text)
        began = time.process_time()
        spans = find_personal(text)
        times.append((time.process_time() - began) * 1000)
        items = {(_kind(kind), original) for _, _, kind, original in row["spans"]}
        for start, end, kind, _ in row["spans"]:
            marked[kind] += 1
            covered[kind] += any(
                _kind(span.kind) == _kind(kind) and span.start <= start and span.end >= end for span in spans
            )
        for span in spans:
            kind = _kind(span.kind)
            given[kind] += 1
            right[kind] += (kind, text[span.start : span.end]) in items
    return Figures(
        paragraphs=len(times),
        characters=characters / len(times),
        recall={kind: covered[kind] / count for kind, count in marked.items()},
        precision={kind: right[kind] / count for kind, count in given.items() if kind in {_kind(k) for k in marked}},
        milliseconds=sum(times) / len(times),
    )


def _kind(kind: str) -> str:
    return "NAME" if kind == "NAME_DOCTOR" else str(kind)


def speed() -> None:
    """Print the cost of a short message and of the longest hard texts."""
    message = "我叫张伟，最近三天胸口闷，爬楼梯喘，血压150/95，电话13800138000，想挂下周三上午的心内科"
    times = []
    for _ in range(2000):
        began = time.perf_counter()
        find_personal(message)
        times.append((time.perf_counter() - began) * 1000)
    print(f"a message of {len(message)} characters: {median(times):.3f} ms at the median")
    pieces = ["1", "1 ", "138 ", "一", "我叫", "王医生", "区路", "路1号", "a@", "张", "⟦", "13800138000 ", "我叫王明，"]
    worst = 0.0
    for piece in pieces:
        text = (piece * 100_000)[:100_000]
        began = time.process_time()
        find_personal(text)
        worst = max(worst, time.process_time() - began)
    mixed = "".join(random.Random(1).choices(pieces, k=40_000))[:100_000]
    began = time.process_time()
    find_personal(mixed)
    worst = max(worst, time.process_time() - began)
    print(f"the slowest of {len(pieces) + 1} hard texts of 100,000 characters: {worst:.2f} s of processor time")


def main() -> None:
    speed()
    data = get_settings().data
    if not (data / "privacy").is_dir():
        sys.exit(f"no data folder at {data}: set XINGLIN_DATA for recall and precision")
    figures = measure(data)
    print(f"{figures.paragraphs} paragraphs of {figures.characters:.0f} characters, {figures.milliseconds:.2f} ms each")
    for kind, share in figures.recall.items():
        precision = figures.precision.get(kind)
        print(f"{kind:12} recall {share:.3f}" + (f"  precision {precision:.3f}" if precision is not None else ""))


if __name__ == "__main__":
    main()
