"""What appointments, examinations and the last visit add: intent and first department on written scenarios.

``python -m bench.prior`` starts a house, lets its assistant read each sentence, and compares with and without. The
scenarios (``tests/unit/known_scenarios.yaml``) are the project's own; the strengths were chosen while looking at them.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from actions.prior import REVISITED, Known, decided
from care.triage import Evidence, assess
from deploy.trial import trial_house
from settings import ROOT

SCENARIOS = ROOT / "tests" / "unit" / "known_scenarios.yaml"
Ranking = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """Hits without and with what is known, of ``count``; ``misses`` are those with it."""

    count: int
    without: int
    with_known: int
    misses: tuple[str, ...]


def scenarios() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))
    return found


def intents(rows: Sequence[Mapping[str, Any]], rank: Callable[[str], Ranking]) -> Measured:
    """The intent that is acted on: the assistant's own, or, where it is open to doubt, what is known decides."""
    without = with_known = 0
    misses = []
    for row in rows:
        ranking = rank(row["text"])
        first = next(iter(ranking))
        known = Known(**{name: bool(value) for name, value in row["known"].items()})
        acted = (decided(ranking, known) or first) if first in REVISITED else first
        without += first == row["intent"]
        with_known += acted == row["intent"]
        if acted != row["intent"]:
            misses.append(f"{row['text']}: {acted}, not {row['intent']}")
    return Measured(len(rows), without, with_known, tuple(misses))


def departments(rows: Sequence[Mapping[str, Any]]) -> Measured:
    """First department of the assessment, without and with the last visit (and what the patient says of it)."""
    told = [row for row in rows if "department" in row]
    without = with_known = 0
    misses = []
    for row in told:
        visit = row["known"]["visit"]
        plain = assess(Evidence((row["text"],))).departments[0].name
        back = visit if row.get("back") else None
        known = assess(Evidence((row["text"],), recent_departments=(visit,), returning_to=back)).departments[0].name
        without += plain == row["department"]
        with_known += known == row["department"]
        if known != row["department"]:
            misses.append(f"{row['text']}: {known}, not {row['department']}")
    return Measured(len(told), without, with_known, tuple(misses))


def main() -> None:
    rows = scenarios()
    with tempfile.TemporaryDirectory() as folder, trial_house(Path(folder) / "var") as house:

        def rank(text: str) -> Ranking:
            address = f"{house.settings.rasa_address}/webhooks/rest/parse"
            answer = httpx.post(address, json={"text": text}, timeout=30, trust_env=False)
            ranking: Ranking = answer.raise_for_status().json()["ranking"]
            return ranking

        by_intent = intents(rows, rank)
    told = [row for row in rows if "department" in row]
    parts = {
        "intent": by_intent,
        "first department, the same again": departments([row for row in told if row.get("back")]),
        "first department, a complaint in words": departments([row for row in told if not row.get("back")]),
    }
    for what, measured in parts.items():
        print(f"{what}: {measured.without} -> {measured.with_known} of {measured.count}")
        for miss in measured.misses:
            print(f"  {miss}", file=sys.stderr)


if __name__ == "__main__":
    main()
