"""Which doctor: whom the patient knows, skill tags against the complaint's words, title, who is free soon."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml
from sqlalchemy.orm import Session

from hospital.protocol import Doctor, HospitalSystem, Slot

TITLE_RANK = {"主任医师": 3, "副主任医师": 2, "主治医师": 1}
# Points; a matching skill outweighs one step of title and four days of waiting.
SEEN, SKILL, TITLE, WAITING_DAY = 3.0, 2.0, 0.5, 0.4
MOST_SKILLS, LONGEST_WAIT, DAY_S = 2, 10.0, 86_400.0


@dataclass(frozen=True, slots=True)
class DoctorMatch:
    """A doctor, the skills that answer the complaint, the next free slot, the day the patient last saw them."""

    doctor: Doctor
    matched: tuple[str, ...]
    next_slot: Slot | None
    seen_on: date | None = None


@lru_cache(maxsize=1)
def skill_words() -> Mapping[str, tuple[str, ...]]:
    """A skill tag with the words by which patients speak of it."""
    file = Path(__file__).parent / "skills.yaml"
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {tag: (tag, *str(words).split()) for tag, words in raw.items()}


def matched_skills(doctor: Doctor, complaint: str) -> tuple[str, ...]:
    """Those of the doctor's skills that the complaint speaks of."""
    words = skill_words()
    return tuple(tag for tag in doctor.skills if any(word in complaint for word in words.get(tag, (tag,))))


def recommend_doctors(
    session: Session,
    hospital: HospitalSystem,
    *,
    department: str,
    complaint: str = "",
    now: datetime,
    limit: int = 3,
    seen: Mapping[str, date] = MappingProxyType({}),
) -> list[DoctorMatch]:
    """The department's doctors, best first, by :func:`worth`; those with nothing free come last.

    ``seen`` are the doctors (by name) whom the patient saw in this department lately, with the day. An empty list for
    a department without doctors (walk-in).
    """
    found = []
    for doctor in hospital.doctors(session, department=department):
        free = hospital.slots(session, after=now, doctor_id=doctor.id, limit=1)
        matched = matched_skills(doctor, complaint)
        found.append(DoctorMatch(doctor, matched, free[0] if free else None, seen.get(doctor.name)))
    found.sort(key=lambda match: (match.next_slot is None, -worth(match, now=now), match.doctor.id))
    return found[:limit]


def worth(match: DoctorMatch, *, now: datetime) -> float:
    """What speaks for a doctor, in points: whom the patient knows, skills for the complaint, title, a near slot.

    A chief who is free in two weeks does not win over an attending doctor who has the skill and is free tomorrow.
    """
    points = SEEN if match.seen_on else 0.0
    points += SKILL * min(len(match.matched), MOST_SKILLS) + TITLE * TITLE_RANK.get(match.doctor.title, 0)
    if match.next_slot is not None:
        days = (match.next_slot.starts_at - now).total_seconds() / DAY_S
        points -= WAITING_DAY * min(days, LONGEST_WAIT)
    return points
