"""Personal data in free text: found, and replaced before anything else reads it."""

from records.masking.across import Split, find_split
from records.masking.find import find_personal
from records.masking.kinds import PersonalKind, PersonalSpan
from records.masking.replace import mask, mask_into_vault
from records.masking.shown import shown_form
from records.masking.token import TOKEN, Token, find_tokens, neutralise, parse_token, shown

__all__ = [
    "TOKEN",
    "PersonalKind",
    "PersonalSpan",
    "Split",
    "Token",
    "find_personal",
    "find_split",
    "find_tokens",
    "mask",
    "mask_into_vault",
    "neutralise",
    "parse_token",
    "shown",
    "shown_form",
]
