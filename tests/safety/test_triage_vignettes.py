"""Urgency on our own vignettes, departments on the data folder. Floors stand a little below what was measured."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bench.triage import AGE_GROUPS, VIGNETTES, consultations, group_of, symptom_texts, vignettes
from care.urgency import Urgency

MOST_UNDER = 0.03
MOST_OVER = 0.08


def test_enough_vignettes_over_all_levels() -> None:
    rows = yaml.safe_load(VIGNETTES.read_text(encoding="utf-8"))["vignettes"]
    assert len(rows) >= 120
    assert sum(row.get("blind", False) for row in rows) >= 60
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["source"] for row in rows)
    spread = Counter(row["urgency"] for row in rows)
    assert set(spread) == {str(level) for level in Urgency}
    assert min(spread.values()) >= 5


def test_few_are_sent_too_late_and_not_too_many_too_early() -> None:
    found = vignettes()
    assert found.every.under <= MOST_UNDER, found.under_misses
    assert found.every.over <= MOST_OVER, found.over_misses
    assert not found.department_misses


def test_every_age_stands_at_every_level() -> None:
    rows = yaml.safe_load(VIGNETTES.read_text(encoding="utf-8"))["vignettes"]
    found = {(group_of(row), row["urgency"]) for row in rows}
    # Nobody who is pregnant or old is left to care for themselves.
    apart = {("pregnant", "self_care"), ("old", "self_care")}
    assert {(age, str(level)) for age in AGE_GROUPS for level in Urgency} - found == apart


@pytest.mark.shared_data
def test_departments_of_consultations(shared_data: Path) -> None:
    found = consultations(shared_data)
    assert found.kept.top1 >= 0.68
    assert found.kept.top3 >= 0.88
    assert found.every.top1 >= 0.65


@pytest.mark.shared_data
def test_departments_of_symptom_texts(shared_data: Path) -> None:
    assert symptom_texts(shared_data)["accepted"] >= 0.85
