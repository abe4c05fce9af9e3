"""Narrative reports (ultrasound, CT, pathology, discharge letters): read into parts, and compared over time."""

from vision.report.narrative.compare import Change, ChangeKind, compare
from vision.report.narrative.parts import Finding, Grade, Narrative, Side, Size
from vision.report.narrative.read import read

__all__ = ["Change", "ChangeKind", "Finding", "Grade", "Narrative", "Side", "Size", "compare", "read"]
