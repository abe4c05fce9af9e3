"""The words of ``words.yaml``, compiled once."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "words.yaml"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Patterns over a text as :func:`records.sensitivity.plain.plain` makes it.

    ``names`` and ``telling`` say by the group's name which category they found. ``anything`` finds the first sign
    that a text could be of level 4 or 5 at all: for most texts nothing else is run.
    """

    anything: re.Pattern[str]
    names: re.Pattern[str]
    telling: re.Pattern[str]
    aside: re.Pattern[str]
    infections: re.Pattern[str]
    general: re.Pattern[str]
    personal: re.Pattern[str]
    requests: re.Pattern[str]
    leads: re.Pattern[str]


def _either(words: str) -> str:
    return "|".join(words.split())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this installation."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    categories: dict[str, dict[str, str]] = data["categories"]
    parts = ("names", "telling")
    grouped = {
        part: "|".join(f"(?P<{category}>{_either(words[part])})" for category, words in categories.items())
        for part in parts
    }
    anything = [data["infections"], *(words[part] for words in categories.values() for part in parts)]
    return Lexicon(
        anything=re.compile("|".join(map(_either, anything))),
        names=re.compile(grouped["names"]),
        telling=re.compile(grouped["telling"]),
        aside=re.compile(_either(data["aside"])),
        infections=re.compile(_either(data["infections"])),
        general=re.compile(_either(data["general"])),
        personal=re.compile(_either(data["personal"])),
        requests=re.compile(_either(data["requests"])),
        leads=re.compile(rf"(?:{_either(data['leads'])})+"),
    )
