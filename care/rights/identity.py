"""Making sure that whoever asks for an account's data is the person it belongs to."""

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.patients import Patient, Relation
from records.vault import VaultError, get_vault

SELF = "本人"
LAST = 4
MAX_TRIES = 3
_ENDING = re.compile(r"[0-9]{3}[0-9X]")


def can_be_asked(session: Session, account_id: str) -> bool:
    """Whether the account has registered its own identity number; else the session is all that is known of them."""
    return _number_ref(session, account_id) is not None


def is_ending(words: str) -> bool:
    """Whether ``words`` look like the end of an identity number."""
    return _ENDING.fullmatch(_plain(words)) is not None


def matches(session: Session, account_id: str, words: str) -> bool:
    """Whether ``words`` are the last four characters of the account's own identity number."""
    ref = _number_ref(session, account_id)
    if ref is None or not is_ending(words):
        return False
    try:
        number = get_vault().reveal(session, owner=account_id, ref=ref)
    except VaultError:
        return False
    return _plain(number)[-LAST:] == _plain(words)


def _number_ref(session: Session, account_id: str) -> str | None:
    query = (
        select(Patient.id_number_ref)
        .join(Relation, Relation.patient_id == Patient.id)
        .where(Relation.account_id == account_id, Relation.kinship == SELF, Patient.id_number_ref.is_not(None))
    )
    return session.scalars(query.limit(1)).first()


def _plain(words: str) -> str:
    return re.sub(r"[\s\-。.]", "", unicodedata.normalize("NFKC", words)).upper()
