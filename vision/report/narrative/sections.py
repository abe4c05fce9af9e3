"""The lines of a page cut at their headings."""

import re
from dataclasses import dataclass, field

from vision.report.catalogue.text import half_width
from vision.report.kinds import ReportKind
from vision.report.narrative.masking import masked
from vision.report.narrative.wording import wording

FULL = 0.7
"""Share of the longest line from which on a line may have been broken by the page; a shorter one has ended."""
_BLANKS = re.compile(r"\s+")
_CLOSED = re.compile(r"[。;；:：.]$")
_OPEN = re.compile(r"[,、(，]$")
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
    """What the first line that names a kind of paper says it is; UNKNOWN where none does."""
    for line in lines:
        for kind, pattern in wording().papers.items():
            if pattern.search(line):
                return kind
    return ReportKind.UNKNOWN


def cut(lines: list[str]) -> Sections:
    """The sections of a page whose lines are in reading order."""
    told = [masked(line) for line in map(plain, lines) if line]
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
    longest = max(map(len, told), default=0)
    found.examined = "".join(parts.pop("examined", [])) or None
    found.findings = _flowing(parts.pop("findings", []), longest)
    found.conclusion = _flowing(parts.pop("conclusion", []), longest)
    found.others = {name: _flowing(rest, longest) for name, rest in parts.items()}
    return found


def _heading(line: str) -> tuple[str | None, str]:
    """The section that the line opens, and what stands behind the heading."""
    match = wording().headings.match(line)
    if match is None:
        return None, line
    section = match.lastgroup or "others"
    name = match[section] if section == "others" else section
    return name, line[match.end() :]


def _flowing(lines: list[str], longest: int) -> str:
    """Lines that the page broke joined again. A new item begins with a number, after a closed sentence, or after a line
    that had room left."""
    text, before = "", ""
    for line in lines:
        ended = _CLOSED.search(before) or (len(before) < FULL * longest and not _OPEN.search(before))
        text += ("\n" if text and (ended or _NUMBERED.match(line)) else "") + line
        before = line
    return text
