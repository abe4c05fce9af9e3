"""Who the patient is: name and identity number, as tokens. Only ``care.booking`` opens them, through the vault."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace

from actions.base import Turn
from actions.plan import SELF, Plan
from care.booking import (
    BookingRefused,
    IdentityMismatch,
    InvalidIdentityNumber,
    NotYourPatient,
    TooManyPatients,
    register_patient,
)
from care.booking.exceptions import InvalidName, SelfRegistered
from care.booking.personal import PersonalReader
from care.replies import Reply
from care.texts import text
from records.masking import TOKEN, PersonalKind, Token
from records.vault import get_vault

MAX_TRIES = 3  # asked once, kindly asked again twice, then a person
_DIGITS = re.compile(r"\d[\d\s\-]{5,}")
NO_NUMBER = frozenset({PersonalKind.NAME, PersonalKind.ID, PersonalKind.SENSITIVE})
_HOPELESS = (TooManyPatients, NotYourPatient, SelfRegistered)


@dataclass(frozen=True, slots=True)
class IdentityRead:
    plan: Plan
    said: tuple[Reply, ...] = ()


def read_identity(turn: Turn, plan: Plan, *, asked: bool) -> IdentityRead | None:
    """Note the name and number of a message; with both, and consent, register the patient.

    None when the message says nothing of them. The third wrong number ends the plan with ``person``.
    """
    heard = turn.heard
    name, number = _full_name(turn), heard.token(PersonalKind.ID)
    # A number with a digit missing is masked as something else, or not at all: it was still meant as one.
    others = [token for token in heard.tokens if token.kind not in NO_NUMBER]
    wrong = asked and number is None and bool(others or _DIGITS.search(TOKEN.sub("", heard.text)))
    if name is None and number is None and not wrong:
        return None
    after = replace(plan, name=str(name) if name else plan.name, id_number=str(number) if number else plan.id_number)
    if wrong:
        return _again(after, text("dialogue.book.identity_unreadable"))
    if after.id_number is not None and number is not None:
        try:
            PersonalReader(turn.session, get_vault(), turn.account_id).id_number(after.id_number)
        except InvalidIdentityNumber as refused:
            return _again(replace(after, id_number=None), refused.patient_text())
    return _registered(turn, after)


def _full_name(turn: Turn) -> Token | None:
    """The first name of the message that somebody can be registered by; "小明" and "王先生" are none."""
    reader = PersonalReader(turn.session, get_vault(), turn.account_id)
    for token in turn.heard.tokens:
        if token.kind is PersonalKind.NAME:
            with suppress(InvalidName):
                reader.name(str(token))
                return token
    return None


def _registered(turn: Turn, plan: Plan) -> IdentityRead:
    if not (plan.consent and plan.name and plan.id_number):
        return IdentityRead(plan)
    try:
        patient = register_patient(
            turn.session,
            get_vault(),
            account_id=turn.account_id,
            name=plan.name,
            id_number=plan.id_number,
            kinship=plan.relation or SELF,
        )
    except InvalidName:
        return _again(replace(plan, name=None), text("dialogue.book.identity_name_unclear"))
    except IdentityMismatch as refused:
        return _again(replace(plan, name=None, id_number=None), refused.patient_text())
    except _HOPELESS as refused:
        return IdentityRead(replace(plan, ending="person"), (Reply(text=refused.patient_text()),))
    except BookingRefused as refused:
        return _again(replace(plan, id_number=None), refused.patient_text())
    return IdentityRead(replace(plan, patient=patient.id, name=None, id_number=None, tries=0))


def _again(plan: Plan, why: str) -> IdentityRead:
    tries = plan.tries + 1
    if tries >= MAX_TRIES:
        return IdentityRead(replace(plan, tries=tries, ending="person"), ())
    return IdentityRead(replace(plan, tries=tries), (Reply(text=why),))
