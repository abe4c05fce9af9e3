"""A confirmed report's way into the hospital's own records: never before a clinician has seen it, and not lost while
the hospital's system is away.

    graded by a clinician, its case closed -> waiting -> filed
                                                     -> failed, until a clinician asks again

It is filed for a registered person whose name stands on the sheet, or whose report the patient or a clinician has said
it is. Of level 5 (GB/T 39725-2020) nothing is filed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.booking.patients import SELF
from care.consent import Purpose, has_consent
from care.report import whose
from care.report.asking import file_for
from care.report.confirming import confirms, last_word, report_as_of
from hospital import HospitalSystem
from hospital.protocol import PatientUnknown
from records.audit import SYSTEM, Action, Actor, ActorKind, Outcome, audit
from records.cases import Case, CaseEvent, CaseState, CaseStep
from records.conversations import Conversation
from records.database import utc_now
from records.filings import FilingProblem, FilingState, ReportFiling
from records.findings import Finding, FindingKind
from records.media_store import MediaNotFound
from records.patients import Account
from records.vault import VaultEntryShredded

JOB = Actor(ActorKind.SYSTEM, "filing")
NOT_FILED = frozenset({"not_needed"})
"""Outcomes of cases that were a mistake or a test."""
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)
GIVES_UP_AFTER = timedelta(hours=24)


def ask_filing(session: Session, case: Case, *, now: datetime | None = None) -> ReportFiling | None:
    """Have the report of a case that is closed filed, where a clinician has confirmed it; None otherwise. The report of
    an earlier case is filed again as this one's clinician has left it."""
    finding = session.get(Finding, case.finding_id) if case.finding_id else None
    if finding is None or finding.kind != FindingKind.REPORT:
        return None
    if case.state != CaseState.CLOSED or case.outcome in NOT_FILED or not _confirmed(session, case, finding):
        return None
    filing = session.get(ReportFiling, finding.id, with_for_update=True)
    if filing is None:
        filing = ReportFiling(finding_id=finding.id, case_id=case.id)
        session.add(filing)
    filing.case_id = case.id
    _wait(filing, now or utc_now())
    session.flush()
    return filing


def _confirmed(session: Session, case: Case, finding: Finding) -> bool:
    """Whether a clinician has confirmed something that was read, and that is not somebody's whom nobody knows."""
    try:
        word = last_word(session, case.id)
        report = report_as_of(session, finding, word)
    except (MediaNotFound, VaultEntryShredded):
        return False
    return confirms(word) and not report.empty and report.whose != whose.OTHER


def filing_of(session: Session, case: Case) -> ReportFiling | None:
    """How far the case's report has come; None where it is not to be filed, or not yet."""
    return session.get(ReportFiling, case.finding_id) if case.finding_id else None


def ask_again(session: Session, case: Case, *, actor: Actor, own: bool = False, now: datetime | None = None) -> bool:
    """Have a report that failed filed after all; False where none has. ``own``: whose name could not be compared before
    is the patient's own, says ``actor``; False where the sheet bears another name, or the patient has said whose."""
    filing = session.get(ReportFiling, case.finding_id, with_for_update=True) if case.finding_id else None
    if filing is None or filing.state != FilingState.FAILED:
        return False
    if own and not _made_own(session, filing):
        return False
    _wait(filing, now or utc_now())
    _audit(session, filing, actor, Outcome.DONE, asked=1, **({"own": 1} if own else {}))
    return True


def _made_own(session: Session, filing: ReportFiling) -> bool:
    finding = session.get_one(Finding, filing.finding_id)
    try:
        report = report_as_of(session, finding)
    except (MediaNotFound, VaultEntryShredded):
        return False
    if report.name_matches is False or report.whose is not None:
        return False
    return file_for(session, finding.conversation_id, finding.id, SELF) is not None


def _wait(filing: ReportFiling, now: datetime) -> None:
    filing.state, filing.problem, filing.tries = FilingState.WAITING, "", 0
    filing.asked_at = filing.next_try_at = now


def waiting_filings(session: Session, *, now: datetime) -> Sequence[str]:
    """The findings of the reports whose turn it is, the first asked first."""
    return session.scalars(
        select(ReportFiling.finding_id)
        .where(ReportFiling.state == FilingState.WAITING, ReportFiling.next_try_at <= now)
        .order_by(ReportFiling.asked_at)
    ).all()


def file_one(session: Session, hospital: HospitalSystem, finding_id: str, *, now: datetime) -> FilingState | None:
    """File one report that waits; None when somebody has already. Raises what the hospital's system raises while it is
    away."""
    query = select(ReportFiling).where(ReportFiling.finding_id == finding_id, ReportFiling.state == FilingState.WAITING)
    filing = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if filing is None:
        return None
    finding = session.get_one(Finding, finding_id)
    account = session.get_one(Account, session.get_one(Conversation, finding.conversation_id).account_id)
    if account.restricted_at is not None:
        return _failed(session, filing, FilingProblem.ERASED, now)
    if not has_consent(session, account.id, Purpose.MEDIA):
        return _failed(session, filing, FilingProblem.NO_CONSENT, now)
    try:
        word = last_word(session, filing.case_id)
        report = report_as_of(session, finding, word)
    except (MediaNotFound, VaultEntryShredded):
        return _failed(session, filing, FilingProblem.ERASED, now)
    assert word is not None  # or it would not wait
    person = whose.surely_of(session, account.id, report)
    if person is None:
        return _failed(session, filing, FilingProblem.NO_PATIENT, now)
    from care.report.fhir import as_json, bundle_of  # noqa: PLC0415  (its models take a second to load)

    try:
        number = hospital.file_report(
            session,
            report_id=finding.id,
            patient_id=person.id,
            bundle=as_json(bundle_of(report, subject=person.id, verified=True, amends=bool(filing.hospital_ref))),
            confirmed_by=word.by,
            confirmed_at=word.at,
        )
    except PatientUnknown:
        return _failed(session, filing, FilingProblem.PATIENT_UNKNOWN, now)
    filing.state, filing.hospital_ref, filing.filed_at = FilingState.FILED, number, now
    _note(session, filing, CaseStep.FILED, now)
    _audit(session, filing, JOB, Outcome.DONE, number=number, patient=person.id)
    return FilingState.FILED


def try_later(session: Session, finding_id: str, *, now: datetime) -> None:
    """The hospital's system was away: try again after a pause that grows, and for a day at most."""
    filing = session.get(ReportFiling, finding_id, with_for_update=True)
    if filing is None or filing.state != FilingState.WAITING:
        return
    filing.tries += 1
    filing.next_try_at = now + min(FIRST_PAUSE * 2 ** min(filing.tries, 12), LONGEST_PAUSE)
    if now - filing.asked_at >= GIVES_UP_AFTER:
        _failed(session, filing, FilingProblem.AWAY, now)


def _failed(session: Session, filing: ReportFiling, problem: FilingProblem, now: datetime) -> FilingState:
    filing.state, filing.problem = FilingState.FAILED, problem
    _note(session, filing, CaseStep.NOT_FILED, now, problem=str(problem))
    _audit(session, filing, JOB, Outcome.FAILED, cause=str(problem))
    return FilingState.FAILED


def _note(session: Session, filing: ReportFiling, step: CaseStep, now: datetime, **details: str) -> None:
    session.add(CaseEvent(case_id=filing.case_id, step=step, by=SYSTEM.id, at=now, details=details))
    session.flush()


def _audit(session: Session, filing: ReportFiling, actor: Actor, outcome: Outcome, **details: str | int) -> None:
    conversation = session.get_one(Finding, filing.finding_id).conversation_id
    audit(
        session,
        actor=actor,
        action=Action.FILE_REPORT,
        patient=session.get_one(Conversation, conversation).account_id,
        subject=f"case:{filing.case_id}",
        outcome=outcome,
        details=details,
    )
