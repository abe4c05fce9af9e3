"""From the lines of a page to a :class:`Narrative`."""

from vision.report.kinds import ReportKind
from vision.report.narrative.parts import Narrative


def read(lines: list[str]) -> Narrative | None:
    """The report that the lines, in reading order, are; None when they are no narrative report."""
    joined = "\n".join(lines)
    if not joined.strip():
        return None
    return Narrative(ReportKind.UNKNOWN, findings_text=joined)
