"""Which cases a seat may see, and a colleague be given: by role and departments."""

from collections.abc import Collection

from fastapi import HTTPException, status
from sqlalchemy.orm import Session

from care.cases import CONVERSATION_KINDS
from care.staff import stepped_up
from clinic.permissions import departments_of, visible_departments
from clinic.seat import Seat
from records.cases import Case, CaseKind
from records.conversations import Conversation
from records.findings import Finding
from records.media import Media
from records.patients import Account
from records.sensitivity import Sensitivity
from records.staff import Role, Staff

NO_CASE = "没有这个病例"
ELSEWHERE = "这位患者在其他科室；需要查看请先申请跨科室查看"
# Findings are for clinicians and nurses, not for agents.
_KINDS = {
    Role.CLINICIAN: frozenset(CaseKind),
    Role.NURSE: frozenset(CaseKind),
    Role.AGENT: CONVERSATION_KINDS,
}


class OtherRole(Exception):
    """A colleague's role does not work on this kind of case; the argument is their user name."""


class OtherDepartment(Exception):
    """A colleague is not of the case's department; the argument is their user name."""

    def __init__(self, username: str, department: str) -> None:
        super().__init__(username)
        self.department = department


class Hidden(Exception):
    """Findings of level 5 (GB/T 39725-2020) that this seat has not stepped up for."""


def kinds_of(seat: Seat) -> frozenset[CaseKind]:
    """The kinds that a seat works on."""
    return _KINDS.get(seat.role, frozenset())


def asked_kinds(seat: Seat, asked: Collection[CaseKind]) -> list[CaseKind]:
    """What was asked for, as far as the seat works on it."""
    return sorted(kinds_of(seat) & frozenset(asked)) if asked else sorted(kinds_of(seat))


def is_hidden(session: Session, seat: Seat, finding: Finding, account: str) -> bool:
    """Whether the findings are of level 5 and the seat has not stepped up for their patient."""
    sealed = session.get(Media, finding.media_id)
    if sealed is None or sealed.sensitivity < Sensitivity.SPECIAL:
        return False
    return stepped_up(session, session_id=seat.session, account_id=account) is None


def refuse_hidden(session: Session, seat: Seat, finding: Finding, account: str) -> None:
    """Raise :class:`Hidden` where nobody could have seen what is about to be judged."""
    if is_hidden(session, seat, finding, account):
        raise Hidden


def case_for(session: Session, seat: Seat, case_id: str) -> tuple[Case, str]:
    """The case and its account; 404 for an unknown or erased one, 403 for one of another department or role."""
    case = session.get(Case, case_id)
    account = None if case is None else session.get_one(Conversation, case.conversation_id).account_id
    if case is None or account is None or session.get_one(Account, account).restricted_at is not None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, NO_CASE)
    if _is_elsewhere(case, visible_departments(session, seat)) or case.kind not in kinds_of(seat):
        raise HTTPException(status.HTTP_403_FORBIDDEN, ELSEWHERE)
    return case, account


def refuse_colleague(case: Case, colleague: Staff) -> None:
    """What keeps ``colleague`` from seeing this case: raises :class:`OtherRole` or :class:`OtherDepartment`."""
    role = Role(colleague.role)
    if case.kind not in _KINDS.get(role, frozenset()):
        raise OtherRole(colleague.username)
    if _is_elsewhere(case, departments_of(role, colleague.departments)):
        raise OtherDepartment(colleague.username, case.department)


def sees(case: Case, colleague: Staff) -> bool:
    """Whether ``colleague`` could see this case."""
    try:
        refuse_colleague(case, colleague)
    except (OtherRole, OtherDepartment):
        return False
    return True


def _is_elsewhere(case: Case, visible: Collection[str] | None) -> bool:
    return visible is not None and bool(case.department) and case.department not in visible
