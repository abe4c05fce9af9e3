"""What a cell holds by its form alone: a value, an arrow, a unit, a range, in whatever order they were run together."""

import re
from dataclasses import dataclass
from enum import StrEnum

from vision.report.catalogue import ValueType, parse_unit, parse_value


class Form(StrEnum):
    """What a piece of text looks like."""

    VALUE = "value"
    ARROW = "arrow"
    UNIT = "unit"
    RANGE = "range"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Token:
    """The characters from ``start`` to before ``end`` of a text."""

    form: Form
    text: str
    start: int
    end: int


_DIGITS = r"\d+(?:\.\d+)?"
_DASH = r"(?:[-–—―~～]{1,3}|至|到)"
_WHO = r"(?:(?:男性?|女性?|成人|儿童)\s*[:：]?\s*)?"
# The power is kept as a unit even where its stroke or its L was lost: nothing else looks like it.
_POWER = (
    r"[xX×*]\s*10\S{0,3}?\s*/\s*(?:[A-Za-zμµ]{1,2}|[1|])|10\s*[°º]\s*/?\s*[Ll1|]?|10-(?:12|[369])\s*/\s*[Ll1|]|10(?:12|9)\s*/\s*[Ll1|]?"
    r"|(?:[xX×*]\s*10|10\s*[\^~*∧˄ˆ'])\s*[\^~*∧˄ˆ]?\s*(?:12|[35689⁹³⁶]|¹²)(?!\d)"
    r"\s*(?:/\s*(?:[A-Za-zμµ]{1,2}|[1|](?!\d))|/|[Ll](?![A-Za-z]))?"
)
_FORMS = (
    (Form.UNIT, re.compile(_POWER)),
    # A range that a power was run into: 0.00-0.5010^9/L.
    # The same, its stroke lost too: as many decimals as the lower limit has are the range's.
    *(
        (Form.RANGE, re.compile(rf"\d+\.\d{{{n}}}\s*{_DASH}\s*\d+\.\d{{{n}}}(?=10(?:9|12))(?!\d{{6}})"))
        for n in (1, 2, 3)
    ),
    (
        Form.RANGE,
        re.compile(rf"{_DIGITS}\s*{_DASH}\s*\d+(?:\.\d+?)?(?=(?:[xX×*]\s*)?10\s*[\^~*∧˄ˆ-]\s*(?:12|[3569]))"),
    ),
    (
        Form.RANGE,
        re.compile(
            rf"[(（\[【]?\s*{_WHO}(?:{_DIGITS}\s*%\s*{_DASH}\s*{_DIGITS}\s*%"
            rf"|{_DIGITS}\s*{_DASH}\s*{_DIGITS}(?!\s*[-/]\s*\d)|(?:[<>≤≥＜＞≦≧]=?)\s*(?:1\s*[:：]\s*\d+|{_DIGITS}))\s*[)）\]】]?"
        ),
    ),
    (
        Form.UNIT,
        re.compile(
            r"个\s*/\s*[A-Za-zμµ]{1,3}|[A-Za-zμµ]{0,3}m[o0][l1I|]\s*/\s*(?:[A-Za-z]{1,2}|1(?!\d))"
            r"|[A-Za-zμµ]{1,6}\s*/\s*(?:[A-Za-zμµ]{1,4}²?|\d+[A-Za-z]+)(?:/[A-Za-z0-9.²]+)?|/\s*[A-Za-zμµ]{1,3}|%|‰"
            r"|(?:fL|fl|FL|pg|PG|Pg|mmHg|kPa|sec|秒|min|mm|m[Ll]|℃|mPa\s*[.·]?\s*s|S|s)(?![A-Za-z])"
        ),
    ),
    (Form.ARROW, re.compile(r"[↑↓⬆⬇▲▼]+|[(（]\s*[HL↑↓]\s*[)）]|(?<![A-Za-z])[HL](?![A-Za-z/])|偏[高低]")),
    (
        Form.VALUE,
        re.compile(
            rf"1\s*[:：]\s*\d+|[1-4]\s*\+(?!\d)|(?:[<>≤≥＜＞]=?\s*)?{_DIGITS}(?:\s*[(（][+\-±\d]+[)）])?"
            r"|(?:弱|强)?[阴阳]性?(?:\s*[(（][+\-±]+[)）])?|未检[出到]|未[见查找]到?|正常|[+\-±]{2,4}|[+±]|\d\s*\+|\+\s*\d|-(?!\d)"
        ),
    ),
)
_BLANK = re.compile(r"[\s,;，；|]+")


def tokens(text: str) -> list[Token]:
    """The pieces of a text, in order; what has no form of these is WORDS."""
    found: list[Token] = []
    at = words_from = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            _add_words(found, text, words_from, at)
            at = words_from = blank.end()
            continue
        token = _token(text, at)
        if token is None:
            at += 1
            continue
        _add_words(found, text, words_from, at)
        found.append(token)
        at = words_from = token.end
    _add_words(found, text, words_from, len(text))
    return found


def _add_words(found: list[Token], text: str, start: int, end: int) -> None:
    if text[start:end].strip():
        found.append(Token(Form.WORDS, text[start:end].strip(), start, end))


def _token(text: str, at: int) -> Token | None:
    for form, pattern in _FORMS:
        match = pattern.match(text, at)
        if (
            match
            and match.end() > at
            and (form is not Form.UNIT or pattern is _FORMS[0][1] or parse_unit(match[0]) is not None)
        ):
            shown = match[0].strip("()（） ") if form is Form.ARROW else match[0].strip()
            return Token(form, shown, at, match.end())
    return None


def looks_like_value(text: str) -> bool:
    """A number, titre, grade or a word such as 阴性, perhaps with an arrow."""
    return parse_value(text).type in {
        ValueType.NUMBER,
        ValueType.TITRE,
        ValueType.GRADE,
        ValueType.SPAN,
        ValueType.TEXT,
    }


def forms(text: str) -> tuple[Form, ...]:
    """The forms of a text's pieces, in order."""
    return tuple(token.form for token in tokens(text))
