"""Emergencies: red flags as data, screened before the assistant and without it."""

from care.emergency.flags import RedFlag
from care.emergency.reply import emergency_reply
from care.emergency.screen import Screening, screen

__all__ = ["RedFlag", "Screening", "emergency_reply", "screen"]
