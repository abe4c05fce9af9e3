"""Consent: asked per purpose where it is first needed, versioned, withdrawn at any time; what works without it."""

from care.consent.answers import Answer, Decision, read_answer, says_no, says_yes, typed_answer
from care.consent.children import Child, child_in
from care.consent.general import is_general, is_general_button
from care.consent.purposes import ConsentText, Purpose, text_of
from care.consent.questions import (
    consent_card,
    guardian_question,
    privacy_link,
    question,
    standing_reply,
    withdraw_reply,
)
from care.consent.service import (
    NOTHING,
    Grant,
    Standing,
    give,
    has_consent,
    refuse,
    standing,
    standing_of,
    withdraw,
)

__all__ = [
    "NOTHING",
    "Answer",
    "Child",
    "ConsentText",
    "Decision",
    "Grant",
    "Purpose",
    "Standing",
    "child_in",
    "consent_card",
    "give",
    "guardian_question",
    "has_consent",
    "is_general",
    "is_general_button",
    "privacy_link",
    "question",
    "read_answer",
    "refuse",
    "says_no",
    "says_yes",
    "standing",
    "standing_of",
    "standing_reply",
    "text_of",
    "typed_answer",
    "withdraw",
    "withdraw_reply",
]
