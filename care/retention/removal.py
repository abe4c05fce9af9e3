"""Removing what may go, so that it is really gone: rows, originals, keys, files."""

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session, SessionTransaction

from care.retention.clocks import ClockName, clocks
from records.appointments import Appointment
from records.conversations import Conversation
from records.media import Media, media_path
from records.ownership import delete_owned
from records.patients import Patient, Relation
from records.vault import VaultEntry, shred
from records.wiping import destroy_file

_FILES = "retention.files"


def remove_dialogue(session: Session, account_id: str) -> dict[str, int]:
    """Delete what was said and sent, with the originals that nothing else needs; returns rows by table.

    The conversation itself stays while the account does, empty. Files are destroyed once this is committed.
    """
    conversations = select(Conversation.id).where(Conversation.account_id == account_id)
    files = [
        media_path(one) for one in session.scalars(select(Media.id).where(Media.conversation_id.in_(conversations)))
    ]
    gone = delete_owned(session, clocks()[ClockName.DIALOGUE].tables, account_id)
    for conversation in session.scalars(select(Conversation).where(Conversation.account_id == account_id)):
        conversation.offered, conversation.asking, conversation.last_patient_at = [], "", None
    if originals := remove_originals(session, account_id):
        gone["vault_entry"] = originals
    session.info.setdefault(_FILES, []).extend(files)
    return gone


def remove_originals(session: Session, account_id: str) -> int:
    """Delete the originals of an account that no registered patient needs; returns how many."""
    needed: set[str] = set()
    relatives = (
        select(Patient).join(Relation, Relation.patient_id == Patient.id).where(Relation.account_id == account_id)
    )
    booked = (
        select(Patient)
        .join(Appointment, Appointment.patient_id == Patient.id)
        .where(Appointment.account_id == account_id)
    )
    for query in (relatives, booked):
        for patient in session.scalars(query):
            needed |= {ref for ref in (patient.name_ref, patient.id_number_ref, patient.phone_ref) if ref}
    unneeded = delete(VaultEntry).where(VaultEntry.owner == account_id, VaultEntry.ref.not_in(needed))
    return int(session.connection().execute(unneeded).rowcount)


def remove_account(session: Session, account_id: str) -> dict[str, int]:
    """Delete everything of an account and destroy its keys; returns rows by table."""
    people = set(session.scalars(select(Relation.patient_id).where(Relation.account_id == account_id)))
    people |= set(session.scalars(select(Appointment.patient_id).where(Appointment.account_id == account_id)))
    shred(session, owner=account_id)
    tables = {*clocks()[ClockName.DIALOGUE].tables, *clocks()[ClockName.OUTPATIENT].tables}
    gone = delete_owned(session, tables, account_id)
    gone["vault_entry"] = int(
        session.connection().execute(delete(VaultEntry).where(VaultEntry.owner == account_id)).rowcount
    )
    if patients := remove_unrelated(session, people):
        gone["patient"] = patients
    return {table: rows for table, rows in gone.items() if rows}


def remove_unrelated(session: Session, people: set[str]) -> int:
    """Delete those of these patients whom no account acts for and nobody has booked for; returns how many."""
    unrelated = delete(Patient).where(
        Patient.id.in_(people),
        Patient.id.not_in(select(Relation.patient_id)),
        Patient.id.not_in(select(Appointment.patient_id)),
    )
    return int(session.connection().execute(unrelated).rowcount)


@event.listens_for(Session, "after_commit")
def _destroy(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for file in session.info.pop(_FILES, ()):
        destroy_file(file)


@event.listens_for(Session, "after_soft_rollback")
def _spare(session: Session, _transaction: SessionTransaction) -> None:
    # Should it be committed after all, the worker's sweep finds files without a row.
    session.info.pop(_FILES, None)
