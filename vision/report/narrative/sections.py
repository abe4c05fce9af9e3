"""The lines of a page cut at their headings."""

import re
from dataclasses import dataclass, field

from vision.report.catalogue.text import half_width
from vision.report.kinds import ReportKind
from vision.report.narrative.wording import wording

TITLE_LINES = 6
_BLANKS = re.compile(r"\s+")
_CLOSED = re.compile(r"[。;；:：.]$")
_NUMBERED = re.compile(r"^\(?\d{1,2}[.、)）](?!\d)")


@dataclass(slots=True)
class Sections:
    """``findings`` and ``conclusion`` are texts with a line break where the page has a new item; ``others`` whatever
    else had a heading, by its name."""

    kind: ReportKind = ReportKind.UNKNOWN
    examined: str | None = None
    findings: str = ""
    conclusion: str = ""
    others: dict[str, str] = field(default_factory=dict)


def plain(line: str) -> str:
    """Half width, without blanks: OCR puts them anywhere."""
    return _BLANKS.sub("", half_width(line))


def kind_of(lines: list[str]) -> ReportKind:
    """What the title, or else any line, says the paper is; UNKNOWN where none does."""
    for some in (lines[:TITLE_LINES], lines):
        text = "\n".join(some)
        for kind, pattern in wording().papers.items():
            if pattern.search(text):
                return kind
    return ReportKind.UNKNOWN


def cut(lines: list[str]) -> Sections:
    """The sections of a page whose lines are in reading order."""
    told = [line for line in map(plain, lines) if line]
    found = Sections(kind_of(told))
    parts: dict[str, list[str]] = {}
    current: str | None = None
    for line in told:
        name, rest = _heading(line)
        if name is not None:
            current = name
        elif wording().end.search(line):
            current = None
        if current is not None and rest:
            parts.setdefault(current, []).append(rest)
    found.examined = "".join(parts.pop("examined", [])) or None
    found.findings = _flowing(parts.pop("findings", []))
    found.conclusion = _flowing(parts.pop("conclusion", []))
    found.others = {name: _flowing(rest) for name, rest in parts.items()}
    return found


def _heading(line: str) -> tuple[str | None, str]:
    """The section that the line opens, and what stands behind the heading."""
    match = wording().headings.match(line)
    if match is None:
        return None, line
    section = match.lastgroup or "others"
    name = match[section] if section == "others" else section
    return name, line[match.end() :]


def _flowing(lines: list[str]) -> str:
    """Lines that the page broke joined again; a new number, or a closed sentence before, begins a new one."""
    text = ""
    for line in lines:
        fresh = not text or _NUMBERED.match(line) or _CLOSED.search(text)
        text += ("\n" if fresh and text else "") + line
    return text
