"""The one catalogue of what patients read: ``care/texts/<part>.yaml``, plain Chinese, kind and short.

The label "由AI提供" is not in these texts: the gateway puts it on every automatic message in one place.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


class TextMissing(KeyError):
    """The catalogue has no such text."""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, str]:
    """Every text by its key, ``part.key`` (nested keys joined by dots)."""
    found: dict[str, str] = {}
    for file in sorted(Path(__file__).parent.glob("*.yaml")):
        _flatten(file.stem, yaml.safe_load(file.read_text(encoding="utf-8")) or {}, found)
    return found


def _flatten(prefix: str, node: Any, found: dict[str, str]) -> None:
    if isinstance(node, dict):
        for key, child in node.items():
            _flatten(f"{prefix}.{key}", child, found)
    else:
        found[prefix] = str(node).strip()


def text(key: str, **values: object) -> str:
    """The text under ``key`` with ``{name}`` places filled in; raises :class:`TextMissing`."""
    try:
        return catalogue()[key].format(**values)
    except KeyError as error:
        raise TextMissing(f"{key}: {error}") from error
