"""Narrative reports (ultrasound, CT, pathology, discharge letters) read into parts.

They are compared over time where they are kept, in ``care/report/comparing.py``.
"""

from vision.report.narrative.parts import Finding, Grade, Narrative, Side, Size
from vision.report.narrative.read import read

__all__ = ["Finding", "Grade", "Narrative", "Side", "Size", "read"]
