"""Level 5 (GB/T 39725-2020: HIV, venereal, psychiatric, genetic, sexual, abortion, drug use) told apart.

The written sentences are a regression check: what they missed was mended. What stood at first sight is in
docs/measurements.md.
"""

from bench.sensitivity import lines, measure, positives
from records.sensitivity import Sensitivity, classify

LEAST_POSITIVES, LEAST_NEGATIVES = 150, 200


def test_the_goals_on_the_written_sentences() -> None:
    figures = measure()
    assert figures.positives >= LEAST_POSITIVES
    assert figures.negatives >= LEAST_NEGATIVES
    assert figures.missed == ()
    assert figures.false == ()
    assert figures.hidden >= 0.95, figures.shown


def test_no_sentence_is_in_both_sets() -> None:
    assert not {text for _, text, _ in positives()} & set(lines("sensitivity_negatives.txt"))


def test_every_category_of_the_standard_is_there() -> None:
    assert {category for category, _, _ in positives()} == {
        "hiv", "std", "psych", "genetic", "sexual", "abortion", "drugs",
    }  # fmt: skip


def test_disguises_do_not_hide_the_words() -> None:
    for text in (
        "我有艾 滋 病",
        "我有艾*滋*病",
        "我有愛滋病",
        "我是ＨＩＶ携带者",
        "我是h-i-v".replace("-", "*"),
        "我得了梅\u200b毒",
    ):
        assert classify(text).level == Sensitivity.SPECIAL, text
