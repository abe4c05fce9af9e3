"""Documents that are changed by two clinicians: one proposes, another decides; only then a change is in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.published.versions import Version, publish
from care.published.wording import refuse_personal
from records.audit import Action, Actor, audit
from records.database import utc_now
from records.published import DocumentKind, ProposalState, SafetyProposal

MOST_CHARS = 6000

Checked = TypeVar("Checked")


class UnknownDocument(LookupError):
    """There is no document of this name."""


class ProposalNotFound(LookupError):
    """There is no such proposal."""


class ProposalDecided(Exception):
    """The proposal has been decided or withdrawn already."""


class OneIsWaiting(Exception):
    """Another change of this document waits for its decision."""


class ChangedMeanwhile(Exception):
    """The version in force is not the one that the proposal changes."""


class OwnProposal(PermissionError):
    """Nobody approves or refuses their own proposal."""


class NotOwnProposal(PermissionError):
    """Only who proposed something withdraws it."""


class NothingChanged(ValueError):
    """The document would stay as it is."""


@dataclass(frozen=True, slots=True)
class Proposals(Generic[Checked]):
    """How documents of one kind are changed.

    ``in_force`` gives the version that stands, or raises :class:`UnknownDocument`; ``check`` says what a change to a
    text would mean, or raises why it cannot be used. ``subject`` names a document in the audit; ``actions`` are those
    of proposing (PROPOSED), approving, refusing and withdrawing.
    """

    kind: DocumentKind
    subject: str
    in_force: Callable[[Session, str], Version]
    check: Callable[[Session, str, str], Checked]
    actions: Mapping[ProposalState, Action]

    def propose(
        self,
        session: Session,
        *,
        actor: Actor,
        name: str,
        text: str,
        note: str,
        base: int,
        now: datetime | None = None,
    ) -> SafetyProposal:
        """Keep a change for another clinician to decide. Raises what ``check`` raises, :class:`ChangedMeanwhile` when
        ``base`` is not in force any more, :class:`OneIsWaiting`."""
        self.check(session, name, text)
        refuse_personal(note)
        if self.in_force(session, name).version != base:
            raise ChangedMeanwhile
        if self.waiting(session, name) is not None:
            raise OneIsWaiting
        row = SafetyProposal(
            kind=self.kind, name=name, base=base, text=text, note=note, by=actor.id, at=now or utc_now()
        )
        session.add(row)
        session.flush()
        self._audit(session, actor, ProposalState.PROPOSED, row)
        return row

    def approve(
        self, session: Session, *, actor: Actor, proposal_id: str, decision: str = "", now: datetime | None = None
    ) -> int:
        """Put a proposal in force, checked once more; returns the new version. Raises :class:`ProposalNotFound`,
        :class:`ProposalDecided`, :class:`OwnProposal`, :class:`ChangedMeanwhile`, and what ``check`` raises."""
        row = self._open(session, proposal_id)
        if row.by == actor.id:
            raise OwnProposal
        self.check(session, row.name, row.text)
        if self.in_force(session, row.name).version != row.base:
            raise ChangedMeanwhile
        self._decide(session, row, actor, ProposalState.APPROVED, decision=decision, now=now)
        return publish(
            session,
            actor=actor,
            kind=self.kind,
            name=row.name,
            text=row.text,
            note=row.note,
            base=row.base,
            by=row.by,
            now=now,
        )

    def refuse(
        self, session: Session, *, actor: Actor, proposal_id: str, decision: str, now: datetime | None = None
    ) -> None:
        """Say no, and why. Raises :class:`ProposalNotFound`, :class:`ProposalDecided`, :class:`OwnProposal`."""
        row = self._open(session, proposal_id)
        if row.by == actor.id:
            raise OwnProposal
        self._decide(session, row, actor, ProposalState.REFUSED, decision=decision, now=now)

    def withdraw(self, session: Session, *, actor: Actor, proposal_id: str, now: datetime | None = None) -> None:
        """Take one's own proposal back. Raises :class:`ProposalNotFound`, :class:`ProposalDecided`,
        :class:`NotOwnProposal`."""
        row = self._open(session, proposal_id)
        if row.by != actor.id:
            raise NotOwnProposal
        self._decide(session, row, actor, ProposalState.WITHDRAWN, decision="", now=now)

    def waiting(self, session: Session, name: str) -> SafetyProposal | None:
        """The proposal of a document that waits for its decision."""
        return session.scalars(
            select(SafetyProposal).where(
                SafetyProposal.kind == self.kind,
                SafetyProposal.name == name,
                SafetyProposal.state == ProposalState.PROPOSED,
            )
        ).first()

    def _open(self, session: Session, proposal_id: str) -> SafetyProposal:
        row = session.get(SafetyProposal, proposal_id, with_for_update=True)
        if row is None or row.kind != self.kind:
            raise ProposalNotFound(proposal_id)
        if row.state != ProposalState.PROPOSED:
            raise ProposalDecided
        return row

    def _decide(
        self,
        session: Session,
        row: SafetyProposal,
        actor: Actor,
        state: ProposalState,
        *,
        decision: str,
        now: datetime | None,
    ) -> None:
        refuse_personal(decision)
        row.state, row.decided_by, row.decided_at, row.decision = state, actor.id, now or utc_now(), decision
        session.flush()
        self._audit(session, actor, state, row)

    def _audit(self, session: Session, actor: Actor, state: ProposalState, row: SafetyProposal) -> None:
        audit(
            session,
            actor=actor,
            action=self.actions[state],
            patient=None,
            subject=f"{self.subject}:{row.name}",
            details={"proposal": row.id, "base": row.base},
        )
