"""The rights step of a turn: what a patient asks about their own data is answered here, without the assistant."""

import asyncio
import json
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import privacy_link, says_no, standing, standing_reply, withdraw_reply
from care.replies import QuickReply, Reply
from care.rights import ErasurePlan, Wish, ask, identity, plan_erasure, wish_in
from care.texts import text
from channels.admission import Admission
from channels.inbound import Kind
from channels.results import Routed
from records.audit import Actor, ActorKind
from records.conversations import Author, Conversation, Message
from records.database import session_scope, utc_now
from records.rights import RequestKind
from settings import get_settings

SPOKEN = frozenset({Kind.TEXT, Kind.CHOICE, Kind.VOICE, Kind.EVENT})
PREFIX = "/rights"
# Between the proof of who one is and the last press.
PROVED_FOR = timedelta(minutes=10)
# An erasure begins when the last message has surely reached the patient.
LAST_WORDS = timedelta(seconds=6)
# Suggestions that may still be asked about.
RECENT_CARDS = 30


class RightsStep:
    """Answers a wish about one's own data, or lets the message go on."""

    async def stop(self, admission: Admission) -> Routed | None:
        """The answer, or None when the message is no such wish."""
        if admission.kind not in SPOKEN:
            return None
        wish = wish_in(admission.heard)
        if wish is None and not admission.asking and not admission.heard.startswith(PREFIX):
            return None
        return await asyncio.to_thread(_answer, admission, wish)


def _answer(admission: Admission, wish: Wish | None) -> Routed | None:
    with session_scope() as session:
        if admission.heard.startswith(PREFIX):
            return _pressed(session, admission)
        if wish is None:
            return _told(session, admission)
        _ask(session, admission, "")
        match wish:
            case Wish.STANDING:
                return Routed([standing_reply(standing(session, admission.account_id))])
            case Wish.WITHDRAW:
                return Routed([withdraw_reply(standing(session, admission.account_id))])
            case Wish.PRIVACY:
                link = f"{get_settings().base_url}{privacy_link()}"
                return Routed([Reply(text=text("consent.dialogue.privacy", link=link))])
            case Wish.WHY:
                return Routed([_why(session, admission)])
            case _:
                return _prove(session, admission, wish)


def _prove(session: Session, admission: Admission, wish: Wish) -> Routed:
    """Who is it that asks? The end of their own identity number, where one is known."""
    if identity.can_be_asked(session, admission.account_id):
        _ask(session, admission, f"{wish}:0")
        return Routed([Reply(text=text("rights.identity.ask"))])
    return _proved(session, admission, wish)


def _told(session: Session, admission: Admission) -> Routed | None:
    """The answer to the question who it is; anything else goes on as a message like any other."""
    wish, _, tried = admission.asking.partition(":")
    if not tried.isdigit():
        return None
    if not identity.is_ending(admission.heard):
        _ask(session, admission, "")
        return Routed([Reply(text=text("rights.identity.given_up"))]) if says_no(admission.heard) else None
    # Part of an identity number: read, and kept nowhere.
    message = session.get_one(Message, admission.message_id)
    message.text, message.heard = text("rights.identity.stored"), None
    if identity.matches(session, admission.account_id, admission.heard):
        return _proved(session, admission, Wish(wish))
    if int(tried) + 1 >= identity.MAX_TRIES:
        _ask(session, admission, "")
        return Routed([Reply(text=text("rights.identity.failed"))], person=True)
    _ask(session, admission, f"{wish}:{int(tried) + 1}")
    return Routed([Reply(text=text("rights.identity.again"))])


def _proved(session: Session, admission: Admission, wish: Wish) -> Routed:
    """Say what would be done, and offer to do it."""
    _ask(session, admission, f"{wish}:ok:{int(utc_now().timestamp())}")
    if wish is Wish.EXPORT:
        offered = tuple(map(_button, ("export", "export_all", "no_export")))
        return Routed([Reply(text=text("rights.export.ask"), quick_replies=offered)])
    plan = plan_erasure(session, admission.account_id)
    if plan.held:
        _ask(session, admission, "")
        return Routed([Reply(text=text("rights.erase.held"), quick_replies=(_PERSON,))])
    offered = tuple(map(_button, ("erase", "no_erase")))
    return Routed([Reply(text=plan_in_words(plan), quick_replies=offered)])


def _pressed(session: Session, admission: Admission) -> Routed:
    done = json.loads(admission.heard.removeprefix(PREFIX)).get("do")
    _ask(session, admission, "")
    if done in {"no_export", "no_erase"}:
        return Routed([Reply(text=text(f"rights.{'export' if done == 'no_export' else 'erase'}.given_up"))])
    wish = Wish.ERASE if done == "erase" else Wish.EXPORT
    if not _just_proved(admission, wish):
        return _prove(session, admission, wish)
    actor = Actor(ActorKind.PATIENT, admission.account_id, str(admission.channel))
    if wish is Wish.ERASE:
        ask(session, admission.account_id, RequestKind.ERASURE, actor=actor, after=LAST_WORDS)
        return Routed([Reply(text=text("rights.erase.asked"))])
    everything = done == "export_all"
    ask(session, admission.account_id, RequestKind.EXPORT, actor=actor, with_sensitive=everything)
    return Routed([Reply(text=text("rights.export.asked"))])


def _just_proved(admission: Admission, wish: Wish) -> bool:
    asked, _, at = admission.asking.partition(":ok:")
    return asked == wish and at.isdigit() and utc_now().timestamp() - int(at) < PROVED_FOR.total_seconds()


def plan_in_words(plan: ErasurePlan) -> str:
    """What an erasure would do, as the patient is asked about it."""
    zone = get_settings().zone
    goes, stays = [], []
    if plan.dialogue_until is None:
        goes.append(text("rights.erase.goes_dialogue", messages=plan.messages, media=plan.media))
    else:
        until = plan.dialogue_until.astimezone(zone).date()
        stays.append(text("rights.erase.stays_dialogue", until=until))
    goes.append(text("rights.erase.goes_rest"))
    if plan.records_until is not None:
        until = plan.records_until.astimezone(zone).date()
        if plan.appointments:
            stays.append(text("rights.erase.stays_records", appointments=plan.appointments, until=until))
        if plan.programmes:
            stays.append(text("rights.erase.stays_programmes", until=until))
    kept = text("rights.erase.stays", what="；".join(stays)) if stays else text("rights.erase.stays_nothing")
    if plan.filed:
        kept = f"{kept}\n{text('rights.erase.filed', filed=plan.filed)}"
    return text("rights.erase.ask", goes=text("rights.erase.goes", what="、".join(goes)), stays=kept)


def _why(session: Session, admission: Admission) -> Reply:
    """Why the latest departments were suggested (PIPL art. 24), from the card itself; a person may always decide."""
    cards = session.scalars(
        select(Message.card)
        .where(
            Message.conversation_id == admission.conversation_id,
            Message.author == Author.BOT,
            Message.card.is_not(None),
        )
        .order_by(Message.seq.desc())
        .limit(RECENT_CARDS)
    )
    card = next((card for card in cards if card and card["kind"] == "departments"), None)
    if card is None:
        return Reply(text=text("rights.why.none"))
    lines = [text("rights.why.because", rationale=card["rationale"])] if card["rationale"] else []
    lines += [text("rights.why.department", **row) for row in card["departments"] if row["reason"]]
    return Reply(text="\n".join([*lines, text("rights.why.closing")]), quick_replies=(_PERSON,))


def _ask(session: Session, admission: Admission, asking: str) -> None:
    session.get_one(Conversation, admission.conversation_id).asking = asking


def _button(done: str) -> QuickReply:
    return QuickReply(title=text(f"rights.button.{done}"), payload=f"{PREFIX}{json.dumps({'do': done})}")


_PERSON = QuickReply(title=text("consent.button.person"), payload="/request_human")
