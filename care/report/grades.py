"""How positive a result in words or plus signs is: the engine's own words (``vision/report/catalogue/values.yaml``)."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import yaml

from settings import ROOT

WORDS = ROOT / "vision" / "report" / "catalogue" / "values.yaml"
"""Read as data: nothing of ``vision/`` is imported into the house."""
_SIGNS = re.compile(r"(-)|(±|\+/-|\+-|-\+)|([1-4])\+|\+([1-4])|(\+{1,4})")


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


def grade_of(written: str) -> float | None:
    """0 for negative or normal, 0.5 for doubtful or a trace, 1 to 4 as plus signs; None for what is no grade."""
    plain = re.sub(r"[\s()?。.,、]", "", unicodedata.normalize("NFKC", written)).lower()
    if found := _SIGNS.fullmatch(plain):
        negative, trace, before, after, pluses = found.groups()
        return 0.0 if negative else 0.5 if trace else float(before or after or len(pluses))
    if not plain or any(char.isdigit() for char in plain):
        return None
    whole = (rule for rule in _words()["whole"] if plain in rule["forms"])
    graded = (rule for rule in _words()["graded"] if any(form in plain for form in rule["forms"]))
    rule = next(whole, None) or next(graded, None)
    return None if rule is None else float(rule["grade"])
