"""Resident identity numbers: what a valid one tells (GB 11643-1999), and nothing else is kept of it in the clear."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from care.booking.exceptions import InvalidIdentityNumber
from records.patients import Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"  # ISO 7064:1983, MOD 11-2
OLDEST_YEARS = 130

# GB/T 2260 provinces; 81 to 83 are residence permits of Hong Kong, Macao and Taiwan residents (2018).
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_FORM = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a valid identity number says. ``number`` is normalised and never shown in a repr."""

    number: str = field(repr=False)
    birth_date: date
    sex: Sex

    def age_on(self, day: date) -> int:
        """Completed years on ``day``."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


def check_digit(body: str) -> str:
    """The 18th character for the first 17 digits."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def check(number: str, *, today: date | None = None) -> Identity:
    """Birth date and sex of an identity number; raises InvalidIdentityNumber, which never repeats it.

    Full-width digits, spaces, hyphens and a small x are accepted. Numbers of 15 digits ended in 2013. A permanent
    resident's card of a foreigner (2023) begins with 9 and has its province in the next two places.
    """
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", number)).upper()
    if not _FORM.fullmatch(plain) or check_digit(plain[:17]) != plain[17]:
        raise InvalidIdentityNumber
    province = plain[1:3] if plain[0] == "9" else plain[:2]
    if province not in PROVINCES:
        raise InvalidIdentityNumber
    try:
        born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        raise InvalidIdentityNumber from None
    latest = today or date.today()  # noqa: DTZ011  (a day's difference between zones does not matter here)
    if not latest.year - OLDEST_YEARS <= born.year or born > latest:
        raise InvalidIdentityNumber
    return Identity(plain, born, Sex.MALE if int(plain[16]) % 2 else Sex.FEMALE)
