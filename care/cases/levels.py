"""The clock of each level: by when somebody must have taken the case."""

from datetime import timedelta

from records.cases import CaseKind, CaseLevel

# An emergency rings after a minute and climbs the list of who is on duty, as its alert does. The others are the
# hospital's promise: a high-risk skin photo or a critical value in the same half hour, the rest within a working day.
CLOCKS = {
    CaseLevel.EMERGENCY: timedelta(seconds=60),
    CaseLevel.URGENT: timedelta(minutes=30),
    CaseLevel.ROUTINE: timedelta(hours=24),
    CaseLevel.SECOND_LOOK: timedelta(hours=72),
}
# Cases that are about somebody who waits for an answer, not about something an engine found.
CONVERSATION_KINDS = frozenset({CaseKind.EMERGENCY, CaseKind.HANDOVER, CaseKind.COMPLAINT})
RANKS = {level: rank for rank, level in enumerate(CLOCKS)}


def clock_of(level: CaseLevel) -> timedelta:
    """How long a case of this level may wait."""
    return CLOCKS[level]
