"""``docs/safety.md`` from the recorded figures: one page, nothing on it that was not measured."""

from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

import yaml

from settings import ROOT

HISTORY = ROOT / "tests" / "safety" / "first_sight" / "history.yaml"
TEMPLATE = Path(__file__).with_suffix(".md")

SCREEN = ("recall", "alarm or question", "false alarms", "questions")
TIMELY = ("under-triage", "over-triage")
DEPARTMENTS = ("top-1", "top-3", "calibration error")

Figures = dict[str, dict[str, Any]]


def page(recorded: dict[str, Any]) -> str:
    """The page as Markdown."""
    own, shared = recorded["own"], recorded["shared"]
    ours: Figures = own["figures"]
    theirs: Figures = shared["figures"]
    misses = [_misses(part.get("misses", {})) for part in (own, shared)]
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        own_date=own.get("date", "never"),
        shared_date=shared.get("date", "never"),
        first_sight=_first_sight(),
        own_screen=_table(("set", *SCREEN), _whole(_rows(ours, "emergency/", SCREEN))),
        shared_screen=_table(("set", *SCREEN), _rows(theirs, "emergency/", SCREEN)),
        by_urgency=_table(("urgency", "recall"), _rows(ours, "emergency/by urgency/", ("recall",))),
        by_age=_table(("age", "recall", "false alarms"), _rows(ours, "emergency/by age/", ("recall", "false alarms"))),
        vignettes=_table(("vignettes", *TIMELY), _whole(_rows(ours, "vignettes/", TIMELY))),
        vignettes_by_age=_table(("age", *TIMELY), _rows(ours, "vignettes/by age/", TIMELY)),
        vignettes_by_urgency=_table(("urgency wanted", *TIMELY), _rows(ours, "vignettes/by urgency/", TIMELY)),
        departments=_table(("consultations", *DEPARTMENTS), _rows(theirs, "departments/", DEPARTMENTS)),
        symptom_texts=_table(("", "in the accepted set"), _rows(theirs, "departments/", ("accepted",))),
        misses="\n".join(misses),
    )


def _cell(name: str, figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "–"
    if name.endswith("error"):
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.1%} ({round(figure['value'] * figure['n'])} of {figure['n']})"


def _rows(figures: Figures, prefix: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """One row for each name below ``prefix`` that has any of the ``columns``."""
    names = dict.fromkeys(name.removeprefix(prefix).rpartition("/")[0] for name in figures if name.startswith(prefix))
    rows = []
    for name in names:
        found = [figures.get(f"{prefix}{name}/{column}") for column in columns]
        if any(found):
            rows.append((name, *(_cell(column, one) for column, one in zip(columns, found, strict=True))))
    return rows


def _whole(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [row for row in rows if not row[0].startswith("by ")]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def _first_sight() -> str:
    rows = [
        (
            str(one["batch"]),
            f"{one['alarmed'] / one['positives']:.1%} of {one['positives']}",
            f"{(one['alarmed'] + one['asked']) / one['positives']:.1%}",
            f"{one['false_alarms'] / one['negatives']:.1%} of {one['negatives']}",
            f"{one['false_questions'] / one['negatives']:.1%}",
            one["note"],
        )
        for one in yaml.safe_load(HISTORY.read_text(encoding="utf-8"))
    ]
    head = ("batch", "alarm", "alarm or question", "near misses alarmed", "near misses asked", "what was tried")
    return _table(head, rows)


def _misses(misses: dict[str, list[str]]) -> str:
    return "\n".join(f"- {name}: {'; '.join(told) or 'none'}" for name, told in sorted(misses.items()))
