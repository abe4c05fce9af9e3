"""Somebody who does not exist, made up anew in every run; and a search for them in raw files, byte by byte."""

import base64
import contextlib
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import quote

from care.booking.identity import check_digit

_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国雪梅"
# SQLite keeps text as UTF-8; the others are what a library might write.
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "unicode_escape")
_CODED = ("utf-8", "utf-16-le", "gb18030")


@dataclass(frozen=True, slots=True)
class Invented:
    """One person's data; the check digits are right, so that they look as real ones do."""

    name: str
    id_number: str
    phone: str
    bank_card: str
    email: str
    address: str

    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be found; of the address, its house and room."""
        return tuple(getattr(self, field.name) for field in fields(self))


def invented() -> Invented:
    """Another one each time."""
    dice = random.SystemRandom()
    body = (
        f"110105{dice.randint(1950, 2005)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}{dice.randint(0, 999):03d}"
    )
    return Invented(
        name=dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, 2)),
        id_number=body + check_digit(body),
        phone=f"13{dice.randint(10**8, 10**9 - 1)}",
        bank_card=_with_luhn(f"622202{dice.randint(10**11, 10**12 - 1)}"),
        email=f"somebody{dice.randint(10**5, 10**6)}@example.com",
        address=f"青山路{dice.randint(100, 999)}号{dice.randint(11, 99)}号楼{dice.randint(1000, 9999)}室",
    )


def _with_luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(map(int, reversed(body))):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return f"{body}{-total % 10}"


def spaced(number: str, every: int) -> str:
    return " ".join(number[at : at + every] for at in range(0, len(number), every))


def traces(secret: str) -> set[bytes]:
    """How a secret may lie in a file, in lower case: in five encodings, in hex, base64 and percent signs."""
    found = {secret.encode(encoding) for encoding in _ENCODINGS}
    for plain in {secret.encode(encoding) for encoding in _CODED}:
        found.add(plain.hex().encode())
        found |= set(_in_base64(plain))
    if not secret.isascii():
        found.add(quote(secret).encode())
    return {trace.lower() for trace in found}


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Its characters in the base64 of a longer text, wherever in that it begins."""
    for offset in range(3):
        coded = base64.b64encode(bytes(offset) + plain)
        # The first characters and the last ones mix with the neighbours.
        inner = coded[(offset * 8 + 5) // 6 : len(coded.rstrip(b"=")) - 1]
        if len(inner) >= 8:
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")


def files_in(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def contents(paths: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """Every file with what it holds; a database may have removed its own temporary files meanwhile."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            yield path, path.read_bytes()


def found_in(paths: Iterable[Path], secrets: Iterable[str]) -> list[tuple[str, str]]:
    """Files, and the place in ``secrets`` of what they hold in clear, with or without spaces in between."""
    wanted = [(number, trace) for number, secret in enumerate(secrets) for trace in traces(secret)]
    found = set()
    for path, whole in contents(paths):
        content = whole.lower()
        squeezed = re.sub(rb"[ \-]|\xe3\x80\x80", b"", content)
        found |= {(path.name, f"secret {number}") for number, trace in wanted if trace in content or trace in squeezed}
    return sorted(found)
