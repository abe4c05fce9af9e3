"""The fields' values. In masked mode whatever names a person is in its masked form; level 5 leaves in no mode."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from care.partners.fields import Field, Resource
from care.partners.request import Call
from records.alerts import Alert
from records.appointments import Appointment
from records.conversations import Author, Conversation, Message, MessageState
from records.masking import mask, shown
from records.patients import Patient, Relation
from records.sensitivity import Sensitivity, open_tokens
from records.vault import Vault, VaultEntryNotFound, VaultEntryShredded

MOST = 50
IDENTIFYING = frozenset({Sensitivity.RESTRICTED})

Value = Any


def read(session: Session, vault: Vault, call: Call, *, account_id: str) -> list[dict[str, Value]]:
    """The allowed fields of one patient's resource, a dictionary a row. A conversation is one row."""
    assert call.caller is not None
    view = _View(session, vault, account_id, masked=call.caller.masked)
    rows: Iterable[Any]
    match call.asked.resource:
        case Resource.PATIENT:
            rows = view.patients()
        case Resource.APPOINTMENTS:
            rows = view.appointments()
        case Resource.CONVERSATION:
            rows = view.conversation()
        case _:
            raise ValueError(call.asked.resource)
    readers = _READERS
    return [{field.key: readers[field](view, row) for field in call.fields} for row in rows]


class _View:
    """One account as a partner may see it."""

    def __init__(self, session: Session, vault: Vault, account_id: str, *, masked: bool) -> None:
        self._session = session
        self._vault = vault
        self._account = account_id
        self._masked = masked

    def patients(self) -> Iterable[Any]:
        query = select(Patient, Relation.kinship).join(Relation, Relation.patient_id == Patient.id)
        return self._session.execute(query.where(Relation.account_id == self._account).order_by(Patient.id)).all()

    def appointments(self) -> Iterable[Appointment]:
        query = select(Appointment).where(Appointment.account_id == self._account)
        return self._session.scalars(query.order_by(Appointment.starts_at.desc()).limit(MOST)).all()

    def conversation(self) -> Iterable[Conversation]:
        return self._session.scalars(select(Conversation).where(Conversation.account_id == self._account)).all()

    def original(self, ref: str | None, masked_form: str) -> str:
        """An item of the vault, or its masked form."""
        if ref is None or self._masked:
            return masked_form
        try:
            return self._vault.reveal(self._session, owner=self._account, ref=ref)
        except (VaultEntryNotFound, VaultEntryShredded):  # registered by another account, or erased
            return masked_form

    def phone(self, patient: Patient) -> str:
        if patient.phone_ref is None:
            return ""
        return self.original(patient.phone_ref, "***********")

    def texts(self, conversation: Conversation) -> list[str]:
        query = select(Message.text).where(
            Message.conversation_id == conversation.id,
            Message.author == Author.PATIENT,
            Message.text != "",
            Message.state != MessageState.HELD,  # waits for the patient's consent: nobody has heard it yet
        )
        latest = self._session.scalars(query.order_by(Message.seq.desc()).limit(MOST)).all()
        return [self._text(text) for text in reversed(latest)]

    def _text(self, text: str) -> str:
        if self._masked:
            # Once more over the whole: what was let through when it came in, or names somebody only in its place.
            return mask(shown(text))
        return shown(open_tokens(self._session, self._vault, owner=self._account, text=text, levels=IDENTIFYING))

    def messages(self, conversation: Conversation) -> int:
        query = select(func.count()).select_from(Message).where(Message.conversation_id == conversation.id)
        return self._session.scalar(query) or 0

    def alerts(self, conversation: Conversation) -> list[str]:
        query = select(Alert.flags).where(Alert.conversation_id == conversation.id).order_by(Alert.created_at)
        return sorted({flag for flags in self._session.scalars(query) for flag in flags})


_READERS: dict[Field, Callable[[_View, Any], Value]] = {
    Field.NAME: lambda view, row: view.original(row.Patient.name_ref, row.Patient.name_shown),
    Field.SEX: lambda _, row: row.Patient.sex,
    Field.BIRTH_YEAR: lambda _, row: row.Patient.birth_date.year if row.Patient.birth_date else None,
    Field.PHONE: lambda view, row: view.phone(row.Patient),
    Field.ID_NUMBER: lambda view, row: view.original(row.Patient.id_number_ref, row.Patient.id_number_shown),
    Field.KINSHIP: lambda _, row: row.kinship,
    Field.DEPARTMENT: lambda _, row: row.department,
    Field.DOCTOR: lambda _, row: row.doctor,
    Field.STARTS_AT: lambda _, row: row.starts_at.isoformat(),
    Field.PLACE: lambda _, row: row.place,
    Field.STATE: lambda _, row: row.state,
    Field.MESSAGES: lambda view, row: view.messages(row),
    Field.LAST_AT: lambda _, row: row.last_patient_at.isoformat() if row.last_patient_at else None,
    Field.ALERTS: lambda view, row: view.alerts(row),
    Field.TEXTS: lambda view, row: view.texts(row),
}
