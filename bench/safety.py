"""Everything measured about safety, as figures with names: what ``docs/safety.md`` shows and CI holds.

    python -m bench.safety            measure, print, say what fell
    python -m bench.safety --write    the same, and write tests/safety/figures.json and docs/safety.md

Figures on the data folder are measured where it is; where it is not, those recorded before stay. Misses are listed by
the line of our own sets, or the row of the shared ones: no sentence of the data is written anywhere.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.emergency import WRITTEN, measured, sets, written
from bench.safety_page import page
from bench.triage import AGE_GROUPS, Departments, Timeliness, age_group, consultations, symptom_texts, vignettes
from care.emergency.flags import catalogue
from care.emergency.screen import screen
from care.triage import Evidence
from care.triage.reading import read
from settings import ROOT, get_settings

FIGURES = WRITTEN / "figures.json"
PAGE = ROOT / "docs" / "safety.md"
TINY = 1e-9
TRIALS = 10  # a share of fewer is no figure


@dataclass
class Found:
    """Figures by name, each ``{"value", "n", "better"}``, and misses by the name of what was measured."""

    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    misses: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, value: float, n: int, *, better: str) -> None:
        """Note one figure; ``better`` is "higher" or "lower"."""
        self.figures[name] = {"value": round(value, 4), "n": n, "better": better}

    def share(self, name: str, hits: Iterable[bool], *, better: str) -> None:
        """Note the share of ``hits``, unless there are hardly any trials."""
        told = list(hits)
        if len(told) >= TRIALS:
            self.add(name, sum(told) / len(told), len(told), better=better)


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of a written set, screened."""

    place: str
    alarm: bool
    doubt: bool
    flags: tuple[str, ...]
    urgency: str
    group: str


def own() -> Found:
    """Everything that needs no data but the project's own."""
    found = Found()
    positives: list[Seen] = []
    negatives: list[Seen] = []
    for name, wanted in sets():
        seen = list(_screened(name))
        (positives if wanted else negatives).extend(seen)
        short = name.removesuffix(".txt")
        if wanted:
            found.share(f"emergency/{short}/recall", (one.alarm for one in seen), better="higher")
            found.share(
                f"emergency/{short}/alarm or question", (one.alarm or one.doubt for one in seen), better="higher"
            )
            found.misses[f"emergency/{short}"] = [
                f"{one.place} {'asked' if one.doubt else 'SILENT'}" for one in seen if not one.alarm
            ]
        else:
            found.share(f"emergency/{short}/false alarms", (one.alarm for one in seen), better="lower")
            found.share(f"emergency/{short}/questions", (one.doubt for one in seen), better="lower")
            found.misses[f"emergency/{short}"] = [f"{one.place} {','.join(one.flags)}" for one in seen if one.alarm]
    for level in ("call_120", "emergency"):
        some = [one for one in positives if one.urgency == level]
        found.share(f"emergency/by urgency/{level}/recall", (one.alarm for one in some), better="higher")
    for group in AGE_GROUPS:
        some = [one for one in positives if one.group == group]
        found.share(f"emergency/by age/{group}/recall", (one.alarm for one in some), better="higher")
        some = [one for one in negatives if one.group == group]
        found.share(f"emergency/by age/{group}/false alarms", (one.alarm for one in some), better="lower")
    _vignettes(found)
    return found


def _screened(name: str) -> Iterator[Seen]:
    urgencies = {flag.id: str(flag.urgency) for flag in catalogue().flags}
    lines = (WRITTEN / name).read_text(encoding="utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    for number, (expected, text) in zip(numbers, written(name), strict=True):
        result = screen(text)
        yield Seen(
            place=f"{name}:{number}",
            alarm=result.alarm,
            doubt=result.doubt,
            flags=tuple(flag.id for flag in result.flags),
            urgency=urgencies.get(expected.split("|", maxsplit=1)[0], ""),
            group=age_group(read(Evidence((text,)))),
        )


def _timely(found: Found, name: str, some: Timeliness) -> None:
    if some.rows >= TRIALS:
        found.add(f"{name}/under-triage", some.under, some.rows, better="lower")
        found.add(f"{name}/over-triage", some.over, some.rows, better="lower")


def _vignettes(found: Found) -> None:
    told = vignettes()
    for name, some in (("all", told.every), ("second answer counted wrong", told.strict), ("blind", told.blind)):
        _timely(found, f"vignettes/{name}", some)
    for group, some in told.by_age.items():
        _timely(found, f"vignettes/by age/{group}", some)
    for level, some in told.by_level.items():
        _timely(found, f"vignettes/by urgency/{level}", some)
    found.misses["vignettes/under-triage"] = list(told.under_misses)
    found.misses["vignettes/over-triage"] = list(told.over_misses)
    found.misses["vignettes/department"] = list(told.department_misses)


def shared(data: Path) -> Found:
    """Everything measured on the data folder, which must be there."""
    found = Found()
    for name, texts, wanted in measured(data):
        short = name.split(".", 1)[0]
        results = [screen(text) for text in texts]
        if wanted:
            found.share(f"emergency/{short}/recall", (one.alarm for one in results), better="higher")
        else:
            found.share(f"emergency/{short}/false alarms", (one.alarm for one in results), better="lower")
            found.share(f"emergency/{short}/questions", (one.doubt for one in results), better="lower")
        found.misses[f"emergency/{short}"] = [
            f"row {row} {','.join(flag.id for flag in one.flags) or 'missed'}"
            for row, one in enumerate(results, 1)
            if one.alarm != wanted
        ]
    told = consultations(data)
    _departments(found, "departments/all consultations", told.every)
    _departments(found, "departments/consultations with a complaint in words", told.kept)
    for group, some in told.by_age.items():
        _departments(found, f"departments/by age/{group}", some)
    accepted = symptom_texts(data)
    found.add("departments/symptom texts/accepted", accepted["accepted"], int(accepted["rows"]), better="higher")
    return found


def _departments(found: Found, name: str, some: Departments) -> None:
    if some.rows >= TRIALS:
        found.add(f"{name}/top-1", some.top1, some.rows, better="higher")
        found.add(f"{name}/top-3", some.top3, some.rows, better="higher")
        found.add(f"{name}/calibration error", some.ece, some.rows, better="lower")


def fallen(found: Found, recorded: dict[str, dict[str, Any]]) -> list[str]:
    """What is worse than recorded, or was recorded and is no longer measured; one line each."""
    lines = []
    for name, before in recorded.items():
        now = found.figures.get(name)
        if now is None:
            lines.append(f"{name}: no longer measured")
            continue
        worse = before["value"] - now["value"] if before["better"] == "higher" else now["value"] - before["value"]
        if worse > TINY:
            lines.append(f"{name}: {now['value']} of {now['n']}, recorded {before['value']} of {before['n']}")
    return lines


def recorded() -> dict[str, Any]:
    """What stands in ``tests/safety/figures.json``; empty sections when it is not there."""
    if FIGURES.is_file():
        content: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
        return content
    return {"own": {"figures": {}}, "shared": {"figures": {}}}


def main() -> None:
    """Measure, compare, print; with ``--write`` record."""
    options = argparse.ArgumentParser()
    options.add_argument("--write", action="store_true", help="record the figures and write the page")
    chosen = options.parse_args()
    before = recorded()
    today = datetime.now(UTC).date().isoformat()
    after: dict[str, Any] = {**before}
    lines = []
    data = get_settings().data
    for part, found in (("own", own()), ("shared", shared(data) if data.is_dir() else None)):
        if found is None:
            print(f"no data folder at {data}: set XINGLIN_DATA to measure the rest", file=sys.stderr)
            continue
        lines += fallen(found, before[part]["figures"])
        after[part] = {"date": today, "figures": found.figures, "misses": found.misses}
        for name, figure in found.figures.items():
            print(f"{name}: {figure['value']} of {figure['n']}")
    print("\n".join(["", "fallen:", *lines] if lines else ["", "nothing fell"]))
    if chosen.write:
        FIGURES.write_text(json.dumps(after, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        PAGE.write_text(page(recorded()), encoding="utf-8")
    elif lines:
        sys.exit(1)


if __name__ == "__main__":
    main()
