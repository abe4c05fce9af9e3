"""Arithmetic of identity numbers and bank cards."""

import re

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# First two digits: GB/T 2260, with 81 to 83 for residence permits of Hong Kong, Macao and Taiwan, 9x for foreigners.
_PLACE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9\d)\d{4}"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
ID_18 = re.compile(rf"{_PLACE}(?:18|19|20)\d{{2}}{_MONTH_DAY}\d{{3}}[\dX]")
ID_18_ANYWHERE = re.compile(rf"(?=({ID_18.pattern}))")
ID_15 = re.compile(rf"{_PLACE}\d{{2}}{_MONTH_DAY}\d{{3}}")


def id_checksum_holds(number: str) -> bool:
    """Whether the last of 18 characters is the check character of GB 11643-1999 (ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK[total % 11] == number[17].upper()


def luhn_holds(number: str) -> bool:
    """Whether the digits satisfy ISO/IEC 7812's check."""
    total = sum(_LUHN_DOUBLED[int(digit)] if place % 2 else int(digit) for place, digit in enumerate(reversed(number)))
    return total % 10 == 0
