"""Triage: where to go and how soon, stateless over the full evidence of a complaint."""

from care.triage.assess import assess
from care.triage.evidence import Assessment, Evidence, Option, Question, RankedDepartment

__all__ = ["Assessment", "Evidence", "Option", "Question", "RankedDepartment", "assess"]
