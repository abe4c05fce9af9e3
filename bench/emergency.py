"""The emergency screen on every set there is: recall, false alarms (each listed for review), and time a message.

``python -m bench.emergency`` ; data from ``XINGLIN_DATA``. The list of alarms is for a clinician to read: a real
emergency among ordinary consultations is a right alarm. It is printed only, never written into the project.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from care.emergency.screen import screen
from settings import get_settings

WRITTEN = Path(__file__).parents[1] / "tests" / "safety"


def sets() -> list[tuple[str, bool]]:
    """Every written set, with whether it holds emergencies."""
    blind = sorted(file.relative_to(WRITTEN).as_posix() for file in (WRITTEN / "first_sight").glob("*.txt"))
    names = ["red_flag_positives.txt", "red_flag_negatives.txt", *blind]
    return [(name, "positives" in name) for name in names]


def written(name: str) -> list[tuple[str, str]]:
    """The lines of a written set as (expected flag or "-", text)."""
    lines = (WRITTEN / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t", 1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def measured(data: Path) -> Iterator[tuple[str, list[str], bool]]:
    """Each measuring set that is there: name, texts, whether alarms are wanted."""
    triage = data / "triage"
    for name, field, wanted in (
        ("red_flags_dev.jsonl", "text", True),
        ("department_questions_dev.jsonl", "text", False),
        ("paediatric_dialogues_dev.jsonl.gz", "self_repo", False),
    ):
        file = triage / name
        if not file.is_file():
            print(f"{name}: not there ({file})", file=sys.stderr)
            continue
        raw = file.read_bytes()
        lines = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8").splitlines()
        yield name, [json.loads(line)[field] for line in lines], wanted


def main() -> None:
    """Print the figures and what to review."""
    screen("")
    for name, wanted in sets():
        report(name, [text for _, text in written(name)], wanted=wanted)
    for name, texts, wanted in measured(get_settings().data):
        report(name, texts, wanted=wanted)


def report(name: str, texts: list[str], *, wanted: bool) -> None:
    """One set: how many alarms, which texts to read, how long a message took."""
    alarms, times = [], []
    for text in texts:
        begun = perf_counter()
        found = screen(text)
        times.append((perf_counter() - begun) * 1000)
        if found.alarm != wanted:
            alarms.append(
                f"    {','.join(flag.id for flag in found.flags) or 'missed'}: {' '.join(text.split())[:300]}"
            )
    times = sorted(times) or [0.0]
    share = len(alarms) / max(len(texts), 1)
    what = f"recall {1 - share:.3f}" if wanted else f"alarms {len(alarms)} = {share:.1%}"
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"{name}: {len(texts)} texts, {what}, p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    print("\n".join(alarms))


if __name__ == "__main__":
    main()
