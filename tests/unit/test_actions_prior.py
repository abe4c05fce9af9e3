"""What is known of somebody decides only where the words leave it open."""

import pytest

from actions.prior import Known, decided, likelier
from bench.prior import departments, scenarios

OPEN = {"nlu_fallback": 0.7, "ask_preparation": 0.3, "ask_medicine": 0.28, "inform": 0.2}


def test_an_examination_tips_an_open_question() -> None:
    assert decided(OPEN, Known(examination=True)) == "ask_preparation"


@pytest.mark.parametrize("known", [Known(), Known(visit=True), Known(appointment=True)])
def test_what_bears_on_nothing_leaves_it_open(known: Known) -> None:
    assert decided(OPEN, known) is None


def test_what_is_unlikely_stays_unlikely() -> None:
    sure = {"nlu_fallback": 0.7, "complain": 0.36, "request_human": 0.35, "ask_preparation": 0.02}
    assert decided(sure, Known(examination=True, appointment=True, visit=True)) is None


def test_the_whole_stays_what_it_was() -> None:
    after = likelier(OPEN, Known(examination=True, visit=True))
    assert "nlu_fallback" not in after
    assert sum(after.values()) == pytest.approx(0.78)
    assert likelier({}, Known(visit=True)) == {}


def test_the_last_visit_finds_the_department_and_pulls_nothing_new_away() -> None:
    """Figures on the written scenarios, by ``python -m bench.prior``."""
    told = [row for row in scenarios() if "department" in row]
    assert len(scenarios()) >= 40
    again = departments([row for row in told if row.get("back")])
    words = departments([row for row in told if not row.get("back")])
    assert again.with_known == again.count
    assert again.without <= again.count / 2, "the words alone do not tell"
    assert words.with_known >= words.without
    new = departments([row for row in told if row["known"]["visit"] != row["department"]])
    assert new.with_known == new.without
