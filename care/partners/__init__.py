"""Outside systems: a named credential with a purpose and a list of fields, and nothing beside it.

PIPL art. 21 and 23: what leaves goes to whom the patient agreed it should, for that purpose, no more than needed.
"""

from care.partners.credentials import PURPOSES, Credential, NoSuchPartner, PartnerExists, add, revoke
from care.partners.fields import FIELDS, Field, Resource, UnknownField
from care.partners.intake import Identifying, take_document
from care.partners.pseudonyms import account_of, known_patients
from care.partners.reading import read
from care.partners.request import Asked, Call, Caller, Refused, admitted

__all__ = [
    "FIELDS",
    "PURPOSES",
    "Asked",
    "Call",
    "Caller",
    "Credential",
    "Field",
    "Identifying",
    "NoSuchPartner",
    "PartnerExists",
    "Refused",
    "Resource",
    "UnknownField",
    "account_of",
    "add",
    "admitted",
    "known_patients",
    "read",
    "revoke",
    "take_document",
]
