"""Who may be booked for: the account's own person and family members. Originals go to the vault only."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from care.booking import identity
from care.booking.exceptions import IdentityMismatch, SelfRegistered, TooManyPatients
from care.booking.personal import PersonalItem, PersonalReader
from records.audit import Action, Actor, ActorKind, audit
from records.patients import Account, Patient, Relation
from records.vault import Vault

MAX_PATIENTS = 8
SELF = "本人"


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


def patients_by_kinship(session: Session, *, account_id: str, kinship: str = SELF) -> list[Patient]:
    """The account's patients of one kinship: none, one, or several (two children)."""
    return [member.patient for member in family(session, account_id=account_id) if member.kinship == kinship]


def register_patient(
    session: Session,
    vault: Vault,
    *,
    account_id: str,
    name: str,
    id_number: str | None = None,
    phone: str | None = None,
    kinship: str = SELF,
) -> Patient:
    """Register a patient the account may act for, or return the one it has registered already.

    ``name``, ``id_number`` and ``phone`` are masking tokens (``⟦KIND:ref:shown⟧``, as the dialogue has them) or plain
    text; either way only the vault keeps the originals. Birth date and sex come from the identity number. A patient
    known to another account under the same number becomes this account's too, if the name agrees. Raises
    InvalidName, InvalidIdentityNumber, InvalidPhone, IdentityMismatch, SelfRegistered, TooManyPatients.
    """
    wanted = _Wanted(name=name, id_number=id_number, phone=phone, kinship=kinship)
    reader = PersonalReader(session, vault, account_id)
    try:
        with session.begin_nested():
            return _register(session, reader, account_id, wanted)
    except IntegrityError:
        # Another account registered the same number between our look and our write: now it is there to be found.
        return _register(session, reader, account_id, wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str = field(repr=False)
    id_number: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    kinship: str


def _register(session: Session, reader: PersonalReader, account_id: str, wanted: _Wanted) -> Patient:
    called = reader.name(wanted.name)
    item, told = (None, None) if wanted.id_number is None else reader.id_number(wanted.id_number)
    reached = None if wanted.phone is None else reader.phone(wanted.phone)
    # One registration at a time per account: the limits below are counted.
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update()).all()
    members = family(session, account_id=account_id)
    patient = _by_number(session, reader, told)
    if patient is None:
        patient = _by_name(reader, members, called, wanted.kinship, numbered=told is not None)
    elif patient.name_shown != called.shown:
        raise IdentityMismatch
    ours = patient is not None and any(member.patient.id == patient.id for member in members)
    if not ours:
        if len(members) >= MAX_PATIENTS:
            raise TooManyPatients
        if wanted.kinship == SELF and any(member.kinship == SELF for member in members):
            raise SelfRegistered
    if patient is None:
        patient = Patient(name_ref=reader.kept(called), name_shown=called.shown)
        session.add(patient)
    if item is not None and told is not None and patient.id_number_ref is None:
        patient.id_number_ref = reader.kept(item)
        patient.id_number_shown = item.shown
        patient.id_number_fingerprint = reader.number_fingerprint(told)
        patient.birth_date = told.birth_date
        patient.sex = told.sex
    if reached is not None and patient.phone_ref is None:
        patient.phone_ref = reader.kept(reached)
    session.flush()
    if not ours:
        session.add(Relation(account_id=account_id, patient_id=patient.id, kinship=wanted.kinship))
        session.flush()
        audit(
            session,
            actor=Actor(ActorKind.PATIENT, account_id),
            action=Action.REGISTER_PATIENT,
            patient=account_id,
            subject=f"patient:{patient.id}",
        )
    return patient


def _by_number(session: Session, reader: PersonalReader, told: identity.Identity | None) -> Patient | None:
    if told is None:
        return None
    query = select(Patient).where(Patient.id_number_fingerprint == reader.number_fingerprint(told))
    return session.scalar(query)


def _by_name(
    reader: PersonalReader, members: list[FamilyMember], called: PersonalItem, kinship: str, *, numbered: bool
) -> Patient | None:
    """The account's patient of that kinship and name. With a number in hand, only one who has none yet: two
    children of one name are two patients."""
    for member in members:
        patient = member.patient
        if member.kinship != kinship or (numbered and patient.id_number_ref is not None):
            continue
        if patient.name_ref is not None and reader.same_name(patient.name_ref, called):
            return patient
    return None
