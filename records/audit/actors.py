"""Who acts, and how it ended."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    PATIENT = "patient"
    STAFF = "staff"
    SYSTEM = "system"
    THIRD_PARTY = "third_party"


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # not allowed: a wrong password, another's patient, a field not in the list
    FAILED = "failed"  # allowed, and something broke


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: an account's id, a staff member's user name, a job's name, a partner's id.

    ``address`` is where they came from: a network address, or the channel of a patient.
    """

    kind: ActorKind
    id: str
    address: str = ""


# The house itself, where no job has a better name.
SYSTEM = Actor(ActorKind.SYSTEM, "xinglin")
