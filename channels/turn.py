"""The way of one message: every channel's messages pass these steps, in this order, each once.

    once only -> in order -> mask -> store -> emergency screen -> consent -> route -> reply -> ledger

Storing comes before anything that can fail, so nothing is lost: what a crash leaves unanswered is taken up again by
:meth:`Turn.resume_unanswered`. The emergency screen comes before the assistant and does not wait for it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from care.replies import Reply
from care.texts import text
from channels.admission import Admission, admit, load_unanswered
from channels.apart import ApartStep
from channels.consent import ConsentStep, reread
from channels.emergency import asking
from channels.followup import FollowUpStep
from channels.inbound import Inbound, Kind
from channels.order import InOrder
from channels.rasa import AssistantUnavailable, RasaClient
from channels.results import Routed, StoredReply, TurnResult
from channels.rights import RightsStep
from channels.satisfaction import SatisfactionStep
from channels.storing import hand_to_person, is_answered, store_routed, stored_result
from records.conversations import Holder
from settings import get_settings

log = structlog.get_logger(__name__)

T = TypeVar("T")
Key = tuple[str, str, str]
MediaIntake = Callable[[Admission], None]


class Turn:
    """Takes messages of all channels all the way. One per gateway process.

    ``take_media`` hands a stored media message to the durable job that fetches, checks and keeps it.
    """

    def __init__(self, *, rasa: RasaClient, take_media: MediaIntake, text_max_chars: int, welcome: Reply) -> None:
        self._rasa = rasa
        self._take_media = take_media
        self._text_max_chars = text_max_chars
        self._welcome = welcome
        self._running: dict[Key, asyncio.Task[TurnResult]] = {}
        self._order = InOrder()
        self._satisfaction = SatisfactionStep()
        self._rights = RightsStep()
        self._apart = ApartStep()
        self._follow_up = FollowUpStep(rasa)
        self._consent = ConsentStep(
            rasa=rasa, hear=self._route_text, take_media=take_media, text_max_chars=text_max_chars
        )

    async def handle(self, inbound: Inbound) -> TurnResult:
        """Take one message all the way; a resend gets the first one's result and runs nothing again."""
        key = (inbound.channel, inbound.sender, inbound.dedupe_key)
        if running := self._running.get(key):
            return replace(await asyncio.shield(running), duplicate=True)
        task = asyncio.create_task(self._run(inbound))
        self._running[key] = task
        task.add_done_callback(lambda _: self._running.pop(key, None))
        # Shielded: a patient who hangs up does not stop the work.
        return await asyncio.shield(task)

    async def resume_unanswered(self) -> int:
        """Take up the messages that a stopped process left unanswered; returns how many."""
        admissions = await asyncio.to_thread(load_unanswered)
        await asyncio.gather(*(self._resume(admission) for admission in admissions))
        return len(admissions)

    async def settle(self) -> None:
        """Wait until every running turn has ended (at shutdown)."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, inbound: Inbound) -> TurnResult:
        async with self._order.ticket((inbound.channel, inbound.sender)) as ticket:
            admission = await asyncio.to_thread(admit, inbound)
            ticket.admitted()
            if admission.answered:
                return await asyncio.to_thread(stored_result, admission)
            if await ticket.turn():
                admission = await asyncio.to_thread(reread, admission)
            if admission.duplicate and await asyncio.to_thread(is_answered, admission):
                return await asyncio.to_thread(stored_result, admission)
            return await self._answer(admission)

    async def _resume(self, admission: Admission) -> None:
        async with self._order.ticket((admission.channel, admission.sender)) as ticket:
            ticket.admitted()
            await ticket.turn()
            # The page may have sent it again, and been answered, before its turn came here.
            if not await asyncio.to_thread(is_answered, admission):
                await self._answer(admission)

    async def _answer(self, admission: Admission) -> TurnResult:
        try:
            routed = await self._route(admission)
        except AssistantUnavailable:
            routed = Routed([Reply(text=text("turn.assistant_away"))], person=True)
        except Exception:
            # Whatever went wrong is ours, never the patient's: they are told, and a person is asked.
            log.exception("turn_failed", conversation=admission.conversation_id, message=admission.message_id)
            routed = Routed([Reply(text=text("turn.assistant_away"))], person=True)
        if admission.holder != Holder.SEAT:
            routed = await self._follow_up.catch_up(admission, routed)
        if admission.doubtful:
            routed = replace(routed, replies=asking(routed.replies))
        if routed.person:
            await asyncio.to_thread(hand_to_person, admission)
        replies = await asyncio.to_thread(store_routed, admission, routed)
        return self._result(admission, replies)

    def _result(self, admission: Admission, replies: tuple[StoredReply, ...]) -> TurnResult:
        return TurnResult(
            conversation_id=admission.conversation_id,
            message_id=admission.message_id,
            seq=admission.seq,
            duplicate=admission.duplicate,
            replies=replies,
        )

    async def _route(self, admission: Admission) -> Routed:
        if admission.holder != Holder.SEAT:
            for step in (self._satisfaction, self._rights, self._apart, self._follow_up, self._consent):
                if (stopped := await step.stop(admission)) is not None:
                    return stopped
        else:
            await self._follow_up.note(admission)
        spoken = admission.kind == Kind.VOICE and bool(admission.heard)  # WeChat recognised what was said
        if admission.kind in {Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.FILE} and not spoken:
            await asyncio.to_thread(self._take_media, admission)
            silent = admission.holder == Holder.SEAT
            return Routed([] if silent else [Reply(text=text("turn.media_received"))])
        if admission.holder == Holder.SEAT:
            return Routed([], person=True)
        match admission.kind:
            case Kind.TEXT | Kind.CHOICE | Kind.VOICE:
                return await self._route_text(admission)
            case Kind.EVENT if admission.event == "click" and admission.heard.strip():
                # A menu key is a sentence of the hospital's own ("我要挂号"), heard like one.
                return await self._route_text(admission)
            case Kind.EVENT:
                return Routed([self._welcome] if admission.event in {"subscribe", "scan_subscribe"} else [])
            case Kind.LOCATION:
                return Routed([Reply(text=text("turn.location", entrance=get_settings().emergency_entrance))])
            case Kind.LINK:
                return Routed([Reply(text=text("turn.link"))])
            case _:
                return Routed([Reply(text=text("turn.unknown"))])

    async def _route_text(self, admission: Admission) -> Routed:
        if admission.expired_choice:
            return Routed([Reply(text=text("turn.no_longer_offered"))])
        if not admission.heard.strip():
            return Routed([Reply(text=text("turn.empty"), quick_replies=self._welcome.quick_replies)])
        if len(admission.heard) > self._text_max_chars:
            return Routed([Reply(text=text("turn.too_long"))])
        return Routed(await self._rasa.replies(conversation_id=admission.conversation_id, text=admission.heard))
