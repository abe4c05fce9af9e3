"""Units as printed to UCUM (https://ucum.org), and what can be converted into what."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vision.report.catalogue.files import load
from vision.report.catalogue.text import half_width

FILE = Path(__file__).parent / "units.yaml"
MASS, AMOUNT = "mass concentration", "amount concentration"
MASS_A_DAY, AMOUNT_A_DAY = "daily mass", "daily amount"
_MOLAR = {MASS: AMOUNT, AMOUNT: MASS, MASS_A_DAY: AMOUNT_A_DAY, AMOUNT_A_DAY: MASS_A_DAY}

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(
    r"(?:[x×*.·xX]\s*)?(?:1[0oO]|[1lI][0oO])\s*(?:\^|\*\*|\*|~|e|E|-|'|`|\"|˄|∧|ˆ|A|°|\s)*\s*(12|[35689])(?=\s*(?:/|$|个))"
)


class UnitUnknown(KeyError):
    """There is no unit of this code."""


@dataclass(frozen=True, slots=True)
class Unit:
    """``ucum`` is the code; one of it is ``factor`` of its dimension's base. ``apart``: nothing else of its dimension
    is the same thing (arbitrary units of different makers)."""

    ucum: str
    dimension: str
    factor: float
    apart: bool = False

    def siblings(self, *, molar: bool = False) -> tuple[str, ...]:
        """UCUM codes that a value in this unit can be converted to; with ``molar``, by a molar mass too."""
        if self.apart:
            return (self.ucum,)
        wanted = {self.dimension, _MOLAR.get(self.dimension)} if molar else {self.dimension}
        return tuple(unit.ucum for unit in _units().values() if unit.dimension in wanted and not unit.apart)


@lru_cache(maxsize=1)
def _units() -> dict[str, Unit]:
    found = {}
    for dimension, rows in load(FILE).items():
        for row in rows:
            found[row["ucum"]] = Unit(row["ucum"], dimension, float(row["factor"]), bool(row.get("apart", False)))
    return found


@lru_cache(maxsize=1)
def _printed() -> dict[str, tuple[Unit, ...]]:
    found: dict[str, tuple[Unit, ...]] = {}
    for rows in load(FILE).values():
        for row in rows:
            unit = _units()[row["ucum"]]
            for form in dict.fromkeys(_folded(str(form)) for form in (row["ucum"], *row["printed"])):
                found[form] = (*found.get(form, ()), unit)
    return found


def unit_of(ucum: str) -> Unit:
    """The unit of a UCUM code; raises ``UnitUnknown``."""
    try:
        return _units()[ucum]
    except KeyError:
        raise UnitUnknown(ucum) from None


def _folded(text: str) -> str:
    raised = _RAISED.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
    plain = half_width(raised).strip().replace("μ", "u").replace("^^", "^")
    powered = _POWER.sub(lambda found: f"10^{found[1]}", plain)
    return re.sub(r"[\s()（）]", "", powered).lower().strip(".,:;")


def parse_unit(text: str, *, allowed: Collection[str] = ()) -> Unit | None:
    """The unit that is printed; None for an empty or unknown one.

    Tolerant of case, width, "10~9/L", "*10E9/L", brackets and letters that OCR takes for others. ``allowed`` are the
    units of the item where it is known: they decide what "G/L" (grams, or 10*9) or "U/mL" means.
    """
    if not text or not text.strip():
        return None
    folded = _folded(text)
    known = _printed()
    cut_off = folded.rstrip("/")  # "10^12/", its last letter outside the column
    for form in (folded, folded.replace("\\", "/").replace("|", "/"), _without_look_alikes(folded), cut_off):
        if form in known:
            return next((unit for unit in known[form] if unit.ucum in allowed), known[form][0])
    return None


def _without_look_alikes(folded: str) -> str:
    form = folded.replace("0l", "ol").replace("mo1", "mol").replace("moi", "mol")
    return re.sub(r"/[1i|]$", "/l", form)
