"""One character in, one character out: disguises undone while every offset stays true."""

import re
import unicodedata

_DASHES = "‐‑‒–—―−﹣－⁃﹘─━ー"  # 一 is none: it is a number
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u20e3\u180e\u3164"
_LAST_DECIMAL = 0x1FBFA
_FULL_WIDTH_FIRST, _FULL_WIDTH_LAST, _FULL_WIDTH_SHIFT = 0xFF01, 0xFF5E, 0xFEE0


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0x80, _LAST_DECIMAL):
        character = chr(code)
        if (value := unicodedata.digit(character, None)) is not None:
            table[code] = str(value)  # other scripts, mathematical, circled, superscript
        elif unicodedata.category(character) == "Zs":
            table[code] = " "
    table.update({code: chr(code - _FULL_WIDTH_SHIFT) for code in range(_FULL_WIDTH_FIRST, _FULL_WIDTH_LAST + 1)})
    table.update({ord(character): "-" for character in _DASHES})
    table.update({ord(character): " " for character in _INVISIBLE + "\t"})
    return table


_TABLE = _table()

_NUMERALS = {
    **dict(zip("零〇一二三四五六七八九", "00123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True)),
    **dict(zip("幺两", "12", strict=True)),
}
_NUMERAL_TABLE = {ord(numeral): digit for numeral, digit in _NUMERALS.items()}
_UNUSUAL_GAP = re.compile(r"(?<=\d)[_/*,\n\r|#~+](?=\d)")
_SPOKEN = re.compile(rf"[{''.join(_NUMERALS)}](?:[ \-]{{0,3}}[{''.join(_NUMERALS)}\d]){{3}}")


def normalise(text: str) -> str:
    """``text`` with ASCII digits, letters, punctuation, dashes and spaces; of the same length."""
    return text if text.isascii() else text.translate(_TABLE)


def joined_groups(normal: str) -> str | None:
    """``normal`` with unusual marks between groups of digits ("138/1234/5678", a line break) as blanks, of the same
    length; None where there are none."""
    found = _UNUSUAL_GAP.sub(" ", normal)
    return None if found == normal else found


def digits_of_numerals(normal: str) -> str:
    """``normal`` with every Chinese numeral as a digit, of the same length: for what must be a number anyway."""
    return normal.translate(_NUMERAL_TABLE)


def spoken_digits(normal: str) -> str | None:
    """``normal`` with Chinese numerals as digits, of the same length; None where none stand in a row."""
    return normal.translate(_NUMERAL_TABLE) if _SPOKEN.search(normal) else None
