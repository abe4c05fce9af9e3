"""A case's report for the hospital's other systems, as FHIR R4."""

from fastapi import APIRouter, Depends, HTTPException, Response, status

from care.report.confirming import confirms, last_word, report_as_of
from care.report.whose import surely_of
from care.staff import stepped_up
from clinic.case_access import case_for
from clinic.parameters import Id
from clinic.permissions import Permission, allowed
from clinic.seat import AtSeat
from records.audit import Action, audit
from records.database import session_scope
from records.findings import Finding, FindingKind
from records.media_store import MediaNotFound
from records.vault import VaultEntryShredded

MEDIA_TYPE = "application/fhir+json"

routes = APIRouter()


@routes.get(
    "/cases/{case_id}/fhir",
    dependencies=[Depends(allowed(Permission.GRADE_CASES))],
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
def get_fhir(case_id: Id, seat: AtSeat) -> Response:
    """The Bundle of a report: a DiagnosticReport and its Observations. They are final once a clinician has agreed to
    what was read or has put it right, preliminary before; what is of level 5 is in it after a step-up only. Its subject
    is the registered person, where it is sure whose report it is."""
    from care.report.fhir import as_json, bundle_of  # noqa: PLC0415  (its models take a second to load)

    with session_scope() as session:
        case, account = case_for(session, seat, case_id)
        finding = session.get(Finding, case.finding_id) if case.finding_id else None
        if finding is None or finding.kind != FindingKind.REPORT:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "这个病例没有报告")
        try:
            word = last_word(session, case.id)
            report = report_as_of(session, finding, word)
        except (MediaNotFound, VaultEntryShredded):
            raise HTTPException(status.HTTP_404_NOT_FOUND, "已删除") from None
        sealed = stepped_up(session, session_id=seat.session, account_id=account) is not None
        person = surely_of(session, account, report)
        subject = None if person is None else person.id
        bundle = bundle_of(report, subject=subject, verified=confirms(word), sealed=sealed)
        details: dict[str, str | int] = {"form": "fhir", "sealed": int(sealed and report.sealed)}
        audit(
            session,
            actor=seat.actor,
            action=Action.VIEW_CASE,
            patient=account,
            subject=f"case:{case_id}",
            details=details,
        )
    return Response(as_json(bundle), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
