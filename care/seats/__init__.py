"""Seats: people who answer conversations. What a seat does keeps conversation, case and alert consistent."""

from care.seats.giving import may_be_given
from care.seats.groups import NoSuchGroup, SkillGroup, group, groups
from care.seats.notes import notes_of, write_note
from care.seats.satisfaction import answer_satisfaction, ask_satisfaction, score_in
from care.seats.service import (
    acknowledge,
    claim,
    close,
    give_back,
    reassign,
    release,
    take_over,
    transfer,
)
from care.seats.terms import AT_SEATS, NobodyThere, OtherGroup, SeatFull, SeatTerms, load_of, seats_of, terms_of
from care.seats.waiting import Wait, promise, wait_told

__all__ = [
    "AT_SEATS",
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
    "may_be_given",
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
