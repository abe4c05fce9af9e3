"""Triage for a complaint whose clauses of level 5 are sealed: read in memory, never repeated."""

from collections.abc import Sequence
from dataclasses import replace

from actions.base import Turn
from actions.complaint import Complaint
from actions.hearing import Heard
from care.texts import text
from care.triage import Assessment, Evidence, assess
from language.extraction import extract
from records.masking import PersonalKind
from records.sensitivity import house, opened_for
from records.vault import get_vault

TRIAGE = house("triage")


def opened(turn: Turn, texts: Sequence[str]) -> list[str]:
    """``texts`` with what is of level 5 in clear, for this call only: neither slots nor replies may hold it."""
    return opened_for(turn.session, get_vault(), owner=turn.account_id, texts=texts, actor=TRIAGE)


def heard_in_clear(turn: Turn, heard: Heard) -> str:
    """The message as :func:`opened` reads it."""
    return opened(turn, (heard.text,))[0] if hidden(heard) else heard.text


def hidden(heard: Heard) -> bool:
    """Whether the message has a clause of level 5. It says something of the complaint, whatever it is."""
    return heard.token(PersonalKind.SENSITIVE) is not None


def with_hidden_facts(turn: Turn, complaint: Complaint) -> Complaint:
    """With age, sex and pregnancy from the latest message's sealed clauses too: these are not of level 5."""
    heard = turn.heard
    return complaint.with_facts(extract(heard_in_clear(turn, heard), now=turn.now)) if hidden(heard) else complaint


def assessed(turn: Turn, complaint: Complaint) -> Assessment:
    """What is known so far, assessed; reasons quote only words that are readable anyway."""
    evidence = complaint.evidence()
    texts = tuple(opened(turn, evidence.texts))
    if texts == evidence.texts:
        return assess(evidence)
    return _discreet(assess(replace(evidence, texts=texts)), evidence)


def _discreet(found: Assessment, readable: Evidence) -> Assessment:
    reasons = {one.name: one.reason for one in assess(readable).departments}
    departments = tuple(replace(one, reason=reasons.get(one.name, "")) for one in found.departments)
    return replace(found, departments=departments, rationale=text("dialogue.triage.discreet"))
