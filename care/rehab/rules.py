"""When a programme calls for a person, when it is quiet, and what is heard as its pain (``rules.yaml``)."""

from datetime import time
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).parent / "rules.yaml"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limit(_Read):
    """A number with the reason for it."""

    value: int = Field(gt=0)
    reason: str


class Falling(_Read):
    """Scores fall when the mean of the latest ``sessions`` is ``points`` below that of as many before."""

    sessions: int = Field(gt=0)
    points: int = Field(gt=0)
    reason: str


class Quiet(_Read):
    """No reminder from ``start`` in the evening until ``end`` in the morning, by the hospital's clock."""

    start: time = Field(alias="from")
    end: time = Field(alias="until")
    reason: str


class PainWords(_Read):
    """Words that say pain, that deny it, that name an exercise, that make it urgent, that place it
    elsewhere than in what exercises load."""

    words: tuple[str, ...]
    denied: tuple[str, ...] = Field(alias="not")
    exercise: tuple[str, ...]
    severe: tuple[str, ...]
    elsewhere: tuple[str, ...]


class Rules(_Read):
    """All of ``rules.yaml``."""

    missed_days: Limit
    falling: Falling
    refused_videos: Limit
    quiet: Quiet
    naming_days: Limit
    course_hours: Limit
    pain: PainWords


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules; raises ``ValidationError``."""
    return Rules.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
