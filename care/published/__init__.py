"""What is edited at the console: every save a version, the newest in force in every process, the files version 0."""

from care.published.comparing import Line, Mark, compared
from care.published.proposals import (
    ChangedMeanwhile,
    NothingChanged,
    NotOwnProposal,
    OneIsWaiting,
    OwnProposal,
    ProposalDecided,
    ProposalNotFound,
    Proposals,
    UnknownDocument,
)
from care.published.versions import EditedMeanwhile, Version, history, newest, publish, with_file
from care.published.watching import InForce
from care.published.wording import NamesDose, NamesSomebody, refuse_dose, refuse_personal

__all__ = [
    "ChangedMeanwhile",
    "EditedMeanwhile",
    "InForce",
    "Line",
    "Mark",
    "NamesDose",
    "NamesSomebody",
    "NotOwnProposal",
    "NothingChanged",
    "OneIsWaiting",
    "OwnProposal",
    "ProposalDecided",
    "ProposalNotFound",
    "Proposals",
    "UnknownDocument",
    "Version",
    "compared",
    "history",
    "newest",
    "publish",
    "refuse_dose",
    "refuse_personal",
    "with_file",
]
