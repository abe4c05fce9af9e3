"""A red flag is changed by two clinicians: what a change must have, and in what it alarms less."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from care.emergency.differences import Weaker, raises, weaker
from care.emergency.flags import RedFlag, RedFlagsInvalid, flag_of
from care.emergency.in_force import catalogue, file_texts
from care.published import NothingChanged, Proposals, UnknownDocument, Version, newest, refuse_dose, refuse_personal
from records.audit import Action
from records.published import DocumentKind, ProposalState


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
    """The version of a flag that is in force; raises ``UnknownDocument``."""
    if flag_id not in file_texts():
        raise UnknownDocument(flag_id)
    return newest(session, DocumentKind.RED_FLAG, flag_id).get(flag_id) or Version(0, file_texts()[flag_id])


def check(session: Session, flag_id: str, text: str) -> Checked:
    """What a change of ``flag_id`` to ``text`` would mean.

    Raises ``UnknownDocument``, :class:`~care.emergency.flags.RedFlagsInvalid`, ``NothingChanged``,
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


PROPOSALS = Proposals(
    kind=DocumentKind.RED_FLAG,
    subject="red_flag",
    in_force=in_force,
    check=check,
    actions={
        ProposalState.PROPOSED: Action.PROPOSE_RED_FLAG,
        ProposalState.APPROVED: Action.APPROVE_RED_FLAG,
        ProposalState.REFUSED: Action.REFUSE_RED_FLAG,
        ProposalState.WITHDRAWN: Action.WITHDRAW_RED_FLAG,
    },
)
