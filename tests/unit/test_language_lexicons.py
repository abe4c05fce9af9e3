"""The catalogue of symptoms, numbers and words."""

from decimal import Decimal

import pytest

from language.departments import department_named
from language.numbers import parse_number, plain
from language.symptoms import body_parts, feeling_lexicon, symptom_lexicon, symptom_names
from language.tokens import tokenize


def test_the_catalogue_is_large_enough() -> None:
    lexicon = symptom_lexicon()
    everyday = {surface for surface, canonical in lexicon.items() if surface != canonical}
    assert len(symptom_names()) >= 300
    assert len(everyday) >= 150


def test_every_name_leads_to_a_canonical_name() -> None:
    names = set(symptom_names())
    assert all(canonical in names for canonical in symptom_lexicon().values())
    assert all(surface.strip() == surface and surface for surface in symptom_lexicon())


def test_parts_use_only_feelings_that_are_known() -> None:
    known = {feeling for feelings in feeling_lexicon().values() for feeling in feelings}
    assert {feeling for part in body_parts() for feeling in part.feelings} <= known


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("39", "39"),
        ("３９．２", "39.2"),
        ("三十九", "39"),
        ("两", "2"),
        ("半", "0.5"),
        ("一百二", "120"),
        ("一百零二", "102"),
        ("十五", "15"),
        ("三十八点五", "38.5"),
        ("二〇二六", "2026"),
        ("十十", None),
        ("", None),
        ("三十点", None),
        ("abc", None),
    ],
)
def test_numbers(text: str, number: "str | None") -> None:
    assert parse_number(text) == (None if number is None else Decimal(number))


def test_plain_has_no_needless_digits() -> None:
    assert [plain(Decimal(n)) for n in ("39.20", "0", "0.666", "100")] == ["39.2", "0", "0.67", "100"]


def test_words_keep_medical_names_and_masking_tokens_whole() -> None:
    token = "⟦ID:0a1b2c3d4e5f6071:450**1990⟧"
    words = tokenize(f"我脑壳痛，挂心内科 {token}好")
    assert {"脑壳痛", "心内科", token} <= {word for word, _ in words}


@pytest.mark.parametrize("text", ["我 拉肚子三天了", "😀头疼", "", "  ", "a b c"])
def test_words_stand_where_they_say(text: str) -> None:
    for word, start in tokenize(text):
        assert text[start : start + len(word)] == word


def test_everyday_names_of_departments() -> None:
    found = department_named("心内科")
    assert found is not None and found.name == "心血管内科"
