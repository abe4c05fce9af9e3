"""What the extractors give back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """One thing that a patient named: ``text[start:end]``, read as ``value`` (see ``language.extraction``).

    ``negated`` is true for "不发烧": the symptom was named, and said not to be there.
    """

    kind: str
    start: int
    end: int
    text: str
    value: str
    negated: bool = False
