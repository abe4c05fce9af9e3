"""Kinds of personal data, and where one was found."""

from dataclasses import dataclass
from enum import StrEnum


class PersonalKind(StrEnum):
    """What an item identifies a person by; the spelling is the one of tokens and of ``xinglin mask``."""

    ID = "ID"  # resident identity card, passport, travel permit
    PHONE = "PHONE"
    BANK_CARD = "BANK_CARD"
    ADDRESS = "ADDRESS"
    NAME = "NAME"
    NAME_DOCTOR = "NAME_DOCTOR"  # found and masked in logs, but a doctor's name is public: booking needs it in clear
    EMAIL = "EMAIL"
    MEDICAL_RECORD = "MEDICAL_RECORD"
    INSURANCE = "INSURANCE"
    ACCOUNT = "ACCOUNT"  # WeChat openid or number, QQ number
    PLATE = "PLATE"  # of a car
    SENSITIVE = "SENSITIVE"  # no identifier, but a clause of level 5: found by ``records.sensitivity``


@dataclass(frozen=True, slots=True, order=True)
class PersonalSpan:
    """One item: ``text[start:end]``, in characters of the text it was found in."""

    start: int
    end: int
    kind: PersonalKind
