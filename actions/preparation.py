"""How to prepare for the examination that was booked, or the one that is named."""

from actions.base import HouseAction, Outcome, Turn
from actions.buttons import PERSON, choice
from care.booking import when
from care.booking.patients import SELF
from care.consent import Purpose, has_consent
from care.preparation import BookedExamination, booked_for, named, preparation_told
from care.replies import QuickReply, Reply
from care.texts import text
from hospital import get_hospital
from settings import get_settings

BOOKED, NAMED = "examination", "exam"
COMMON = ("抽血", "腹部彩超", "胃镜", "肠镜", "CT", "磁共振")
MOST_NAMED = 2


class Preparation(HouseAction):
    """A named examination wins; else the one that is booked; of several it is asked which."""

    action = "action_preparation"

    def respond(self, turn: Turn) -> Outcome:
        heard = turn.heard
        booked = self._booked(turn)
        if heard.choice is not None and heard.choice.kind == BOOKED:
            chosen = [one for one in booked if one.examination.id == heard.choice.value]
            return Outcome([_told_of_booking(turn, chosen[0]) if chosen else _which()])
        if heard.choice is not None and heard.choice.kind == NAMED:
            return Outcome([_told(turn, heard.choice.value)])
        known = get_hospital().examination_names(turn.session)
        names = named(heard.text, known)
        of_these = [one for one in booked if not names or set(named(one.examination.name, known)) & set(names)]
        if day := heard.value("date"):
            of_these = [one for one in of_these if when_day(one) == day[:10]] or of_these
        if len(of_these) == 1:
            return Outcome([_told_of_booking(turn, of_these[0])])
        if of_these:
            return Outcome([_which_of(of_these)])
        if len(names) in range(1, MOST_NAMED + 1):
            return Outcome([_told(turn, name) for name in names])
        return Outcome([_which(names)])

    def _booked(self, turn: Turn) -> list[BookedExamination]:
        if not has_consent(turn.session, turn.account_id, Purpose.CONSULTATION):
            return []
        kinship = turn.heard.value("kinship") or (turn.kept("relation") if turn.kept("relation") != SELF else None)
        return booked_for(turn.session, get_hospital(), account_id=turn.account_id, kinship=kinship, now=turn.now)


def when_day(booked: BookedExamination) -> str:
    """The day of the examination by the hospital's clock, ISO."""
    return booked.examination.starts_at.astimezone(get_settings().zone).date().isoformat()


def _told_of_booking(turn: Turn, booked: BookedExamination) -> Reply:
    examination, member = booked.examination, booked.member
    own = member.kinship == SELF
    first = text(
        "preparation.booked",
        whose=text("preparation.own") if own else text("preparation.whose", kinship=member.kinship),
        when=when(examination.starts_at),
        name=examination.name,
        place=examination.place,
    )
    return _lines(turn, examination.name, first)


def _told(turn: Turn, name: str) -> Reply:
    return _lines(turn, name, text("preparation.for", name=name))


def _lines(turn: Turn, name: str, first: str) -> Reply:
    said = preparation_told(turn.session, get_hospital(), name, first=first)
    return Reply(text=said or text("preparation.unknown", name=name), quick_replies=(PERSON,))


def _which_of(booked: list[BookedExamination]) -> Reply:
    buttons = tuple(
        QuickReply(
            title=text("preparation.option", name=one.examination.name, when=when(one.examination.starts_at)),
            payload=choice(BOOKED, one.examination.id, intent="ask_preparation"),
        )
        for one in booked
    )
    return Reply(text=text("preparation.which_booked"), quick_replies=(*buttons, PERSON))


def _which(names: tuple[str, ...] = ()) -> Reply:
    buttons = tuple(
        QuickReply(title=name, payload=choice(NAMED, name, intent="ask_preparation")) for name in names or COMMON
    )
    return Reply(text=text("preparation.which"), quick_replies=(*buttons, PERSON))
