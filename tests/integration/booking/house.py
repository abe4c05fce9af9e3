"""A hospital with accounts and invented people in it, for the booking tests."""

from datetime import datetime
from secrets import token_hex
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from care.booking.identity import check_digit
from records.patients import Account, Patient, Relation

# A Monday before the doors open.
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def invented_number(*, province: str = "11", born: str = "19900307", serial: str = "002") -> str:
    """A number with a valid check digit that nobody has (district 0000 does not exist)."""
    body = f"{province}0000{born}{serial}"
    return body + check_digit(body)


def new_account(session: Session) -> Account:
    account = Account(channel="web", address_fingerprint=token_hex(32))
    session.add(account)
    session.flush()
    return account


def new_patient(session: Session, account: Account, kinship: str = "本人") -> Patient:
    """A patient of the account, registered without any personal data."""
    patient = Patient(name_shown="林**")
    session.add(patient)
    session.flush()
    session.add(Relation(account_id=account.id, patient_id=patient.id, kinship=kinship))
    session.flush()
    return patient
