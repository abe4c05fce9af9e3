"""A number given in pieces, over several messages: "138 1234", then "5678"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from records.masking import context
from records.masking.checksums import ID_15, ID_18, id_checksum_holds, luhn_holds
from records.masking.kinds import PersonalKind
from records.masking.normal import digits_of_numerals, normalise

MOST_PIECES = 4
_GAP = r"[ \-.()]{0,3}"
_TAIL = re.compile(rf"(?<![\d.])\d(?:{_GAP}\d){{0,17}}(?=[ \-.,。…~]{{0,4}}$)")
_HEAD = re.compile(
    rf"[ \-.,:。…~]{{0,4}}(?P<number>\d(?:{_GAP}\d){{0,17}}[xX]?)(?![\d.:/%]|\w*[度岁斤片粒次天年月日号元块])"
)
_ALL = re.compile(rf"[ \-.,。…~]{{0,4}}(?P<number>\d(?:{_GAP}\d){{0,17}})[ \-.,。…~]{{0,4}}")
_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_CARD = re.compile(r"[3-6]\d{15,18}")


@dataclass(frozen=True, slots=True)
class Piece:
    """``texts[text][start:end]`` is a piece of the number."""

    text: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """A number in pieces, the first piece first. ``original`` has its digits only."""

    kind: PersonalKind
    original: str = field(repr=False)
    pieces: tuple[Piece, ...]


def find_split(texts: Sequence[str]) -> Split | None:
    """The number that ends at the beginning of the last of ``texts`` and began in one before it; None if there is
    none. The texts are consecutive messages of one person, each masked already."""
    if len(texts) < 2:  # noqa: PLR2004
        return None
    plain = [digits_of_numerals(normalise(text)) for text in texts]
    last = len(texts) - 1
    head = _HEAD.match(plain[last])
    if head is None:
        return None
    pieces = [Piece(last, *head.span("number"))]
    for place in range(last - 1, max(-1, last - MOST_PIECES), -1):
        tail = _TAIL.search(plain[place])
        if tail is None:
            return None
        pieces.insert(0, Piece(place, *tail.span()))
        digits = "".join(_digits(plain[piece.text][piece.start : piece.end]) for piece in pieces)
        if (kind := _kind(digits, plain[place], tail.start())) is not None:
            return Split(kind, digits, tuple(pieces))
        if not _ALL.fullmatch(plain[place]):
            return None  # words stand before it: the number began here
    return None


def _digits(piece: str) -> str:
    return re.sub(r"[^\dXx]", "", piece).upper()


def _kind(digits: str, text: str, start: int) -> PersonalKind | None:
    labelled = context.before(context.ID_BEFORE, text, start)
    if ID_18.fullmatch(digits) and (labelled or id_checksum_holds(digits)):
        return PersonalKind.ID
    if labelled and ID_15.fullmatch(digits):
        return PersonalKind.ID
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return PersonalKind.PHONE
    if _CARD.fullmatch(digits) and (luhn_holds(digits) or context.before(context.CARD_BEFORE, text, start)):
        return PersonalKind.BANK_CARD
    return None
