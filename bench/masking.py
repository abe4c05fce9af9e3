"""What masking finds, what it wrongly takes, and what it costs; the same for level 5: ``make bench-masking``.

Recall: the share of marked items that are covered by a span of their kind. Precision: the share of right spans: in the
paragraphs those whose characters are those of a marked item of their kind (only an item's first occurrence is
marked, and no surname alone), in our own sentences those that touch a marked item. The paragraphs mark no bank cards.
A doctor's name found as a name counts as found.
"""

import gzip
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench import sensitivity
from bench.invented import Inventor, written
from records.masking import find_personal
from records.sensitivity import classify
from settings import get_settings

SEED = 1
MESSAGE = "我叫张伟，最近三天胸口闷，爬楼梯喘，血压150/95，电话13800138000，想挂下周三上午的心内科"
# What a house without masking of its own would do: the four forms, and nothing disguised.
BASELINE = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{16,19}(?!\d)|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"
)


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


@dataclass(frozen=True)
class Own:
    """Figures on the sentences in ``tests/safety``, numbers invented: shares by kind, and what went wrong."""

    items: int
    recall: dict[str, float]
    precision: float
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def measure_own(find: Callable[[str], list[tuple[int, int, str]]]) -> Own:
    """Figures of ``find``: ``(start, end, kind)`` of each item in a text."""
    inventor = Inventor(SEED)
    marked: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    right = 0
    missed: list[str] = []
    wrong: list[str] = []
    for line in sensitivity.lines("masking_positives.txt"):
        sentence = written(line, inventor)
        spans = find(sentence.text)
        for start, end, kind in sentence.items:
            marked[kind] += 1
            if any(_kind(k) == _kind(kind) and s <= start and e >= end for s, e, k in spans):
                covered[kind] += 1
            else:
                missed.append(line)
        for start, end, _ in spans:
            if any(s < end and start < e for s, e, _ in sentence.items):
                right += 1
            else:
                wrong.append(line)
    wrong += [line for line in sensitivity.lines("masking_negatives.txt") if find(line)]
    return Own(
        items=marked.total(),
        recall={kind: covered[kind] / count for kind, count in marked.items()},
        precision=right / (right + len(wrong)) if right else 0.0,
        missed=tuple(missed),
        wrong=tuple(wrong),
    )


def found_by_us(text: str) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, str(span.kind)) for span in find_personal(text)]


def found_by_baseline(text: str) -> list[tuple[int, int, str]]:
    return [(*match.span(), _baseline_kind(match[0])) for match in BASELINE.finditer(text)]


def _baseline_kind(item: str) -> str:
    if "@" in item:
        return "EMAIL"
    return {11: "PHONE", 18: "ID"}.get(len(item), "BANK_CARD")


def _kind(kind: str) -> str:
    return "NAME" if kind == "NAME_DOCTOR" else str(kind)


def speed() -> None:
    """Print the cost of a short message and of the longest hard texts."""
    masking, levels, baseline = (_cost(work) for work in (find_personal, classify, found_by_baseline))
    print(f"a message of {len(MESSAGE)} characters, median of processor time: masking {masking:.3f} ms")
    print(f"  ({masking / baseline:.0f} times four regular expressions, {baseline:.4f} ms); level {levels:.3f} ms")
    pieces = ["1", "1 ", "138 ", "一", "我叫", "王医生", "区路", "路1号", "a@", "张", "⟦", "13800138000 ", "我叫王明，"]
    pieces += ["艾", "毒", "我没有艾滋病，", "不想", "爸爸", "小明", "1/", "a*", "住在", "活着"]
    texts = [(piece * 100_000)[:100_000] for piece in pieces]
    texts.append("".join(random.Random(1).choices(pieces, k=40_000))[:100_000])
    for name, work in (("masking", find_personal), ("level", classify)):
        worst = 0.0
        for text in texts:
            began = time.process_time()
            work(text)
            worst = max(worst, time.process_time() - began)
        print(f"{name}, the slowest of {len(texts)} hard texts of 100,000 characters: {worst:.2f} s of processor time")


def _cost(work: Callable[[str], object]) -> float:
    """Milliseconds of processor time for :data:`MESSAGE`, the median of many."""
    times = []
    for _ in range(300):
        began = time.process_time()
        for _ in range(5):
            work(MESSAGE)
        times.append((time.process_time() - began) / 5 * 1000)
    return median(times)


def own() -> None:
    """Print the figures on our own sentences, beside those of four regular expressions."""
    ours, plain = measure_own(found_by_us), measure_own(found_by_baseline)
    others = len(sensitivity.lines("masking_negatives.txt"))
    print(f"{ours.items} items written in disguises, {others} sentences without any")
    for kind, share in ours.recall.items():
        print(f"{kind:14} recall {share:.3f}  four regular expressions {plain.recall[kind]:.3f}")
    print(f"precision {ours.precision:.3f}  four regular expressions {plain.precision:.3f}")
    told = sensitivity.measure()
    print(
        f"level 5: {told.positives} sentences and {told.negatives} others, recall {told.recall:.3f},"
        f" nothing marked left readable {told.hidden:.3f}, precision {told.precision:.3f}"
    )


def main() -> None:
    speed()
    own()
    data = get_settings().data
    if not (data / "privacy").is_dir():
        sys.exit(f"no data folder at {data}: set XINGLIN_DATA for the paragraphs")
    figures = measure(data)
    print(f"{figures.paragraphs} paragraphs of {figures.characters:.0f} characters, {figures.milliseconds:.2f} ms each")
    for kind, share in figures.recall.items():
        precision = figures.precision.get(kind)
        print(f"{kind:12} recall {share:.3f}" + (f"  precision {precision:.3f}" if precision is not None else ""))


if __name__ == "__main__":
    main()
