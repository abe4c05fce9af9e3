"""What stands between a patient's file and what is done about it: one analyst a kind of findings.

    file -> look (vision, findings) -> kept, sealed -> conclude (reply, case, what the assistant is told)

``look`` asks the vision process and touches no database but for reading; ``conclude`` runs in the transaction that
stores the reply. Both may be run again after a crash, so they must not act on their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from care.emergency import Screening
from care.media.vision import VisionClient
from care.replies import Reply
from records.cases import CaseKind, CaseLevel
from records.findings import Finding, FindingKind
from records.vault import LEVEL_NORMAL


@dataclass(frozen=True, slots=True)
class Asked:
    """One file of one message. ``file`` is plain, in the spool, for as long as the job needs it; ``kind`` is photo,
    video or document."""

    message_id: str
    conversation_id: str
    account_id: str
    kind: str
    content_type: str
    file: Path


@dataclass(frozen=True, slots=True)
class Seen:
    """What vision found: ``data`` is its JSON (see the engine's ``as_json``), ``files`` are pictures and clips by role
    (``FileRole``, or ``page_1`` ... for further pages) as (content type, bytes). ``level`` is the sensitivity it is
    sealed under (GB/T 39725-2020). Not ``read``: nothing could be made of the file, and ``data`` says why."""

    version: str
    data: dict[str, Any] = field(repr=False)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict, repr=False)
    level: int = LEVEL_NORMAL
    read: bool = True


@dataclass(frozen=True, slots=True)
class NewCase:
    """The case that findings call for. ``complaint`` is masked and at most 200 characters; ``reasons`` are words that
    the console knows."""

    kind: CaseKind
    level: CaseLevel
    department: str = ""
    complaint: str = ""
    reasons: tuple[str, ...] = ()
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class Concluded:
    """What follows from findings: the patient's reply; a case, or None where nobody need look; an ``alarm`` where
    somebody must come now, as for a red flag; ``slots`` that the assistant is told so that the conversation goes on
    from here; ``person`` where the conversation itself must wait for somebody."""

    reply: Reply
    case: NewCase | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    person: bool = False
    alarm: Screening | None = None


class Analyst(Protocol):
    """One engine's way through the house."""

    kind: FindingKind

    def takes(self, asked: Asked) -> bool:
        """Whether a file of this kind is for this analyst at all."""
        ...

    def look(self, session: Session, asked: Asked, vision: VisionClient) -> Seen | None:
        """What is found; None leaves the file to the next analyst. Raises ``VisionAway``."""
        ...

    def conclude(self, session: Session, finding: Finding, data: dict[str, Any]) -> Concluded:
        """What follows. ``data`` is what ``look`` found."""
        ...
