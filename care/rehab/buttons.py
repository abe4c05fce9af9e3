"""What a rehab message offers, and what the assistant hears when it is pressed."""

import json

from care.rehab.exercises import exercise
from care.replies import QuickReply
from care.texts import text

FILM = "exercise"
NAME = "video"


def film_button(name: str) -> QuickReply:
    """Shows how to film an exercise, and notes that it comes next."""
    title = text("rehab.button.film", title=exercise(name).title)
    return QuickReply(title=title, payload=_payload("send_rehab_video", f"{FILM}:{name}"))


def name_button(name: str, *, message_id: str) -> QuickReply:
    """Says that the video of this message shows this exercise."""
    title = text("rehab.button.which", title=exercise(name).title)
    return QuickReply(title=title, payload=_payload("send_rehab_video", f"{NAME}:{name}:{message_id}"))


def plan_button() -> QuickReply:
    """Shows the plan."""
    return QuickReply(title=text("rehab.button.plan"), payload="/ask_rehab_plan")


def pain_button() -> QuickReply:
    """Says that the exercise hurts."""
    return QuickReply(title=text("rehab.button.pain"), payload="/report_pain")


def person_button() -> QuickReply:
    """Asks for a person."""
    return QuickReply(title=text("dialogue.button.person"), payload="/request_human")


def _payload(intent: str, choice: str) -> str:
    return f"/{intent}{json.dumps({'choice': choice}, ensure_ascii=False)}"
