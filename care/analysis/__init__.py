"""Looking at what patients send: what an engine must be able to say, how it is kept, and which engines there are."""

from care.analysis.analyst import Analyst, Asked, Concluded, NewCase, Seen
from care.analysis.keeping import (
    FINDINGS_KIND,
    conclude,
    file_of,
    for_patients,
    keep_findings,
    read_findings,
    revise_findings,
)

__all__ = [
    "FINDINGS_KIND",
    "Analyst",
    "Asked",
    "Concluded",
    "NewCase",
    "Seen",
    "conclude",
    "file_of",
    "for_patients",
    "keep_findings",
    "read_findings",
    "revise_findings",
]
