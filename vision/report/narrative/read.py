"""From the lines of a page to a :class:`Narrative`."""

from vision.report.kinds import ReportKind
from vision.report.narrative.clauses import findings
from vision.report.narrative.parts import Narrative
from vision.report.narrative.sections import cut


def read(lines: list[str]) -> Narrative | None:
    """The report that the lines, in reading order, are; None when they are no narrative report: no kind of paper is
    named, or nothing stands under the headings that one has."""
    sections = cut(lines)
    said = sections.findings or sections.conclusion or (sections.kind is ReportKind.DISCHARGE and sections.others)
    if sections.kind is ReportKind.UNKNOWN or not said:
        return None
    return Narrative(
        kind=sections.kind,
        examined=sections.examined,
        findings_text=sections.findings,
        conclusion_text=sections.conclusion,
        findings=findings(sections.findings, examined=sections.examined),
        conclusion=findings(sections.conclusion, examined=sections.examined),
        sections=tuple(sections.others.items()),
    )
