"""Which doctor: skill tags against the complaint's words, then title, then who is free first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from hospital.protocol import Doctor, HospitalSystem, Slot

TITLE_RANK = {"主任医师": 3, "副主任医师": 2, "主治医师": 1}


@dataclass(frozen=True, slots=True)
class DoctorMatch:
    """A doctor, the skills that answer the complaint, and the next free slot (None when there is none)."""

    doctor: Doctor
    matched: tuple[str, ...]
    next_slot: Slot | None


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
) -> list[DoctorMatch]:
    """The department's doctors, best first: most matching skills, then higher title, then the nearest free slot.

    Doctors with nothing free come last. An empty list for a department without doctors (walk-in).
    """
    found = []
    for doctor in hospital.doctors(session, department=department):
        free = hospital.slots(session, after=now, doctor_id=doctor.id, limit=1)
        found.append(DoctorMatch(doctor, matched_skills(doctor, complaint), free[0] if free else None))
    found.sort(
        key=lambda match: (
            match.next_slot is None,
            -len(match.matched),
            -TITLE_RANK.get(match.doctor.title, 0),
            match.next_slot.starts_at if match.next_slot else now,
            match.doctor.id,
        )
    )
    return found[:limit]
