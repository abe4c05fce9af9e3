"""Who a case is about, masked: "王*明, 62 岁, 女"."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.patients import Patient, Relation, Sex

SELF = "本人"


@dataclass(frozen=True, slots=True)
class Who:
    """``name`` is the masked form; everything is empty while the account has registered nobody."""

    name: str = ""
    sex: Sex | None = None
    age_years: int | None = None
    number: str = ""


def who_are(session: Session, account_ids: Collection[str], *, today: date) -> dict[str, Who]:
    """The person of each account: themself, else the only one that it acts for; of several nobody knows which."""
    rows = session.execute(
        select(Relation.account_id, Relation.kinship, Patient)
        .join(Patient, Patient.id == Relation.patient_id)
        .where(Relation.account_id.in_(list(account_ids)))
    ).all()
    people: dict[str, list[tuple[str, Patient]]] = {}
    for account, kinship, patient in rows:
        people.setdefault(account, []).append((kinship, patient))
    return {account: _who(known, today) for account, known in people.items()}


def _who(known: list[tuple[str, Patient]], today: date) -> Who:
    own = [patient for kinship, patient in known if kinship == SELF] or [patient for _, patient in known]
    if len(own) != 1:
        return Who()
    one = own[0]
    return Who(
        name=one.name_shown,
        sex=Sex(one.sex) if one.sex else None,
        age_years=None if one.birth_date is None else age_on(one.birth_date, today),
        number=one.id_number_shown,
    )


def age_on(born: date, day: date) -> int:
    """Full years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
