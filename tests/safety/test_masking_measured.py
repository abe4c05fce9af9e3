"""The masking goals, measured on synthetic paragraphs: recall first, but words must survive.

Their misses were read while the rules were written, so figures on other data may be somewhat lower. Our own sentences
hold the tricks people use; each batch was measured at first sight before the rules were mended.
"""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from bench.masking import found_by_us, measure, measure_own

GOALS = {"ID": 0.98, "PHONE": 0.98, "EMAIL": 0.98, "ADDRESS": 0.90, "NAME": 0.85, "NAME_DOCTOR": 0.85}
PRECISION = {"ID": 0.98, "PHONE": 0.98, "EMAIL": 0.98, "ADDRESS": 0.95, "NAME": 0.95}


@pytest.mark.shared_data
def test_goals(shared_data: Path) -> None:
    figures = measure(shared_data)
    assert {kind: figures.recall[kind] for kind, goal in GOALS.items() if figures.recall[kind] < goal} == {}
    assert {kind: figures.precision[kind] for kind, goal in PRECISION.items() if figures.precision[kind] < goal} == {}


def test_the_tricks_people_use() -> None:
    """Spaces, full width, numerals, zero width, breaks, words for marks, nicknames: numbers invented when run."""
    figures = measure_own(found_by_us)
    assert figures.missed == ()
    assert figures.wrong == ()


@pytest.mark.shared_data
def test_patients_words_survive(shared_data: Path) -> None:
    """In thousands of real questions, which hold hardly a name, hardly anything is masked."""
    from records.masking import find_personal  # noqa: PLC0415

    found: Counter[str] = Counter()
    count = 0
    with gzip.open(shared_data / "triage" / "department_questions_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            for value in json.loads(line).values():
                if isinstance(value, str):
                    count += 1
                    found.update(str(span.kind) for span in find_personal(value))
    assert count > 5000
    assert found.total() < count / 500, found
