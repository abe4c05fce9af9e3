"""Everything an outside system can be allowed to read or write, one name each; nothing else leaves the house."""

from enum import StrEnum


class Resource(StrEnum):
    """What one request asks for."""

    PATIENTS = "patients"
    PATIENT = "patient"
    APPOINTMENTS = "appointments"
    CONVERSATION = "conversation"
    DOCUMENTS = "documents"


class Field(StrEnum):
    """``resource.field``, as credentials list them."""

    PATIENTS_LIST = "patients.list"
    NAME = "patient.name"
    SEX = "patient.sex"
    BIRTH_YEAR = "patient.birth_year"
    PHONE = "patient.phone"
    ID_NUMBER = "patient.id_number"
    KINSHIP = "patient.kinship"
    DEPARTMENT = "appointments.department"
    DOCTOR = "appointments.doctor"
    STARTS_AT = "appointments.starts_at"
    PLACE = "appointments.place"
    STATE = "appointments.state"
    MESSAGES = "conversation.messages"
    LAST_AT = "conversation.last_patient_at"
    ALERTS = "conversation.alerts"
    TEXTS = "conversation.texts"
    WRITE_DOCUMENT = "documents.write"

    @property
    def resource(self) -> Resource:
        return Resource(self.value.partition(".")[0])

    @property
    def key(self) -> str:
        """What the field is called in an answer."""
        return self.value.partition(".")[2]


FIELDS = tuple(Field)


class UnknownField(ValueError):
    """There is no such field."""


def fields_named(names: list[str]) -> list[Field]:
    """The fields with these names, each once, in the order of :class:`Field`; raises :class:`UnknownField`."""
    unknown = sorted(set(names) - set(FIELDS))
    if unknown:
        raise UnknownField(", ".join(unknown))
    return [field for field in FIELDS if field in names]
