"""How to prepare for an examination: which one is meant, and what the hospital says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from care.booking import FamilyMember, family
from care.published import newest
from care.texts import text
from hospital.protocol import Examination, HospitalSystem
from language.lexicon import Lexicon
from records.published import DocumentKind

GENERAL = "*"


@dataclass(frozen=True, slots=True)
class BookedExamination:
    """An examination that is booked, and for whom."""

    examination: Examination
    member: FamilyMember


@lru_cache(maxsize=1)
def _words() -> Lexicon:
    raw = yaml.safe_load((Path(__file__).parent / "preparation.yaml").read_text(encoding="utf-8"))
    return Lexicon({word: name for name, words in raw.items() for word in (name, *str(words).split())})


def named(said: str, known: Sequence[str]) -> tuple[str, ...]:
    """The examinations that a text names, of those ``known`` to the hospital; several for a word such as "彩超"."""
    found: dict[str, None] = {}
    for _, _, name in _words().find(said.upper()):
        if name in known:
            found[name] = None
        elif name.startswith(GENERAL):
            found |= dict.fromkeys(one for one in known if one.endswith(name[1:]))
    return tuple(found)


def naming(said: str) -> tuple[str, ...]:
    """The parts of a text that name an examination, in capitals."""
    plain = said.upper()
    return tuple(plain[start:end] for start, end, _ in _words().find(plain))


def booked_for(
    session: Session, hospital: HospitalSystem, *, account_id: str, kinship: str | None, now: datetime
) -> list[BookedExamination]:
    """Examinations to come of the account's patients, earliest first; only of ``kinship`` where it was named."""
    members = {
        member.patient.id: member
        for member in family(session, account_id=account_id)
        if kinship in (None, member.kinship)
    }
    if not members:
        return []
    found = hospital.examinations(session, patient_ids=tuple(members), after=now)
    return [BookedExamination(one, members[one.patient_id]) for one in found]


def preparation_for(session: Session, hospital: HospitalSystem, name: str) -> tuple[str, ...]:
    """What the hospital says of an examination by its exact name, else of the kind it belongs to; () when nothing."""
    lines = _told(session, hospital, name)
    if lines:
        return lines
    kinds = named(name, hospital.examination_names(session))
    return _told(session, hospital, kinds[0]) if len(kinds) == 1 else ()


def _told(session: Session, hospital: HospitalSystem, name: str) -> tuple[str, ...]:
    # What operators published at the console stands in place of what the hospital's system says.
    published = newest(session, DocumentKind.PREPARATION, name)
    return tuple(published[name].text.splitlines()) if published else hospital.preparation(session, name)


def preparation_told(session: Session, hospital: HospitalSystem, name: str, *, first: str) -> str | None:
    """How to prepare for ``name``, numbered, below the sentence ``first``; None when the hospital says nothing."""
    said = preparation_for(session, hospital, name)
    if not said:
        return None
    numbered = [text("preparation.line", number=number, line=line) for number, line in enumerate(said, start=1)]
    return "\n".join([first, *numbered, text("preparation.after")])
