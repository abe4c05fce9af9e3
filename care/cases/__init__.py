"""Cases: opened by findings, alerts and requests for a person; claimed, decided and closed by one."""

from care.cases.exceptions import CaseClaimed, CaseClosed, CaseNotFound
from care.cases.levels import RANKS, clock_of
from care.cases.sampling import is_drawn
from care.cases.service import claim, close, history, open_case, raise_level, reassign, release

__all__ = [
    "RANKS",
    "CaseClaimed",
    "CaseClosed",
    "CaseNotFound",
    "claim",
    "clock_of",
    "close",
    "history",
    "is_drawn",
    "open_case",
    "raise_level",
    "reassign",
    "release",
]
