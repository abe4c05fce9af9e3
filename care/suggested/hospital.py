"""What the hospital says of itself, as documents: opening hours, fees, where a department is, how to prepare."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from care.booking.display import money
from care.opening import hours_line
from care.preparation import named, naming, preparation_told
from care.suggested.asked import asked, raw
from care.suggested.index import Document, words_of
from care.suggested.suggestion import Source, Suggestion
from care.texts import text
from hospital.protocol import HospitalSystem
from language.departments import department_names
from language.lexicon import Lexicon

MOST_NAMED = 2


def of_the_hospital(session: Session, hospital: HospitalSystem, said: str, *, today: date) -> Iterator[Document]:
    """Those that ``said`` may be about; their edition is the day they were asked of the hospital."""
    edition = text("suggested.edition.hospital", day=today.isoformat())
    if asked("hours").in_(said):
        yield from _hours(session, hospital, said, edition)
    if asked("fees").in_(said):
        yield from _fees(session, hospital, edition)
    if asked("departments").in_(said):
        yield from _departments(session, hospital, said, edition)
    if asked("preparation").in_(said):
        yield from _preparation(session, hospital, said, edition)


def _hours(session: Session, hospital: HospitalSystem, said: str, edition: str) -> Iterator[Document]:
    entry = raw()["hours"]
    told = hospital.opening_hours(session)
    aside = _aside("hours")
    left = [word for word in words_of(said) if word not in aside]
    usual = not left and any(word in said for word in entry["usual_needs"].split())
    for topic, words in entry["words"].items():
        lines = [hours_line(one) for one in told if topic in one.what]
        if not lines:
            continue
        found = Suggestion(f"hours:{topic}", Source.HOURS, topic, edition, "\n".join(lines))
        if usual and topic == entry["usual"]:
            yield Document(found, words_of(said))
        elif not usual:
            yield Document(found, _known(words), aside)


def _fees(session: Session, hospital: HospitalSystem, edition: str) -> Iterator[Document]:
    lines = [text("suggested.fee", what=one.what, amount=money(one.amount)) for one in hospital.fees(session)]
    if lines:
        found = Suggestion("fees", Source.FEES, text("suggested.title.fees"), edition, "\n".join(lines))
        yield Document(found, _known(raw()["fees"]["words"]), _aside("fees", but="挂号费 诊费 诊查费"))


def _departments(session: Session, hospital: HospitalSystem, said: str, edition: str) -> Iterator[Document]:
    names = Lexicon({name: known.name for name, known in department_names().items()})
    meant = {name: said[start:end] for start, end, name in names.find(said)}
    for one in hospital.departments(session):
        if one.name in meant and len(meant) <= MOST_NAMED:
            key = "dialogue.department.walk_in" if one.walk_in else "dialogue.department.info"
            told = text(key, name=one.name, parent=one.parent, place=one.place)
            found = Suggestion(f"department:{one.name}", Source.DEPARTMENT, one.name, edition, told)
            words = (*words_of(meant[one.name]), *words_of(one.name), *_known(raw()["departments"]["words"]))
            yield Document(found, words, _aside("departments"))


def _preparation(session: Session, hospital: HospitalSystem, said: str, edition: str) -> Iterator[Document]:
    names = named(said, hospital.examination_names(session))
    for name in names if len(names) <= MOST_NAMED else ():
        told = preparation_told(session, hospital, name, first=text("preparation.for", name=name))
        if told is not None:
            found = Suggestion(f"preparation:{name}", Source.PREPARATION, name, edition, told)
            # It was found by any of its names, which the question's words are then known by.
            own = tuple(word for part in naming(said) for word in words_of(part))
            yield Document(found, (*own, *words_of(name), *_known(raw()["preparation"]["words"])))


def _known(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for word in words.split() for part in (word, *words_of(word))))


def _aside(topic: str, *, but: str = "") -> tuple[str, ...]:
    return tuple(word for word in _known(raw()[topic]["needs"]) if word not in but.split())
