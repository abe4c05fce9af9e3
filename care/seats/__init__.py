"""Seats: people who answer conversations. What a seat does keeps conversation, case and alert consistent."""

from care.seats.groups import NoSuchGroup, SkillGroup, group, groups
from care.seats.notes import notes_of, write_note
from care.seats.satisfaction import answer_satisfaction, ask_satisfaction, score_in
from care.seats.service import (
    SeatFull,
    acknowledge,
    claim,
    close,
    give_back,
    load_of,
    reassign,
    release,
    take_over,
    transfer,
)
from care.seats.terms import NobodyThere, OtherGroup, SeatTerms, seats_of, terms_of
from care.seats.waiting import Wait, promise, wait_told

__all__ = [
    "NoSuchGroup",
    "NobodyThere",
    "OtherGroup",
    "SeatFull",
    "SeatTerms",
    "SkillGroup",
    "Wait",
    "acknowledge",
    "answer_satisfaction",
    "ask_satisfaction",
    "claim",
    "close",
    "give_back",
    "group",
    "groups",
    "load_of",
    "notes_of",
    "promise",
    "reassign",
    "release",
    "score_in",
    "seats_of",
    "take_over",
    "terms_of",
    "transfer",
    "wait_told",
    "write_note",
]
