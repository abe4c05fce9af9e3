"""Rasa's REST channel, but one that tells when a message could not be handled.

Rasa's own answers 200 with no messages after an error, as if the bot had nothing to say, and logs the patient's words.
Ours answers 500, so that the gateway puts the message before a person, and logs what kind of error it was.
"""

from asyncio import CancelledError
from typing import Any, Awaitable, Callable

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.shared.core.events import SlotSet
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

logger = structlog.get_logger()


class HouseInput(RestInput):
    """``/webhooks/rest/webhook`` as the gateway calls it: one JSON message in, the answers out.

    ``/webhooks/rest/parse`` says what a text means and nothing else: no tracker is read or written. It is what Rasa's
    own ``/model/parse`` does, without the rest of that API, which would open every tracker to whoever reaches the port.
    ``/webhooks/rest/inform`` sets slots in one sender's tracker and says nothing: what was found in a photo.
    ``/webhooks/rest/forget`` deletes one sender's tracker: consent withdrawn, data erased, retention ended.
    """

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        webhook = Blueprint("house_webhook", "bot_channel")

        @webhook.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = request.json
            if not isinstance(body, dict) or not isinstance(body.get("sender"), str) or not body["sender"]:
                return response.json({"error": "sender is missing"}, status=400)
            if not isinstance(body.get("message"), str):
                return response.json({"error": "message is missing"}, status=400)
            collected = CollectingOutputChannel()
            message = UserMessage(
                body["message"],
                collected,
                body["sender"],
                input_channel=self.name(),
                metadata=body.get("metadata"),
            )
            try:
                await on_new_message(message)
            except CancelledError:
                logger.error("message.timeout", sender=body["sender"])
                return response.json({"error": "timeout"}, status=504)
            except Exception as error:
                logger.error("message.failed", sender=body["sender"], error=type(error).__name__)
                return response.json({"error": "failed"}, status=500)
            return response.json(collected.messages)

        @webhook.route("/parse", methods=["POST"])
        async def parse(request: Request) -> HTTPResponse:
            body = request.json
            if not isinstance(body, dict) or not isinstance(body.get("text"), str):
                return response.json({"error": "text is missing"}, status=400)
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"error": "loading"}, status=503)
            try:
                parsed = await agent.parse_message(body["text"])
            except Exception as error:
                logger.error("parse.failed", error=type(error).__name__)
                return response.json({"error": "failed"}, status=500)
            intent = parsed.get("intent") or {}
            entities = {str(entity.get("entity")) for entity in parsed.get("entities") or ()}
            return response.json(
                {
                    "intent": str(intent.get("name") or ""),
                    "confidence": float(intent.get("confidence") or 0.0),
                    "entities": sorted(entities),
                    "ranking": {str(row["name"]): float(row["confidence"]) for row in parsed.get("intent_ranking", ())},
                }
            )

        _add_tracker_routes(webhook)
        return webhook


def _add_tracker_routes(webhook: Blueprint) -> None:
    @webhook.route("/inform", methods=["POST"])
    async def inform(request: Request) -> HTTPResponse:
        body = request.json
        if not isinstance(body, dict) or not isinstance(body.get("sender"), str) or not body["sender"]:
            return response.json({"error": "sender is missing"}, status=400)
        slots = body.get("slots")
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return response.json({"error": "loading"}, status=503)
        known = {slot.name for slot in agent.domain.slots}
        if not isinstance(slots, dict) or not set(slots) <= known:
            return response.json({"error": "slots are missing or unknown"}, status=400)
        try:
            async with agent.lock_store.lock(body["sender"]):
                tracker = await agent.processor.fetch_tracker_with_initial_session(body["sender"])
                for name, value in slots.items():
                    tracker.update(SlotSet(name, value), agent.domain)
                await agent.tracker_store.save(tracker)
        except Exception as error:
            logger.error("inform.failed", sender=body["sender"], error=type(error).__name__)
            return response.json({"error": "failed"}, status=500)
        return response.json({"set": sorted(slots)})

    @webhook.route("/forget", methods=["POST"])
    async def forget(request: Request) -> HTTPResponse:
        body = request.json
        if not isinstance(body, dict) or not isinstance(body.get("sender"), str) or not body["sender"]:
            return response.json({"error": "sender is missing"}, status=400)
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return response.json({"error": "loading"}, status=503)
        try:
            gone = await agent.tracker_store.forget(body["sender"])
        except Exception as error:
            logger.error("forget.failed", sender=body["sender"], error=type(error).__name__)
            return response.json({"error": "failed"}, status=500)
        return response.json({"forgotten": gone})
