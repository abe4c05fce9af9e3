"""Who did what to whose data: append-only rows, chained by hashes, written in the transaction of what they tell of.

``docs/audit.md`` says what is recorded, how a row is hashed and how anyone verifies the chain.
"""

from records.audit.actions import Action
from records.audit.actors import SYSTEM, Actor, ActorKind, Outcome
from records.audit.entries import AuditEntry
from records.audit.writing import AuditNeedsTransaction, audit, audit_alone

__all__ = [
    "SYSTEM",
    "Action",
    "Actor",
    "ActorKind",
    "AuditEntry",
    "AuditNeedsTransaction",
    "Outcome",
    "audit",
    "audit_alone",
]
