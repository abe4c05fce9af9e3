"""What consent is asked for, each apart from the others, and the texts it is asked with (PIPL art. 14, 17, 29, 30)."""

from dataclasses import dataclass
from enum import StrEnum

from care.texts import text


class Purpose(StrEnum):
    """Why personal data are processed. Consent to one says nothing about another."""

    CONSULTATION = "consultation"  # health information in the conversation: sensitive (PIPL art. 28)
    BOOKING = "booking"  # identity, shared with the hospital's system
    MEDIA = "media"  # photos, videos, voice, reports
    FOLLOW_UP = "follow_up"  # messages after a visit
    RESEARCH = "research"  # research and training; never asked for together with anything else


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of one purpose's text. ``ask`` is what the chat shows, ``full`` what the privacy page shows."""

    purpose: Purpose
    version: str
    date: str
    title: str
    ask: str
    full: str


def text_of(purpose: Purpose) -> ConsentText:
    """The text that is asked with now."""
    return ConsentText(
        purpose=purpose,
        version=text(f"consent.{purpose}.version"),
        date=text(f"consent.{purpose}.date"),
        title=text(f"consent.{purpose}.title"),
        ask=text(f"consent.{purpose}.ask"),
        full=text(f"consent.{purpose}.full"),
    )


def still_holds(purpose: Purpose, version: str) -> bool:
    """Whether a consent to ``version`` covers the text of now: only a change of the first number is a material one."""
    return version.partition(".")[0] == text_of(purpose).version.partition(".")[0]
