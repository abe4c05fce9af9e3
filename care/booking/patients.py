"""Who may be booked for: the account's own person and family members. Originals go to the vault only."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.patients import Patient, Relation

if TYPE_CHECKING:
    from records.vault import Vault


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A patient the account may act for, and who that is to the account ("本人", "母亲", ...)."""

    patient: Patient
    kinship: str


def family(session: Session, *, account_id: str) -> list[FamilyMember]:
    """Everybody the account may act for, the first registered first."""
    query = (
        select(Patient, Relation.kinship)
        .join(Relation, Relation.patient_id == Patient.id)
        .where(Relation.account_id == account_id)
        .order_by(Patient.created_at, Patient.id)
    )
    return [FamilyMember(patient, kinship) for patient, kinship in session.execute(query)]


def patients_by_kinship(session: Session, *, account_id: str, kinship: str = "本人") -> list[Patient]:
    """The account's patients of one kinship: none, one, or several (two children)."""
    return [member.patient for member in family(session, account_id=account_id) if member.kinship == kinship]


def register_patient(
    session: Session,
    vault: "Vault",
    *,
    account_id: str,
    name: str,
    id_number: str | None = None,
    phone: str | None = None,
    kinship: str = "本人",
) -> Patient:
    """Register a patient the account may act for, or return the one it has registered already.

    ``name``, ``id_number`` and ``phone`` are masking tokens (``⟦KIND:ref:shown⟧``, as the dialogue has them) or plain
    text; either way only the vault keeps the originals. Birth date and sex come from the identity number. Raises
    InvalidIdentityNumber, IdentityMismatch, TooManyPatients.
    """
    raise NotImplementedError
