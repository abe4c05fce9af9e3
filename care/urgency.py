"""How soon somebody must be seen."""

from enum import StrEnum


class Urgency(StrEnum):
    """From the most urgent to the least."""

    CALL_120 = "call_120"
    EMERGENCY = "emergency"
    WITHIN_24H = "within_24h"
    OUTPATIENT = "outpatient"
    SELF_CARE = "self_care"
