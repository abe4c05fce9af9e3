"""What is suggested to a seat, and where it comes from."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """What the house knows an answer from."""

    CANNED = "canned"
    POLICY = "policy"
    PREPARATION = "preparation"
    HOURS = "hours"
    FEES = "fees"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer for a person to read, change and send. ``title`` names the place it stands in, ``edition`` which
    version or of which day it is."""

    id: str
    source: Source
    title: str
    edition: str
    text: str
