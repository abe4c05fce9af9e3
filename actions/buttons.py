"""Buttons: what a patient reads on them and what the assistant hears when they are pressed."""

from care.buttons import choice, payload
from care.buttons import to_book as payload_to_book
from care.replies import QuickReply
from care.texts import text

__all__ = [
    "BOOK",
    "COMPLAINT",
    "LIST",
    "PERSON",
    "START",
    "STOP",
    "button",
    "choice",
    "department_button",
    "payload",
    "payload_to_book",
]


def button(key: str, intent: str, **values: str) -> QuickReply:
    """A button with a title from the catalogue (``dialogue.button.<key>``)."""
    return QuickReply(title=text(f"dialogue.button.{key}"), payload=payload(intent, **values))


def department_button(name: str) -> QuickReply:
    """Books in one department."""
    return QuickReply(title=text("dialogue.button.book_in", department=name), payload=payload_to_book(name))


PERSON = QuickReply(title=text("dialogue.button.person"), payload="/request_human")
COMPLAINT = QuickReply(title=text("dialogue.button.complaint"), payload=choice("start", "complaint"))
BOOK = button("book", "book_appointment")
LIST = button("list", "list_appointments")
STOP = button("stop", "stop")
START = (COMPLAINT, BOOK, LIST, PERSON)
