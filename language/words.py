"""The closed lists of words in ``data/words.yaml``."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml


@lru_cache(maxsize=1)
def _all() -> "dict[str, dict[str, str]]":
    loaded: dict[str, dict[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "data" / "words.yaml").read_text(encoding="utf-8")
    )
    return loaded


def words(name: str) -> Mapping[str, str]:
    """One list by its name. Raises ``KeyError`` when there is none."""
    return _all()[name]
