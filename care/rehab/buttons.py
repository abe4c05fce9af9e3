"""What a rehab message offers, and what the assistant hears when it is pressed."""

from care.buttons import choice, payload
from care.rehab.exercises import exercise
from care.replies import QuickReply
from care.texts import text

FILM = "exercise"
NAME = "video"
INTENT = "send_rehab_video"


def film_button(name: str) -> QuickReply:
    """Shows how to film an exercise, and notes that it comes next."""
    title = text("rehab.button.film", title=exercise(name).title)
    return QuickReply(title=title, payload=choice(FILM, name, intent=INTENT))


def name_button(name: str, *, message_id: str) -> QuickReply:
    """Says that the video of this message shows this exercise."""
    title = text("rehab.button.which", title=exercise(name).title)
    return QuickReply(title=title, payload=choice(NAME, f"{name}:{message_id}", intent=INTENT))


def plan_button() -> QuickReply:
    """Shows the plan."""
    return QuickReply(title=text("rehab.button.plan"), payload=payload("ask_rehab_plan"))


def pain_button() -> QuickReply:
    """Says that the exercise hurts."""
    return QuickReply(title=text("rehab.button.pain"), payload=payload("report_pain"))


def person_button() -> QuickReply:
    """Asks for a person."""
    return QuickReply(title=text("dialogue.button.person"), payload=payload("request_human"))
