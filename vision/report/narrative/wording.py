"""The words of ``words.yaml``, compiled."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vision.report.catalogue.files import load
from vision.report.kinds import ReportKind

FILE = Path(__file__).parent / "words.yaml"


@dataclass(frozen=True, slots=True)
class Wording:
    """Patterns over half-width text without blanks; ``headings`` by section: findings, conclusion, examined, or the
    heading's own name."""

    papers: dict[ReportKind, re.Pattern[str]]
    headings: re.Pattern[str]
    end: re.Pattern[str]
    kinds: dict[str, re.Pattern[str]]
    sites: dict[str, re.Pattern[str]]
    part: re.Pattern[str]
    marks: dict[str, re.Pattern[str]]


MARKS = ("left", "right", "both", "midline", "negated", "uncertain", "multiple", "single", "no_size")


def _joined(pattern: str) -> str:
    """A pattern that stands over several lines of the file."""
    return pattern.replace("| ", "|").replace(" ", "")


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Everything, read once."""
    words = load(FILE)
    sections = ("examined", "findings", "conclusion", "others")
    # The longest heading first: 超声提示 before 提示.
    named = "|".join(f"(?P<{name}>{_longest_first(_joined(words[name]))})" for name in sections)
    return Wording(
        papers={ReportKind(name): re.compile(pattern) for name, pattern in words["papers"].items()},
        headings=re.compile(rf"[【\[(（]?(?:{named})[】\])）]?(?:[:：]|$)"),
        end=re.compile(rf"^(?:{_joined(words['end'])})"),
        kinds={name: re.compile(pattern) for name, pattern in words["kinds"].items()},
        sites={name: re.compile(pattern) for name, pattern in words["sites"].items()},
        part=re.compile(_joined(words["part"])),
        marks={name: re.compile(words[name]) for name in MARKS},
    )


def _longest_first(alternatives: str) -> str:
    return "|".join(sorted(alternatives.split("|"), key=len, reverse=True))
