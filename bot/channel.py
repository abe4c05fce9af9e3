"""Rasa's REST channel, but one that tells when a message could not be handled.

Rasa's own answers 200 with no messages after an error, as if the bot had nothing to say, and logs the patient's words.
Ours answers 500, so that the gateway puts the message before a person, and logs what kind of error it was.
"""

from asyncio import CancelledError
from typing import Any, Awaitable, Callable

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

logger = structlog.get_logger()


class HouseInput(RestInput):
    """``/webhooks/rest/webhook`` as the gateway calls it: one JSON message in, the answers out."""

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

        return webhook
