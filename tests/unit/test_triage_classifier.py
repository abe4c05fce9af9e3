"""The classifier: probabilities, reading in pieces, and a file that fits."""

import math

from care.triage.classifier import MODEL, get_classifier
from care.triage.features import READ_HEAD, READ_TAIL, counts, normalise
from language.departments import all_departments


def test_probabilities_sum_to_one_in_the_order_of_the_catalogue() -> None:
    model = get_classifier()
    assert model.names == tuple(department.name for department in all_departments())
    for text in ("", "头疼", "脸上长痘" * 50):
        assert math.isclose(model.probabilities(model.read(text)).sum(), 1, abs_tol=1e-4)


def test_a_text_read_in_two_pieces_is_the_text() -> None:
    model = get_classifier()
    whole = model.read("胃疼 反酸")
    parts = model.read("反酸", model.read("胃疼"))
    assert whole.columns == parts.columns
    assert abs(whole.total - parts.total).max() < 1e-9


def test_the_weights_are_small() -> None:
    assert MODEL.stat().st_size < 20_000_000


def test_numbers_personal_tokens_and_case_are_no_features() -> None:
    assert normalise("血压150/90，T恤⟦ID:0a1b2c3d4e5f6071:450**1990⟧") == "血压# t恤"


def test_a_long_text_is_read_in_part() -> None:
    assert len(normalise("头" * 100_000)) <= READ_HEAD + READ_TAIL + 1
    assert counts("头疼")["头疼"] == 1
