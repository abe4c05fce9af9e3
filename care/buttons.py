"""What the assistant hears when a button is pressed: the way Rasa reads a payload."""

import json


def payload(intent: str, **values: str) -> str:
    """``/intent{"entity": "value"}``."""
    return f"/{intent}{json.dumps(values, ensure_ascii=False)}" if values else f"/{intent}"


def choice(kind: str, value: str, *, intent: str = "inform", **more: str) -> str:
    """The payload of a button that stands for one of several things of a kind."""
    return payload(intent, choice=f"{kind}:{value}", **more)


def to_book(department: str) -> str:
    """The payload that begins a booking in ``department``."""
    return payload("book_appointment", department=department)
