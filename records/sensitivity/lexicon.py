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

    ``words`` says by the group's name which category it found and whether by a telling word or by the thing's name:
    ``hiv_telling``, ``hiv_names``. For most texts nothing but it and ``infections`` is run.
    """

    words: re.Pattern[str]
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
    # Telling words first: where both begin at one place, the telling one counts.
    groups = (
        f"(?P<{category}_{part}>{_either(words[part])})"
        for part in ("telling", "names")
        for category, words in categories.items()
    )
    return Lexicon(
        words=re.compile("|".join(groups)),
        aside=re.compile(_either(data["aside"])),
        infections=re.compile(_either(data["infections"])),
        general=re.compile(_either(data["general"])),
        personal=re.compile(_either(data["personal"])),
        requests=re.compile(_either(data["requests"])),
        leads=re.compile(rf"(?:{_either(data['leads'])})+"),
    )
