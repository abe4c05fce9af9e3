"""The catalogue of symptoms: canonical names, everyday and dialect names, and "part of the body + feeling"."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class BodyPart:
    """A part of the body; ``feelings`` maps a feeling (痛, 痒 ...) to the canonical symptom it makes here."""

    name: str
    aliases: tuple[str, ...]
    feelings: Mapping[str, str]


def _load(name: str) -> "dict[str, dict[str, str]]":
    loaded: dict[str, dict[str, str]] = yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def symptom_lexicon() -> Mapping[str, str]:
    """Every surface that is a symptom as it stands, with its canonical name."""
    lexicon: dict[str, str] = {}
    for group in _load("symptoms.yaml").values():
        for canonical, surfaces in group.items():
            for surface in (canonical, *surfaces.split()):
                lexicon.setdefault(surface, canonical)
    for part in body_parts():
        for canonical in part.feelings.values():
            lexicon.setdefault(canonical, canonical)
    return MappingProxyType(lexicon)


@lru_cache(maxsize=1)
def symptom_names() -> tuple[str, ...]:
    """Every canonical name, sorted."""
    return tuple(sorted(set(symptom_lexicon().values())))


@lru_cache(maxsize=1)
def body_parts() -> tuple[BodyPart, ...]:
    """Every part of the body."""
    parts = []
    for name, row in _load("body_parts.yaml").items():
        feelings = {key: value for key, value in row.items() if key != "also"}
        parts.append(BodyPart(name, tuple(row.get("also", "").split()), MappingProxyType(feelings)))
    return tuple(parts)


@lru_cache(maxsize=1)
def body_part_lexicon() -> Mapping[str, BodyPart]:
    """Every name of a part, with the part."""
    return MappingProxyType({name: part for part in body_parts() for name in (*part.aliases, part.name)})


@lru_cache(maxsize=1)
def feeling_lexicon() -> Mapping[str, tuple[str, ...]]:
    """How a feeling is said, with the feelings it can mean (发热 is 热 of a foot, and 烫)."""
    lexicon: dict[str, list[str]] = {}
    loaded: dict[str, str] = yaml.safe_load((_DATA / "feelings.yaml").read_text(encoding="utf-8"))
    for feeling, surfaces in loaded.items():
        for surface in surfaces.split():
            lexicon.setdefault(surface, []).append(feeling)
    return MappingProxyType({surface: tuple(feelings) for surface, feelings in lexicon.items()})
