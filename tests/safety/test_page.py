"""``docs/safety.md`` is what was measured, and no figure on it has fallen since."""

import re
from pathlib import Path

import pytest

from bench.safety import PAGE, Found, fallen, own, recorded, shared
from bench.safety_page import HISTORY, page


def test_the_page_shows_what_was_recorded() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(recorded()), "run make bench-triage"


def test_no_figure_on_our_own_sets_has_fallen() -> None:
    before = recorded()["own"]["figures"]
    assert len(before) > 40
    assert fallen(own(), before) == []


@pytest.mark.shared_data
def test_no_figure_on_the_shared_sets_has_fallen(shared_data: Path) -> None:
    before = recorded()["shared"]["figures"]
    assert len(before) > 10
    assert fallen(shared(shared_data), before) == []


def test_a_figure_that_falls_or_disappears_is_told() -> None:
    found = Found()
    found.add("recall", 0.98, 100, better="higher")
    found.add("false alarms", 0.03, 100, better="lower")
    before = {
        "recall": {"value": 0.99, "n": 100, "better": "higher"},
        "false alarms": {"value": 0.02, "n": 100, "better": "lower"},
        "gone": {"value": 0.5, "n": 10, "better": "higher"},
    }
    assert [line.split(":")[0] for line in fallen(found, before)] == ["recall", "false alarms", "gone"]
    risen = {"recall": {"value": 0.97, "n": 100, "better": "higher"}}
    assert fallen(found, risen) == []


@pytest.mark.shared_data
def test_no_sentence_of_the_shared_data_is_on_the_page(shared_data: Path) -> None:
    from bench.emergency import measured  # noqa: PLC0415

    text = PAGE.read_text(encoding="utf-8")
    for _, texts, _ in measured(shared_data):
        for one in texts:
            for piece in re.split(r"[，。？！,.?!\s]+", one):
                assert len(piece) < 8 or piece not in text


def test_blind_batches_are_kept_with_what_they_showed() -> None:
    batches = {path.name.split("_")[0] for path in HISTORY.parent.glob("*_positives.txt")}
    told = re.findall(r"^- batch: (\d+)", HISTORY.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(told) == batches
