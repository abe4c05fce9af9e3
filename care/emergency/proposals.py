"""A red flag is changed by two clinicians: one proposes, another decides; only then it is in force."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.emergency.differences import Weaker, raises, weaker
from care.emergency.flags import RedFlag, RedFlagsInvalid, flag_of
from care.emergency.in_force import catalogue, file_texts
from care.published import Version, newest, publish, refuse_dose, refuse_personal
from records.audit import Action, Actor, audit
from records.database import utc_now
from records.published import DocumentKind, ProposalState, SafetyProposal

MOST_CHARS = 6000


class UnknownFlag(LookupError):
    """There is no red flag of this id."""


class ProposalNotFound(LookupError):
    """There is no such proposal."""


class ProposalDecided(Exception):
    """The proposal has been decided or withdrawn already."""


class OneIsWaiting(Exception):
    """Another change of this flag waits for its decision."""


class FlagChangedMeanwhile(Exception):
    """The flag in force is not the one that the proposal changes."""


class OwnProposal(PermissionError):
    """Nobody approves or refuses their own proposal."""


class NotOwnProposal(PermissionError):
    """Only who proposed something withdraws it."""


class NothingChanged(ValueError):
    """The flag would stay as it is."""


class ExamplesMissing(ValueError):
    """A change names at least one message that must raise the flag."""


class ExampleSilent(ValueError):
    """A message that must raise the flag would not; the exception's message is the patient's."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A change that can be used, and in what it alarms less than what is in force."""

    flag: RedFlag
    weaker: list[Weaker]


def in_force(session: Session, flag_id: str) -> Version:
    """The version of a flag that is in force; raises :class:`UnknownFlag`."""
    if flag_id not in file_texts():
        raise UnknownFlag(flag_id)
    return newest(session, DocumentKind.RED_FLAG, flag_id).get(flag_id) or Version(0, file_texts()[flag_id])


def check(session: Session, flag_id: str, text: str) -> Checked:
    """What a change of ``flag_id`` to ``text`` would mean.

    Raises :class:`UnknownFlag`, :class:`~care.emergency.flags.RedFlagsInvalid`, :class:`NothingChanged`,
    :class:`ExamplesMissing`, :class:`ExampleSilent`, and what ``care.published`` raises for personal data and doses.
    """
    stands, house = in_force(session, flag_id), catalogue()
    flag = flag_of(text, house.signs)
    if flag.id != flag_id:
        raise RedFlagsInvalid(f"text: the id must stay {flag_id}")
    if text.split() == stands.text.split():
        raise NothingChanged
    refuse_personal(text)
    refuse_dose(*flag.advice)
    if not flag.examples:
        raise ExamplesMissing
    for example in flag.examples:
        if not raises(flag, example, house):
            raise ExampleSilent(example)
    before = house.flag(flag_id)
    return Checked(flag, weaker(before, flag, house) if before else [])


def propose(
    session: Session, *, actor: Actor, flag_id: str, text: str, note: str, base: int, now: datetime | None = None
) -> SafetyProposal:
    """Keep a change for another clinician to decide. Raises what :func:`check` raises, :class:`FlagChangedMeanwhile`
    when ``base`` is not in force any more, :class:`OneIsWaiting`."""
    check(session, flag_id, text)
    refuse_personal(note)
    if in_force(session, flag_id).version != base:
        raise FlagChangedMeanwhile
    if waiting(session, flag_id) is not None:
        raise OneIsWaiting
    row = SafetyProposal(flag_id=flag_id, base=base, text=text, note=note, by=actor.id, at=now or utc_now())
    session.add(row)
    session.flush()
    _audit(session, actor, Action.PROPOSE_RED_FLAG, row)
    return row


def approve(
    session: Session, *, actor: Actor, proposal_id: str, decision: str = "", now: datetime | None = None
) -> int:
    """Put a proposal in force, checked once more; returns the new version. Raises :class:`ProposalNotFound`,
    :class:`ProposalDecided`, :class:`OwnProposal`, :class:`FlagChangedMeanwhile`, and what :func:`check` raises."""
    row = _open(session, proposal_id)
    if row.by == actor.id:
        raise OwnProposal
    check(session, row.flag_id, row.text)
    if in_force(session, row.flag_id).version != row.base:
        raise FlagChangedMeanwhile
    _decide(session, row, actor, ProposalState.APPROVED, decision=decision, now=now)
    _audit(session, actor, Action.APPROVE_RED_FLAG, row)
    return publish(
        session,
        actor=actor,
        kind=DocumentKind.RED_FLAG,
        name=row.flag_id,
        text=row.text,
        note=row.note,
        base=row.base,
        by=row.by,
        now=now,
    )


def refuse(session: Session, *, actor: Actor, proposal_id: str, decision: str, now: datetime | None = None) -> None:
    """Say no, and why. Raises :class:`ProposalNotFound`, :class:`ProposalDecided`, :class:`OwnProposal`."""
    row = _open(session, proposal_id)
    if row.by == actor.id:
        raise OwnProposal
    _decide(session, row, actor, ProposalState.REFUSED, decision=decision, now=now)
    _audit(session, actor, Action.REFUSE_RED_FLAG, row)


def withdraw(session: Session, *, actor: Actor, proposal_id: str, now: datetime | None = None) -> None:
    """Take one's own proposal back. Raises :class:`ProposalNotFound`, :class:`ProposalDecided`,
    :class:`NotOwnProposal`."""
    row = _open(session, proposal_id)
    if row.by != actor.id:
        raise NotOwnProposal
    _decide(session, row, actor, ProposalState.WITHDRAWN, decision="", now=now)
    _audit(session, actor, Action.WITHDRAW_RED_FLAG, row)


def waiting(session: Session, flag_id: str) -> SafetyProposal | None:
    """The proposal of a flag that waits for its decision."""
    return session.scalars(
        select(SafetyProposal).where(SafetyProposal.flag_id == flag_id, SafetyProposal.state == ProposalState.PROPOSED)
    ).first()


def _open(session: Session, proposal_id: str) -> SafetyProposal:
    row = session.get(SafetyProposal, proposal_id, with_for_update=True)
    if row is None:
        raise ProposalNotFound(proposal_id)
    if row.state != ProposalState.PROPOSED:
        raise ProposalDecided
    return row


def _decide(
    session: Session, row: SafetyProposal, actor: Actor, state: ProposalState, *, decision: str, now: datetime | None
) -> None:
    refuse_personal(decision)
    row.state, row.decided_by, row.decided_at, row.decision = state, actor.id, now or utc_now(), decision
    session.flush()


def _audit(session: Session, actor: Actor, action: Action, row: SafetyProposal) -> None:
    audit(
        session,
        actor=actor,
        action=action,
        patient=None,
        subject=f"red_flag:{row.flag_id}",
        details={"proposal": row.id, "base": row.base},
    )
