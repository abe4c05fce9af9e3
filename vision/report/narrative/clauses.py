"""The findings of a text: one for each thing that is named, with what is said of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vision.report.narrative.measures import grades, sizes
from vision.report.narrative.parts import Finding, Grade, Side, Size
from vision.report.narrative.wording import wording

# Sentences, and the numbers of a list: a number behind a stroke or a letter is one of a name (L4/5、L5/S1).
_SENTENCES = re.compile(r"[。;\n]|(?<=\D)\.(?=\D|$)|(?:^|(?<=[\u4e00-\u9fff),:。;\n]))\(?\d{1,2}[.、)](?!\d)")
GENERAL = "lesion"
"""A kind that can be said of anything: "高信号" of a nodule is no second finding."""
_PIECES = re.compile(r"[,，]")


@dataclass(slots=True)
class _Draft:
    """A finding while its pieces are read."""

    text: list[str] = field(default_factory=list)
    kind: str | None = None
    site: str | None = None
    side: Side | None = None
    sizes: list[Size] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)
    negated: bool = False
    uncertain: bool = False
    count: str | None = None

    @property
    def tells(self) -> bool:
        return bool(self.kind or self.sizes or self.grades or self.negated)

    def done(self) -> Finding:
        return Finding(
            text=",".join(self.text),
            kind=self.kind,
            site=self.site,
            organ=organ_of(self.site),
            side=self.side,
            sizes=tuple(self.sizes),
            grades=tuple(self.grades),
            negated=self.negated,
            uncertain=self.uncertain,
            count=self.count,
        )


def findings(text: str, *, examined: str | None = None) -> tuple[Finding, ...]:
    """What the text says of each thing. ``examined`` is where it is as long as no other place is named."""
    organ = site_of(examined or "")
    found: list[Finding] = []
    for sentence in _SENTENCES.split(text):
        if not sentence or not sentence.strip(" ,:"):
            continue
        told = list(_of_sentence(sentence, organ))
        found += told
        organ = next((one.site for one in reversed(told) if one.site), organ)
    return tuple(found)


def _of_sentence(sentence: str, organ: str | None) -> Iterator[Finding]:
    draft = _Draft()
    place: tuple[str | None, Side | None] = (organ, None)
    for piece in _PIECES.split(sentence):
        if not piece:
            continue
        kind, own_site, own_side = kind_of(piece), site_of(piece), side_of(piece)
        place = _placed(piece, own_site, own_side, place)
        if draft.text and _opens(piece, kind, own_side or own_site, draft):
            if draft.tells:
                yield draft.done()
            draft = _Draft()
        _add(draft, piece, kind, place)
    if draft.tells:
        yield draft.done()


def _opens(piece: str, kind: str | None, placed: object, draft: _Draft) -> bool:
    """Whether a piece begins a new finding: a kind, where the one before has one, or a place with sizes of its own."""
    if kind is not None and (draft.kind is not None or draft.sizes):
        # "考虑结节" after "低回声结节" is the same one, unless it is elsewhere or measured anew.
        another = kind != draft.kind and not (kind == GENERAL and draft.kind)
        return bool(placed or sizes(piece) or _negated(piece) != draft.negated or another)
    return bool(placed and (draft.sizes or draft.kind or draft.negated))


def _placed(
    piece: str, own_site: str | None, own_side: Side | None, before: tuple[str | None, Side | None]
) -> tuple[str | None, Side | None]:
    """Where the piece is: what it says itself, the rest from the pieces before it."""
    site, side = before
    if own_site is not None:
        return own_site, own_side
    part = wording().part.search(piece)
    if part and site is not None:
        site = _with_part(organ_of(site) or site, part[0])
    return site, own_side or side


def _add(draft: _Draft, piece: str, kind: str | None, place: tuple[str | None, Side | None]) -> None:
    marks = wording().marks
    if not draft.text or draft.site is None or kind:
        draft.site = place[0] or draft.site
        draft.side = place[1] or draft.side
    draft.text.append(piece)
    draft.kind = draft.kind or kind
    draft.sizes += sizes(piece)
    draft.grades += grades(piece)
    draft.negated = draft.negated or (_negated(piece) and not (draft.kind and kind is None))
    draft.uncertain = draft.uncertain or marks["uncertain"].search(piece) is not None
    if draft.count is None:
        draft.count = (
            "multiple" if marks["multiple"].search(piece) else "single" if marks["single"].search(piece) else None
        )


def _negated(piece: str) -> bool:
    return wording().marks["negated"].search(piece) is not None


def kind_of(piece: str) -> str | None:
    """What is named in a clause, None where nothing is."""
    return next((name for name, pattern in wording().kinds.items() if pattern.search(piece)), None)


def site_of(piece: str) -> str | None:
    """The organ, with the part of it, that a clause names first; None where none is named."""
    named = [(match.start(), name) for name, pattern in wording().sites.items() if (match := pattern.search(piece))]
    if not named:
        return None
    organ = min(named)[1]
    part = wording().part.search(piece)
    return _with_part(organ, part[0]) if part else organ


def _with_part(organ: str, part: str) -> str:
    return part if part.startswith(organ) or organ in part else f"{organ}{part}"


def organ_of(site: str | None) -> str | None:
    """The organ that a site (with its part, or as printed) belongs to; None where none is named."""
    if not site:
        return None
    named = [(match.start(), name) for name, pattern in wording().sites.items() if (match := pattern.search(site))]
    return next((name for name in wording().sites if site.startswith(name)), min(named)[1] if named else None)


def side_of(piece: str) -> Side | None:
    """The side that a clause names; BOTH where it says both or names the two."""
    marks = wording().marks
    if marks["both"].search(piece):
        return Side.BOTH
    left, right = marks["left"].search(piece), marks["right"].search(piece)
    if left and right:
        return Side.BOTH
    if left or right:
        return Side.LEFT if left else Side.RIGHT
    return Side.MIDLINE if marks["midline"].search(piece) else None
