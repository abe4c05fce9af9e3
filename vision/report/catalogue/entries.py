"""The catalogue of laboratory items: ``items/*.yaml``, which a laboratory can read and change."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from vision.report.catalogue.files import load
from vision.report.catalogue.units import UnitUnknown, unit_of
from vision.report.kinds import Specimen

FOLDER = Path(__file__).parent / "items"
USUAL_SENSITIVITY = 3


class CatalogueWrong(Exception):
    """A file of the catalogue says something that cannot be."""


class ValueKind(StrEnum):
    """What a result looks like."""

    NUMBER = "number"
    GRADE = "grade"  # ± + ++ ..., or negative and positive
    TITRE = "titre"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item. ``loinc`` only where it is sure; ``unit`` is the usual UCUM code, ``units`` every one that is allowed;
    ``molar_mass`` in g/mol; ``factors``: how many of a unit one of ``unit`` is, where no molar mass tells;
    ``possible`` and ``extreme`` in ``unit``: outside the first is a misreading, outside the second is rare;
    ``normal`` the text that is expected of a grade ("阴性"); ``sensitivity`` by GB/T 39725-2020."""

    code: str
    name: str
    group: str
    specimen: Specimen
    kind: ValueKind
    aliases: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    loinc: str | None = None
    unit: str | None = None
    units: tuple[str, ...] = ()
    molar_mass: float | None = None
    factors: tuple[tuple[str, float], ...] = ()
    possible: tuple[float, float] | None = None
    extreme: tuple[float, float] | None = None
    sensitivity: int = USUAL_SENSITIVITY

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it is called."""
        return (self.name, *self.aliases, *self.abbreviations)


def _pair(content: Any) -> tuple[float, float] | None:
    return None if content is None else (float(content[0]), float(content[1]))


def _units(unit: str | None, content: dict[str, Any]) -> tuple[str, ...]:
    """The usual one, those of its dimension, those that a molar mass or a factor leads to, and those named."""
    if unit is None:
        return tuple(content.get("units", ()))
    from_mass = bool(content.get("molar_mass"))
    allowed = [unit, *unit_of(unit).siblings(molar=from_mass), *content.get("factors", {}), *content.get("units", ())]
    return tuple(dict.fromkeys(allowed))


def _entry(group: str, defaults: dict[str, Any], content: dict[str, Any]) -> Entry:
    fields = {**defaults, **content}
    unit = fields.get("unit")
    try:
        return Entry(
            code=fields["code"],
            name=fields["name"],
            group=group,
            specimen=Specimen(fields["specimen"]),
            kind=ValueKind(fields.get("kind", "number")),
            aliases=tuple(fields.get("aliases", ())),
            abbreviations=tuple(fields.get("abbr", ())),
            loinc=fields.get("loinc"),
            unit=unit,
            units=_units(unit, fields),
            molar_mass=fields.get("molar_mass"),
            factors=tuple((str(to), float(by)) for to, by in fields.get("factors", {}).items()),
            possible=_pair(fields.get("possible")),
            extreme=_pair(fields.get("extreme")),
            sensitivity=int(fields.get("sensitivity", USUAL_SENSITIVITY)),
        )
    except (KeyError, TypeError, ValueError, UnitUnknown) as error:
        raise CatalogueWrong(f"{group}: {content.get('code', content)}: {error}") from None


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Every item by code, in the order of the files; raises ``CatalogueWrong``."""
    found: dict[str, Entry] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        document = load(path)
        for content in document["items"]:
            entry = _entry(path.stem, document.get("defaults", {}), content)
            if entry.code in found:
                raise CatalogueWrong(f"{path.stem}: {entry.code} stands twice")
            found[entry.code] = entry
    return found


def entry(code: str) -> Entry:
    """Raises ``KeyError``."""
    return entries()[code]
