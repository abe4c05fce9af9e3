"""Views are audited: one row a request that shows something its viewer had not been shown lately.

The console asks for the same lists and messages every two seconds; a row each time would bury what matters.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from sqlalchemy import event
from sqlalchemy.orm import Session

from clinic.seat import Seat
from records.audit import Action, audit

# After this long a look at the same thing is a new look.
LATELY_S = 30 * 60.0
# Viewer and thing, about 200 bytes each.
REMEMBERED = 50_000


class Shown:
    """What this process has shown to whom lately. Forgetting too early only means a row more."""

    def __init__(self) -> None:
        self._at: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def fresh(self, viewer: str, things: Iterable[str]) -> list[str]:
        """Which of ``things`` this viewer has not been shown lately."""
        since = time.monotonic() - LATELY_S
        with self._lock:
            return [thing for thing in things if self._at.get((viewer, thing), since) <= since]

    def remember(self, viewer: str, things: Iterable[str]) -> None:
        now = time.monotonic()
        with self._lock:
            for thing in things:
                self._at[viewer, thing] = now
                self._at.move_to_end((viewer, thing))
            while len(self._at) > REMEMBERED:
                self._at.popitem(last=False)


_shown = Shown()


def audit_list(session: Session, seat: Seat, *, action: Action, subject: str, rows: Mapping[str, str]) -> None:
    """A list was shown: ``rows`` are what stood in it (anything that changes with the row's words), and whose it is.

    The row names the accounts whose rows were new to the viewer.
    """
    fresh = _fresh(session, seat, rows)
    if fresh:
        accounts = " ".join(sorted({rows[thing] for thing in fresh}))
        details: dict[str, str | int] = {"count": len(fresh), "patients": accounts}
        audit(session, actor=seat.actor, action=action, patient=None, subject=subject, details=details)


def audit_messages(session: Session, seat: Seat, *, patient: str, conversation_id: str, numbers: Iterable[int]) -> None:
    """Messages of one conversation were shown; the row says which numbers the viewer had not been shown."""
    things = {f"{conversation_id}:{number}": number for number in numbers}
    fresh = [things[thing] for thing in _fresh(session, seat, things)]
    if fresh:
        audit(
            session,
            actor=seat.actor,
            action=Action.VIEW_MESSAGES,
            patient=patient,
            subject=f"conversation:{conversation_id}",
            details={"from": min(fresh), "to": max(fresh), "count": len(fresh)},
        )


def audit_documents(
    session: Session, seat: Seat, *, patient: str, conversation_id: str, documents: Iterable[str]
) -> None:
    """Documents from outside were shown beside a conversation."""
    fresh = _fresh(session, seat, documents)
    if fresh:
        audit(
            session,
            actor=seat.actor,
            action=Action.VIEW_DOCUMENTS,
            patient=patient,
            subject=f"conversation:{conversation_id}",
            details={"count": len(fresh), "documents": " ".join(fresh)},
        )


def audit_notes(session: Session, seat: Seat, *, patient: str, conversation_id: str, notes: Iterable[str]) -> None:
    """Colleagues' notes were shown beside a conversation."""
    fresh = _fresh(session, seat, notes)
    if fresh:
        audit(
            session,
            actor=seat.actor,
            action=Action.VIEW_MESSAGES,
            patient=patient,
            subject=f"conversation:{conversation_id}",
            details={"notes": len(fresh)},
        )


def audit_case(session: Session, seat: Seat, *, patient: str, case_id: str, version: str) -> None:
    """The page of one case was shown, as it stood after ``version`` (anything that changes with it)."""
    if _fresh(session, seat, [f"case:{case_id}@{version}"]):
        audit(session, actor=seat.actor, action=Action.VIEW_CASE, patient=patient, subject=f"case:{case_id}")


def _fresh(session: Session, seat: Seat, things: Iterable[str]) -> list[str]:
    fresh = _shown.fresh(seat.session, things)
    # Only once the row is safely written: what was not recorded has not been shown.
    event.listen(session, "after_commit", lambda _: _shown.remember(seat.session, fresh), once=True)
    return fresh
