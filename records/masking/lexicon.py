"""Surnames, characters of given names, provinces and cities: facts from ``names.yaml`` and ``places.yaml``."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class NameLexicon:
    """``surnames`` and ``double_surnames`` begin a name; ``ambiguous`` surnames are everyday words as well,
    ``grammatical`` ones words of grammar.

    ``usual`` characters are common in given names; ``never`` characters do not occur in one.
    """

    surnames: frozenset[str]
    double_surnames: frozenset[str]
    ambiguous: frozenset[str]
    grammatical: frozenset[str]
    usual: frozenset[str]
    never: frozenset[str]
    words: frozenset[str]

    @cached_property
    def first(self) -> frozenset[str]:
        """Every character that a name can begin with."""
        return self.surnames | {surname[0] for surname in self.double_surnames}


@dataclass(frozen=True)
class PlaceLexicon:
    province: re.Pattern[str]
    city: re.Pattern[str]


def _characters(value: str) -> frozenset[str]:
    return frozenset("".join(value.split()))


@lru_cache(maxsize=1)
def name_lexicon() -> NameLexicon:
    data = yaml.safe_load((_FOLDER / "names.yaml").read_text(encoding="utf-8"))
    return NameLexicon(
        surnames=_characters(data["surnames"]),
        double_surnames=frozenset(data["double_surnames"].split()),
        ambiguous=_characters(data["ambiguous"]),
        grammatical=_characters(data["grammatical"]),
        usual=_characters(data["usual"]),
        never=_characters(data["never"]),
        words=frozenset(data["words"].split()),
    )


@lru_cache(maxsize=1)
def place_lexicon() -> PlaceLexicon:
    data = yaml.safe_load((_FOLDER / "places.yaml").read_text(encoding="utf-8"))
    provinces = "|".join(sorted(data["provinces"].split(), key=len, reverse=True))
    cities = "|".join(sorted(data["cities"].split(), key=len, reverse=True))
    return PlaceLexicon(
        province=re.compile(rf"(?:{provinces})(?:壮族|回族|维吾尔)?(?:省|自治区|特别行政区|市)?"),
        city=re.compile(rf"(?:{cities})(?:市|地区|州|盟)?"),
    )
