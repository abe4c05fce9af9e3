"""Medical insurance: policies as data, sums with their steps, and nothing said where the policy is silent."""

from care.insurance.answer import Answer, Kind, answer
from care.insurance.asking import UNKNOWN, about, chosen, options_of, question_text
from care.insurance.calculation import Calculation, PolicySilent, calculate
from care.insurance.cards import insurance_reply
from care.insurance.case import Case, Inquiry
from care.insurance.policy import Level, Policy, Scheme, Setting
from care.insurance.reading import read
from care.insurance.shelf import NoPolicy, policies, policy_on

__all__ = [
    "UNKNOWN",
    "Answer",
    "Calculation",
    "Case",
    "Inquiry",
    "Kind",
    "Level",
    "NoPolicy",
    "Policy",
    "PolicySilent",
    "Scheme",
    "Setting",
    "about",
    "answer",
    "calculate",
    "chosen",
    "insurance_reply",
    "options_of",
    "policies",
    "policy_on",
    "question_text",
    "read",
]
