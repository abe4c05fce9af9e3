"""Whom a message is about, as far as the house knows: age, sex and pregnancy change what is an emergency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from language.people import kinships, pregnancies
from records.conversations import Author, Message
from records.patients import Patient, Relation, Sex

SELF = "本人"
PREGNANCY_REMEMBERED = timedelta(days=30)
MOST_SAID = 3  # mentions looked back at
DAYS_IN_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """What is known; ``None`` is not known, never "no"."""

    age_years: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None


NOBODY = KnownPatient()


def about_another(text: str) -> bool:
    """Whether ``text`` tells of somebody else than the one who writes ("我爸", "孩子")."""
    return any(mention.value != SELF for mention in kinships(text))


def known_patient(session: Session, *, account_id: str, conversation_id: str, text: str, now: datetime) -> KnownPatient:
    """Who writes, from the patient of the account that is 本人 and from what the conversation said of a pregnancy;
    :data:`NOBODY` when ``text`` is about another person."""
    if about_another(text):
        return NOBODY
    row = session.execute(
        select(Patient.birth_date, Patient.sex)
        .join(Relation, Relation.patient_id == Patient.id)
        .where(Relation.account_id == account_id, Relation.kinship == SELF)
        .limit(1)
    ).first()
    born, sex = row if row else (None, None)
    return KnownPatient(
        age_years=_age(born, now.date()) if born else None,
        sex=Sex(sex) if sex else None,
        pregnant=None if sex == Sex.MALE else _said_pregnant(session, conversation_id, now),
    )


def _age(born: date, today: date) -> float | None:
    days = (today - born).days
    return days / DAYS_IN_A_YEAR if days >= 0 else None


def _said_pregnant(session: Session, conversation_id: str, now: datetime) -> bool | None:
    """What the patient said last of being pregnant herself; ``None`` when nothing was said."""
    texts = session.scalars(
        select(Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.PATIENT,
            Message.created_at > now - PREGNANCY_REMEMBERED,
            Message.text.contains("孕"),
        )
        .order_by(Message.seq.desc())
        .limit(MOST_SAID)
    )
    for said in texts:
        if not about_another(said):
            for mention in pregnancies(said):
                return mention.value == "yes"
    return None
