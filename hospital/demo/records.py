"""Patients' records of the demo hospital: the reports that were filed in them."""

from datetime import datetime
from secrets import token_hex

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hospital.demo.tables import DemoReport
from hospital.protocol import PatientUnknown
from records.database import utc_now
from records.masking import PersonalKind
from records.patients import Patient
from records.vault import VaultEntry, get_vault

OWNER = "demo_hospital"
"""Whose the contents are in the vault: the hospital's, so that they stay when a patient's own data are erased."""


def file_report(
    session: Session, *, report_id: str, patient_id: str, bundle: str, confirmed_by: str, confirmed_at: datetime
) -> str:
    """See ``HospitalSystem.file_report``."""
    # The patient's row is the lock: of two who file one report at a time, the second finds the first one's.
    if session.scalar(select(Patient.id).where(Patient.id == patient_id).with_for_update()) is None:
        raise PatientUnknown
    row = session.scalar(select(DemoReport).where(DemoReport.report_id == report_id).with_for_update())
    ref = get_vault().store(session, owner=OWNER, kind=PersonalKind.MEDICAL_RECORD, original=bundle, shown="")
    if row is None:
        row = DemoReport(number=token_hex(5).upper(), report_id=report_id)
        session.add(row)
    else:
        session.execute(delete(VaultEntry).where(VaultEntry.ref == row.content_ref))
    row.patient_id, row.content_ref = patient_id, ref
    row.confirmed_by, row.confirmed_at, row.filed_at = confirmed_by, confirmed_at, utc_now()
    session.flush()
    return row.number
