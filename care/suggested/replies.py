"""Canned replies as documents: the house's own by how patients ask for them, the staff's by what they say."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version

from sqlalchemy.orm import Session

from care.seats.canned import Canned, canned_replies
from care.suggested.asked import asking_words, raw
from care.suggested.index import Document, words_of
from care.suggested.suggestion import Source, Suggestion
from care.texts import text
from settings import get_settings


def of_canned_replies(session: Session) -> Iterator[Document]:
    """Every reply of the staff's, and those of the house that answer what a patient asks."""
    for one in canned_replies(session):
        if one.own:
            # What the title says is what it is about.
            yield Document(_suggestion(one), (*words_of(one.title), *words_of(one.text)), asking_words())
        elif one.id in raw()["canned"]:
            asked = raw()["canned"][one.id].split()
            words = tuple(dict.fromkeys(part for cue in asked for part in (cue, *words_of(cue))))
            yield Document(_suggestion(one), words)


def for_an_emergency(session: Session) -> Sequence[Suggestion]:
    """The only ones that fit while a red flag stands."""
    wanted: list[str] = raw()["emergency"]
    return [_suggestion(one) for one in canned_replies(session) if one.id in wanted]


def _suggestion(one: Canned) -> Suggestion:
    return Suggestion(f"canned:{one.id}", Source.CANNED, one.title, _edition(one.edited_at), one.text)


def _edition(edited_at: datetime | None) -> str:
    if edited_at is None:
        return text("suggested.edition.house", version=version("xinglin"))
    return text("suggested.edition.staff", day=edited_at.astimezone(get_settings().zone).date().isoformat())
