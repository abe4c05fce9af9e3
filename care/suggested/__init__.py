"""Answers that the house knows to what a patient wrote, each with its source: for a person to read, change and send.

Nothing is suggested where nothing fits, and never a drug, a dose or a diagnosis. The same words get the same
suggestions."""

import re
from datetime import date

from sqlalchemy.orm import Session

from care.emergency import screen
from care.suggested.asked import for_a_doctor
from care.suggested.hospital import of_the_hospital
from care.suggested.index import best
from care.suggested.policy import of_the_policy
from care.suggested.replies import for_an_emergency, of_canned_replies
from care.suggested.suggestion import Source, Suggestion
from hospital.protocol import HospitalSystem
from language.numbers import half_width
from language.tokens import MASKED

__all__ = ["MOST", "Source", "Suggestion", "suggested"]

MOST = 3
LONGEST = 200  # characters: a longer message is a story, and what it asks is for a person to find
# A dose in a reply that somebody wrote once is for nobody else.
_DOSE = re.compile(
    r"(?:\d|[一二两三四五六七八九十半])\s*(?:mg|毫克|微克|ml|毫升|片|粒|颗|丸|支|滴|喷|单位)", re.IGNORECASE
)


def suggested(session: Session, hospital: HospitalSystem, said: str, *, today: date) -> list[Suggestion]:
    """Up to three answers to a masked message, the best first."""
    plain = MASKED.sub(" ", half_width(said)).strip()
    if not plain or len(plain) > LONGEST:
        return []
    if screen(plain).alarm:
        return list(for_an_emergency(session))[:MOST]
    if for_a_doctor(plain):
        return []
    documents = [*of_the_hospital(session, hospital, plain, today=today), *of_canned_replies(session)]
    policy = of_the_policy(session, hospital, plain, today=today)
    found = ([policy] if policy else []) + best(plain, documents, most=MOST)
    return [one for one in found if one.source is not Source.CANNED or not _DOSE.search(one.text)][:MOST]
