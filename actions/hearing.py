"""What a patient's last message says: the words, the button, and the facts found in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker

from language.extraction import Mention, extract
from records.masking import PersonalKind, Token, find_tokens


@dataclass(frozen=True, slots=True)
class Choice:
    """A pressed button: ``kind`` of thing and ``value`` chosen."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One message. ``text`` is masked, and empty for a button; ``given`` are the other values of a button."""

    text: str = field(repr=False)
    intent: str
    confidence: float
    choice: Choice | None
    given: Mapping[str, str]
    mentions: tuple[Mention, ...] = field(repr=False)
    tokens: tuple[Token, ...]
    likelihoods: Mapping[str, float]

    @property
    def ranking(self) -> tuple[str, ...]:
        """The likeliest intents, best first."""
        return tuple(self.likelihoods)

    def value(self, kind: str) -> str | None:
        """The last value of ``kind`` that was said and not denied ("不是周三，周四吧" means Thursday)."""
        if kind in self.given:
            return self.given[kind]
        said = [mention.value for mention in self.mentions if mention.kind == kind and not mention.negated]
        return said[-1] if said else None

    def has(self, *kinds: str) -> bool:
        """Whether anything of one of these kinds is mentioned, denied or not."""
        return any(mention.kind in kinds for mention in self.mentions) or any(kind in self.given for kind in kinds)

    def token(self, kind: PersonalKind) -> Token | None:
        return next((token for token in self.tokens if token.kind == kind), None)


def hear(tracker: Tracker, *, now: datetime) -> Heard:
    """Read the tracker's latest message; dates are meant in ``now``'s zone."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    text = str(message.get("text") or "")
    pressed = text.startswith("/")
    given = {
        str(entity["entity"]): str(entity["value"])
        for entity in message.get("entities") or ()
        if pressed and entity.get("value") is not None
    }
    intent = message.get("intent") or {}
    said = "" if pressed else text
    return Heard(
        text=said,
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        choice=_choice(given.pop("choice", "")),
        given=given,
        mentions=tuple(extract(said, now=now)) if said else (),
        tokens=tuple(find_tokens(said)),
        likelihoods={
            str(row.get("name")): float(row.get("confidence") or 0.0) for row in message.get("intent_ranking") or ()
        },
    )


def _choice(value: str) -> Choice | None:
    kind, separator, chosen = value.partition(":")
    return Choice(kind, chosen) if separator else None


def unanswered(tracker: Tracker) -> bool:
    """Whether nothing was said since the latest message.

    A form runs again after a rule has answered something in between; the message must not be read a second time
    then.
    """
    for event in reversed(tracker.events):
        if event.get("event") == "bot":
            return False
        if event.get("event") == "user":
            return True
    return False


def spoken_at(tracker: Tracker, *, before: int = 0) -> float | None:
    """When the patient's latest message came (``before=1``: the one before it), as Rasa's clock has it."""
    times = [event.get("timestamp") for event in tracker.events if event.get("event") == "user"]
    return times[-1 - before] if len(times) > before else None


def just_opened(tracker: Tracker, form: str) -> bool:
    """Whether this call is the form's first: it became active after the latest message."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "active_loop":
            return bool(event.get("name") == form)
    return False
