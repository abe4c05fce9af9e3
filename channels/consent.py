"""The consent step of a turn: without consent only general information goes on to the assistant (PIPL art. 13, 29).

The emergency screen has run before. What goes no further waits (``channels.held``) and is taken up the moment the
patient agrees; nobody need type anything again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import select

from care.consent import (
    Answer,
    Child,
    Decision,
    Purpose,
    Standing,
    child_in,
    give,
    guardian_question,
    is_general,
    is_general_button,
    question,
    read_answer,
    refuse,
    says_yes,
    standing,
    text_of,
    withdraw,
)
from care.conversations import settle
from care.followup import stop_all
from care.replies import QuickReply, Reply
from care.rights import forget_what_was_told
from care.texts import text
from channels.admission import ALWAYS_OFFERED, EARLIER, Admission
from channels.held import MEDIA_KINDS, Held, bring_back, drop, held_messages, overdue, purpose_of, put_aside
from channels.inbound import Kind
from channels.rasa import AssistantUnavailable, RasaClient
from channels.results import Routed
from records.alerts import Alert
from records.audit import Actor, ActorKind
from records.conversations import Conversation, Message, MessageState
from records.database import session_scope, utc_now
from records.followup import FollowUpEnd
from records.wiping import destroy_file

PERSON = QuickReply(title=text("consent.button.person"), payload=ALWAYS_OFFERED)
ASKS_FOR_PERSON = ALWAYS_OFFERED.removeprefix("/")
# What says something of a patient; events, places and links do not.
SPEAKING = frozenset({Kind.TEXT, Kind.CHOICE, Kind.VOICE, *MEDIA_KINDS})


class ConsentStep:
    """Lets a message go on, or answers in its place. ``hear`` routes a text, ``take_media`` starts a file's job."""

    def __init__(
        self,
        *,
        rasa: RasaClient,
        hear: Callable[[Admission], Awaitable[Routed]],
        take_media: Callable[[Admission], None],
        text_max_chars: int,
    ) -> None:
        self._rasa = rasa
        self._hear = hear
        self._take_media = take_media
        self._text_max_chars = text_max_chars

    async def stop(self, admission: Admission) -> Routed | None:
        """What to answer instead of going on; None lets the message go on. Raises AssistantUnavailable."""
        if (answer := read_answer(admission.heard)) is not None:
            return await self._decide(admission, answer)
        if admission.kind not in SPEAKING or admission.expired_choice:
            return None
        purpose, child = purpose_of(admission.kind, admission.heard), child_in(admission.heard)
        if admission.consents.allows(purpose, child=child is not Child.NO):
            return None
        held = await asyncio.to_thread(_held, admission.conversation_id)
        if held and says_yes(admission.heard):
            # Typed after something else was said in between; the question is out of the numbered answers by then.
            return await self._decide(admission, Answer(held[-1].purpose, Decision.YES))
        if purpose is Purpose.CONSULTATION and (intent := await self._general_intent(admission)) is not None:
            if intent == ASKS_FOR_PERSON and held:
                await asyncio.to_thread(_hand_over, held)
            return None
        if await asyncio.to_thread(_alarmed, admission):
            # Help is on its way: no form to fill in now. A person sees what was said.
            return Routed([Reply(text=text("consent.dialogue.alarmed"))], person=True)
        if purpose is Purpose.MEDIA:
            await asyncio.to_thread(_put_aside, admission)
        again = any(one.purpose is purpose for one in held)
        return Routed([question(purpose, child=child, again=again)], held=True)

    async def _general_intent(self, admission: Admission) -> str | None:
        """What a message means that may go on without consent ("" for nothing); None for every other."""
        heard = admission.heard
        if not heard.strip():
            return ""
        if heard.startswith("/"):
            intent = heard.lstrip("/").partition("{")[0]
            return intent if is_general_button(intent) else None
        if len(heard) > self._text_max_chars:
            return None
        meaning = await self._rasa.meaning(heard)
        said = is_general(heard, intent=meaning.intent, confidence=meaning.confidence, entities=meaning.entities)
        return meaning.intent if said else None

    async def _decide(self, admission: Admission, answer: Answer) -> Routed:
        match answer.decision:
            case Decision.GUARDIAN if not answer.guardian:
                return Routed([guardian_question(answer.purpose)])
            case Decision.YES | Decision.GUARDIAN:
                agreed, held = await asyncio.to_thread(_agree, admission, answer)
                return await self._take_up(admission, answer.purpose, agreed, held)
            case Decision.WITHDRAW:
                await asyncio.to_thread(_withdraw, admission, answer.purpose)
                what = text_of(answer.purpose).title
                return Routed([Reply(text=text("consent.dialogue.withdrawn", what=what))])
            case _:
                await asyncio.to_thread(_refuse, admission, answer.purpose)
                key = {Purpose.CONSULTATION: "refused", Purpose.MEDIA: "refused_media"}.get(answer.purpose)
                return Routed([Reply(text=text(f"consent.dialogue.{key or 'refused_other'}"), quick_replies=(PERSON,))])

    async def _take_up(self, admission: Admission, purpose: Purpose, agreed: Standing, held: list[Held]) -> Routed:
        """Hear what waited, in order; what a guardian must agree to first goes on waiting."""
        waited = [one for one in held if one.purpose is purpose]
        ready = [one for one in waited if agreed.allows(purpose, child=child_in(one.heard) is not Child.NO)]
        replies = [Reply(text=text(f"consent.dialogue.{'given_take_up' if ready else 'given'}"))]
        person = False
        for one in ready:
            if purpose is Purpose.MEDIA:
                await asyncio.to_thread(_bring_back, admission, one.message_id)
                await asyncio.to_thread(self._take_media, replace(admission, message_id=one.message_id))
                continue
            try:
                routed = await self._hear(replace(admission, heard=one.heard, expired_choice=False))
            except AssistantUnavailable:
                routed = Routed([Reply(text=text("turn.assistant_away"))], person=True)
            person = person or routed.person
            replies += routed.replies
        if purpose is Purpose.MEDIA and ready:
            replies.append(Reply(text=text("turn.media_received")))
        if still := [one for one in waited if one not in ready]:
            replies.append(question(purpose, child=child_in(still[-1].heard)))
        return Routed(replies, person=person, taken_up=tuple(one.message_id for one in ready))


def _held(conversation_id: str) -> list[Held]:
    with session_scope() as session:
        return held_messages(session, conversation_id)


def _hand_over(held: list[Held]) -> None:
    """Whoever asks for a person wants them to know what it is about: what was written waits for that person now. A file
    still waits for the consent to look at it."""
    with session_scope() as session:
        settle(session, [one.message_id for one in held if one.purpose is Purpose.CONSULTATION], MessageState.WAITING)


def _alarmed(admission: Admission) -> bool:
    with session_scope() as session:
        recent = select(Alert.id).where(
            Alert.conversation_id == admission.conversation_id, Alert.created_at > utc_now() - EARLIER
        )
        return session.scalars(recent.limit(1)).first() is not None


def _put_aside(admission: Admission) -> None:
    with session_scope() as session:
        source = session.get_one(Message, admission.message_id).media_source
        plain = put_aside(session, admission.account_id, source)
    if plain is not None:
        destroy_file(plain)


def _bring_back(admission: Admission, message_id: str) -> None:
    with session_scope() as session:
        bring_back(session, admission.account_id, session.get_one(Message, message_id).media_source)


def _agree(admission: Admission, answer: Answer) -> tuple[Standing, list[Held]]:
    with session_scope() as session:
        give(session, admission.account_id, answer.purpose, guardian=answer.guardian)
        return standing(session, admission.account_id), held_messages(session, admission.conversation_id)


def _refuse(admission: Admission, purpose: Purpose) -> None:
    with session_scope() as session:
        refuse(session, admission.account_id, purpose)
        if purpose is Purpose.FOLLOW_UP:
            stop_all(session, admission.account_id, why=FollowUpEnd.NO_CONSENT)
        waited = [one.message_id for one in held_messages(session, admission.conversation_id) if one.purpose is purpose]
        drop(session, waited, said_instead=text("consent.dialogue.dropped"))


def _withdraw(admission: Admission, purpose: Purpose) -> None:
    with session_scope() as session:
        withdraw(session, admission.account_id, purpose)
        if purpose is Purpose.FOLLOW_UP:
            stop_all(session, admission.account_id, why=FollowUpEnd.NO_CONSENT)
        # The assistant goes on with nothing that it was told under the consent that ended.
        actor = Actor(ActorKind.PATIENT, admission.account_id)
        forget_what_was_told(session, admission.account_id, purpose, actor=actor)


def reread(admission: Admission) -> Admission:
    """The admission as things stand by now: a message before it may have given or withdrawn a consent."""
    with session_scope() as session:
        asking = session.get_one(Conversation, admission.conversation_id).asking
        return replace(admission, consents=standing(session, admission.account_id), asking=asking)


def drop_overdue() -> int:
    """Delete what has waited for consent too long; returns how many messages."""
    with session_scope() as session:
        ids = overdue(session)
        drop(session, ids, said_instead=text("consent.dialogue.dropped"))
    return len(ids)
