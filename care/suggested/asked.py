"""``asked.yaml``: how patients ask, as data."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether a question is about a topic at all, before its words are looked up."""

    needs: tuple[str, ...]
    unless: tuple[str, ...] = ()

    def in_(self, said: str) -> bool:
        """One of ``needs`` stands in ``said``, and none of ``unless``."""
        return any(word in said for word in self.needs) and not any(word in said for word in self.unless)


@lru_cache(maxsize=1)
def raw() -> dict[str, Any]:
    """The file as it is."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=8)
def asked(topic: str) -> Asked:
    """How a topic of the file is asked for. Raises ``KeyError``."""
    entry = raw()[topic]
    return Asked(tuple(entry["needs"].split()), tuple(entry.get("unless", "").split()))


def for_a_doctor(said: str) -> bool:
    """A question of drugs, doses, diagnoses or prognosis: nothing is suggested."""
    return any(word in said for word in raw()["never"].split())


@lru_cache(maxsize=1)
def asking_words() -> tuple[str, ...]:
    """The words that only say that a time, a price or a place is asked for."""
    return tuple(word for topic in ("hours", "fees", "departments") for word in raw()[topic]["needs"].split())
