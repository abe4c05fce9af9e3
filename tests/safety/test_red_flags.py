"""Safety: every written red flag alarms, no written ordinary message does; the measured sets where they are present."""

import gzip
import json
from pathlib import Path

import pytest

from care.emergency import screen
from care.emergency.flags import catalogue

HERE = Path(__file__).parent
MOST_FALSE_ALARMS = 0.03


def written(name: str) -> list[tuple[str, str]]:
    rows = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            expected, text = line.split("\t")
            rows.append((expected, text))
    return rows


def measured(folder: Path, name: str, field: str) -> list[str]:
    file = folder / "triage" / name
    if not file.is_file():
        pytest.skip(f"{name} is not there")
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8").splitlines()
    return [json.loads(line)[field] for line in lines]


def test_the_written_sets_are_large_enough() -> None:
    assert len(written("red_flag_positives.txt")) >= 150
    assert len(written("red_flag_negatives.txt")) >= 300


def test_every_written_red_flag_alarms_with_an_expected_flag() -> None:
    known = {flag.id for flag in catalogue().flags}
    missed = []
    for expected, text in written("red_flag_positives.txt"):
        assert set(expected.split("|")) <= known, expected
        if not {flag.id for flag in screen(text).flags} & set(expected.split("|")):
            missed.append(f"{expected}: {text}")
    assert not missed


def test_no_written_ordinary_message_alarms() -> None:
    alarms = [
        f"{[flag.id for flag in screen(text).flags]}: {text}"
        for _, text in written("red_flag_negatives.txt")
        if screen(text).alarm
    ]
    assert not alarms


@pytest.mark.shared_data
def test_every_measured_red_flag_alarms(shared_data: Path) -> None:
    missed = [text for text in measured(shared_data, "red_flags_dev.jsonl", "text") if not screen(text).alarm]
    assert not missed


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "field"), [("department_questions_dev.jsonl", "text"), ("paediatric_dialogues_dev.jsonl.gz", "self_repo")]
)
def test_few_alarms_on_ordinary_consultations(shared_data: Path, name: str, field: str) -> None:
    texts = measured(shared_data, name, field)
    alarms = sum(screen(text).alarm for text in texts)
    assert alarms / len(texts) <= MOST_FALSE_ALARMS
