"""Buttons: what a patient reads on them and what the assistant hears when they are pressed."""

import json

from care.replies import QuickReply
from care.texts import text


def payload(intent: str, **values: str) -> str:
    """``/intent{"entity": "value"}``, the way Rasa reads a button."""
    return f"/{intent}{json.dumps(values, ensure_ascii=False)}" if values else f"/{intent}"


def choice(kind: str, value: str, *, intent: str = "inform", **more: str) -> str:
    """The payload of a button that stands for one of several things of a kind."""
    return payload(intent, choice=f"{kind}:{value}", **more)


def button(key: str, intent: str, **values: str) -> QuickReply:
    """A button with a title from the catalogue (``dialogue.button.<key>``)."""
    return QuickReply(title=text(f"dialogue.button.{key}"), payload=payload(intent, **values))


def department_button(name: str) -> QuickReply:
    """Books in one department."""
    return QuickReply(title=text("dialogue.button.book_in", department=name), payload=payload_to_book(name))


def payload_to_book(department: str) -> str:
    return payload("book_appointment", department=department)


PERSON = QuickReply(title=text("dialogue.button.person"), payload="/request_human")
COMPLAINT = QuickReply(title=text("dialogue.button.complaint"), payload=choice("start", "complaint"))
BOOK = button("book", "book_appointment")
LIST = button("list", "list_appointments")
STOP = button("stop", "stop")
START = (COMPLAINT, BOOK, LIST, PERSON)
