"""Cases: opened by findings, alerts and requests for a person; claimed, decided and closed by one."""

from care.cases.exceptions import CaseClaimed, CaseClosed, CaseNotFound
from care.cases.levels import CONVERSATION_KINDS, RANKS, clock_of
from care.cases.ringing import alert_of, note_ring
from care.cases.sampling import is_drawn
from care.cases.service import claim, close, history, note, open_case, raise_level, reassign, release

__all__ = [
    "CONVERSATION_KINDS",
    "RANKS",
    "CaseClaimed",
    "CaseClosed",
    "CaseNotFound",
    "alert_of",
    "claim",
    "clock_of",
    "close",
    "history",
    "is_drawn",
    "note",
    "note_ring",
    "open_case",
    "raise_level",
    "reassign",
    "release",
]
