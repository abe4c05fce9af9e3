"""The follow-up step of a turn: a pressed answer, or words that are plainly one, are kept here; "no more" stops it.

It works while the assistant is away; only words of one's own are told from a request to the house by the assistant.
"""

import asyncio
from dataclasses import replace

from care import followup
from care.followup import Answer
from care.replies import Reply
from care.texts import text
from channels.admission import Admission
from channels.inbound import Channel, Kind
from channels.rasa import RasaClient
from channels.results import Routed
from records.database import read_scope, session_scope, utc_now

SPOKEN = frozenset({Kind.TEXT, Kind.CHOICE, Kind.VOICE})
# Whoever was just asked to say something, and says what means one of these, has answered. Everything else is a
# request to the house ("我想挂号") and goes its usual way.
ANSWERING = frozenset(
    {
        "answer_followup",
        "describe_complaint",
        "return_complaint",
        "report_pain",
        "inform",
        "affirm",
        "deny",
        "dont_know",
        "nlu_fallback",
    }
)


class FollowUpStep:
    """Takes an answer to an open question, or the wish for no more of them, or lets the message go on."""

    def __init__(self, rasa: RasaClient) -> None:
        self._rasa = rasa

    async def stop(self, admission: Admission) -> Routed | None:
        """What is said to it; None when the message is for somebody else. Raises AssistantUnavailable."""
        heard = admission.heard.strip()
        if admission.kind not in SPOKEN or not heard or admission.expired_choice:
            return None
        if heard.startswith(followup.PREFIX):
            answer = followup.pressed(heard)
            reply = await asyncio.to_thread(_take, admission, answer) if answer is not None else None
            return Routed([reply or Reply(text=text("followup.late.over"))])
        if heard.startswith("/"):
            return None
        if followup.wants_to_stop(heard):
            return Routed([await asyncio.to_thread(_stop, admission)])
        plain, own = await asyncio.to_thread(_waiting, admission, heard)
        if plain is None and own is not None and (await self._rasa.meaning(heard)).intent in ANSWERING:
            plain = own
        if plain is None or (reply := await asyncio.to_thread(_take, admission, plain)) is None:
            return None
        return Routed([reply])

    async def note(self, admission: Admission) -> None:
        """Keep a pressed answer of who talks with a person, who says what there is to say to it."""
        answer = followup.pressed(admission.heard.strip())
        if answer is not None and not admission.expired_choice:
            await asyncio.to_thread(_take, admission, answer)

    async def catch_up(self, admission: Admission, routed: Routed) -> Routed:
        """``routed`` with what of a follow-up could only be announced on WeChat; not where a person is called."""
        if admission.channel != Channel.WECHAT or admission.kind not in SPOKEN or not routed.replies:
            return routed
        if routed.person or routed.held:
            return routed
        said = await asyncio.to_thread(_unseen, admission, "\n".join(reply.text for reply in routed.replies))
        return routed if said is None else replace(routed, replies=[*routed.replies, said])


def _waiting(admission: Admission, said: str) -> tuple[Answer | None, Answer | None]:
    """The answer that the words plainly are, and the one that they may be."""
    with read_scope() as session:
        waiting = followup.open_questions(session, admission.conversation_id)
        return followup.typed(waiting, said), followup.own_words(waiting)


def _take(admission: Admission, answer: Answer) -> Reply | None:
    with session_scope() as session:
        return followup.take_answer(
            session,
            conversation_id=admission.conversation_id,
            message_id=admission.message_id,
            answer=answer,
            now=utc_now(),
        )


def _unseen(admission: Admission, said: str) -> Reply | None:
    with read_scope() as session:
        reply = followup.unseen(session, admission.conversation_id)
    # What was just asked is stored only after this.
    return None if reply is None or reply.text.partition("\n")[0] in said else reply


def _stop(admission: Admission) -> Reply:
    with session_scope() as session:
        stopped = followup.stop_for_patient(session, admission.account_id)
    return Reply(text=text("followup.stop.done" if stopped else "followup.stop.none"))
