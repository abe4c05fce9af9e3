"""Identity numbers: the checksum of GB 11643, the date, the sex, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.booking.exceptions import InvalidIdentityNumber
from care.booking.identity import PROVINCES, check, check_digit
from records.patients import Sex

TODAY = date(2026, 11, 23)


def number(body: str) -> str:
    return body + check_digit(body)


# The standard's own worked example (GB 11643-1999, appendix): 11010519491231002 has the check character X.
STANDARD = "11010519491231002X"


def test_the_example_of_the_standard() -> None:
    told = check(STANDARD, today=TODAY)
    assert (told.birth_date, told.sex) == (date(1949, 12, 31), Sex.FEMALE)


@pytest.mark.parametrize(
    "written",
    [
        STANDARD.lower(),  # small x
        " 110105 19491231 002X ",  # grouped
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",  # full width
    ],
)
def test_spellings_are_one_number(written: str) -> None:
    assert check(written, today=TODAY).number == STANDARD


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("", "empty"),
        ("110105194912310021", "check digit"),
        ("11010519491231002", "17 places"),
        ("11010519491231002XX", "19 places"),
        ("110105491231002", "15 places ended in 2013"),
        (number("10010519491231002"), "no such province"),
        (number("11010519491331002"), "month 13"),
        (number("11010519490230002"), "30 February"),
        (number("11010518491231002"), "too old"),
        (number("11010520261124002"), "born tomorrow"),
        ("X1010519491231002X", "X in front"),
        ("٠١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "other digits"),
    ],
)
def test_wrong_numbers_are_refused_without_being_repeated(wrong: str, why: str) -> None:
    with pytest.raises(InvalidIdentityNumber) as refusal:
        check(wrong, today=TODAY)
    assert not wrong or wrong not in f"{refusal.value} {refusal.value.patient_text()}", why


def test_a_foreigners_permanent_resident_card() -> None:
    assert check(number("91112419860615001"), today=TODAY).birth_date == date(1986, 6, 15)


def test_age_counts_completed_years() -> None:
    told = check(number("11000020120229001"), today=TODAY)
    assert [told.age_on(day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [13, 14]


def test_nothing_shows_the_number() -> None:
    assert STANDARD not in repr(check(STANDARD, today=TODAY))


@given(
    province=st.sampled_from(sorted(PROVINCES)),
    district=st.integers(0, 9999),
    born=st.dates(date(1900, 1, 1), TODAY),
    serial=st.integers(0, 999),
    place=st.integers(0, 16),
    step=st.integers(1, 9),
)
def test_every_single_wrong_digit_is_noticed(
    *, province: str, district: int, born: date, serial: int, place: int, step: int
) -> None:
    right = number(f"{province}{district:04d}{born:%Y%m%d}{serial:03d}")
    told = check(right, today=TODAY)
    assert told.birth_date == born
    assert told.sex == (Sex.MALE if serial % 2 else Sex.FEMALE)
    wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
    with pytest.raises(InvalidIdentityNumber):
        check(wrong, today=TODAY)
