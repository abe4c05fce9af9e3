"""Whether a photo can be read as a photo of a lesion, and if not, what it is and what the patient can do about it.

Each problem is a code for which the house has a sentence. Limits are set by what a feature means, with a margin to
what real photos measure (``bench/skin_gate.py`` counts on both data sets how many are wrongly refused).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vision.skin.colour import lab, skin_like, smaller
from vision.skin.lettering import lettering
from vision.skin.light import Light, light
from vision.skin.network import Photo
from vision.skin.people import PeopleFinder, Seen
from vision.skin.screen import Drawn, drawn

SIDE = 1000
"""Pixels on the longer side of the copy that the gate looks at: writing of a whole sheet is still there."""
SMALLEST = 100
"""Pixels on the shorter side of the photo as it was sent."""
DARK = 62.0
WASHED_OUT = 0.4
BLURRED = (0.36, 0.52)
"""Sharpness and detail, both below."""
LEAST_SKIN = 0.15
PLAINLY_SKIN = 0.8
"""So much skin leaves no room for a person with clothes in a room: bodies are not looked for."""
WRITING, WRITING_ON_PAPER = 32.0, 22.0
PAPER = 0.5
"""Share without the colour of skin, from which less writing makes a document."""
EVEN = 0.35
BODY = 0.85
NOT_DRAWN = Drawn(0.0, 0, tall=False)


class Problem(StrEnum):
    """Why a photo is not read; the one that says most is named first."""

    DOCUMENT = "document"
    SCREENSHOT = "screenshot"
    SEVERAL_PEOPLE = "several_people"
    PERSON = "person"
    NO_SKIN = "no_skin"
    NO_LESION = "no_lesion"
    TOO_SMALL = "too_small"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"


class Note(StrEnum):
    """What is said beside a reading."""

    ANIMATED = "animated"
    """The first picture of an animation was read."""
    SOFT = "soft"
    """Not quite sharp."""


class LooksLike(StrEnum):
    """What was photographed."""

    LESION = "lesion"
    DOCUMENT = "document"
    SCREENSHOT = "screenshot"
    PERSON = "person"
    OTHER = "other"


@dataclass(frozen=True)
class Quality:
    """``confidence`` in ``looks_like``, 0.5 at the limit, up to 1. ``measured``: the numbers behind it."""

    looks_like: LooksLike
    confidence: float
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    measured: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the networks may read it."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Plain data; ``problem`` is the first of ``problems``."""
        return {
            "ok": self.ok,
            "problem": self.problems[0] if self.problems else None,
            "problems": list(self.problems),
            "notes": list(self.notes),
            "looks_like": self.looks_like,
            "confidence": self.confidence,
            "measured": self.measured,
        }


class Gate:
    """Holds the detectors of people; one a process."""

    def __init__(self) -> None:
        self._people = PeopleFinder()

    def load(self) -> None:
        """Load them now."""
        self._people.load()

    def judge(self, photo: Photo, *, shorter_side: int | None = None, animated: bool = False) -> Quality:
        """The photo (at least ``SIDE`` pixels where it had them) and the shorter side of the photo as it was sent."""
        copy = smaller(photo, SIDE)
        shorter = min(photo.shape[:2]) if shorter_side is None else shorter_side
        bright, writing, made = light(copy), lettering(copy), drawn(copy)
        skin = float(skin_like(lab(smaller(copy, 256))).mean())
        seen = self._people.look(copy, bodies=skin < PLAINLY_SKIN)
        of_light = _of_light(shorter, bright)
        if {Problem.BLURRED, Problem.TOO_DARK} & set(of_light):
            made = NOT_DRAWN  # what is out of focus or in the dark is even, too
        looks_like, confidence = _looks_like(skin, writing, made, seen)
        of_kind = _of_kind(looks_like, skin, seen)
        # In too much or too little light nothing has the colour of skin: that is what can be done better.
        problems = [*of_light, *of_kind] if looks_like is LooksLike.OTHER else [*of_kind, *of_light]
        notes = [Note.ANIMATED] if animated else []
        if Problem.BLURRED not in problems and bright.sharpness < BLURRED[0]:
            notes.append(Note.SOFT)
        measured = {
            "shorter_side_px": float(shorter),
            "brightest": bright.brightest,
            "washed_out": bright.washed_out,
            "sharpness": bright.sharpness,
            "detail": bright.detail,
            "skin": skin,
            "writing": writing,
            "even": made.even,
            "face": seen.face,
            "faces": float(seen.faces),
            "body": seen.body,
        }
        return Quality(
            looks_like,
            confidence,
            tuple(problems),
            tuple(notes),
            {name: round(value, 3) for name, value in measured.items()},
        )


def _against(value: float, limit: float) -> float:
    """0.5 at the limit, towards 1 above it."""
    return value / (value + limit)


def _looks_like(skin: float, writing: float, made: Drawn, seen: Seen) -> tuple[LooksLike, float]:
    limit = WRITING_ON_PAPER if 1 - skin >= PAPER else WRITING
    document = _against(writing, limit)
    # A scanned sheet is even, too, but has not the shape of a phone; a phone's screen may have as much writing.
    on_phone = made.tall and made.even >= EVEN
    # Too much light makes areas of one colour, too, but only of one: white.
    on_screen = on_phone or (made.even >= EVEN and made.colours >= 2 and document < 0.5)  # noqa: PLR2004
    screen = _against(made.even, EVEN) if on_screen else 0.0
    document = 0.0 if on_phone else document
    sure = {
        LooksLike.PERSON: max(seen.face, seen.body if seen.body >= BODY else 0.0),
        LooksLike.SCREENSHOT: screen,
        LooksLike.DOCUMENT: document,
        LooksLike.OTHER: max(_against(LEAST_SKIN, max(skin, 1e-3)), _against(made.even, EVEN)),
    }
    most = max(sure, key=lambda kind: sure[kind])
    if sure[most] < 0.5:  # noqa: PLR2004
        return LooksLike.LESION, round(1 - sure[most], 3)
    # Paper is neither skin nor a drawing: what it is called for is its writing.
    named = next(kind for kind in sure if sure[kind] >= 0.5)  # noqa: PLR2004
    kind = named if most is LooksLike.OTHER else most
    return kind, round(sure[kind], 3)


def _of_kind(looks_like: LooksLike, skin: float, seen: Seen) -> list[Problem]:
    match looks_like:
        case LooksLike.DOCUMENT:
            return [Problem.DOCUMENT]
        case LooksLike.SCREENSHOT:
            return [Problem.SCREENSHOT]
        case LooksLike.PERSON:
            return [Problem.SEVERAL_PEOPLE if seen.faces > 1 else Problem.PERSON]
        case LooksLike.OTHER:
            return [Problem.NO_SKIN if skin < LEAST_SKIN else Problem.NO_LESION]
    return []


def _of_light(shorter: int, bright: Light) -> list[Problem]:
    problems = []
    if shorter < SMALLEST:
        problems.append(Problem.TOO_SMALL)
    if bright.brightest < DARK:
        problems.append(Problem.TOO_DARK)
    if bright.washed_out > WASHED_OUT:
        problems.append(Problem.TOO_BRIGHT)
    if bright.sharpness < BLURRED[0] and bright.detail < BLURRED[1]:
        problems.append(Problem.BLURRED)
    return problems
