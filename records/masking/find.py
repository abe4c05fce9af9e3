"""All finders together, without overlaps."""

import re
from collections.abc import Iterable, Iterator

from records.masking.addresses import find_addresses
from records.masking.documents import find_documents, find_said_emails
from records.masking.kinds import PersonalKind, PersonalSpan
from records.masking.labelled import find_emails, find_labelled
from records.masking.names import find_names
from records.masking.normal import joined_groups, normalise, spoken_digits
from records.masking.numbers import find_numbers
from records.masking.token import TOKEN

# What is shown of a masked number. Its digits are no part of another one, but a label before it is its own.
_SHOWN = re.compile(
    r"(?<![\w*])(?:\d{3}\*\*[\dX]{4}|\d{3,4}\*{4}\d{4}|\*{4}(?!1[ \-.]?[3-9](?:[ \-.]?\d){9})[\dA-Z]{2,4})(?![\w*])",
    re.ASCII,
)
# Behind what cuts them something else may stand.
_FROM_THE_BEGINNING = (PersonalKind.ADDRESS, PersonalKind.NAME, PersonalKind.NAME_DOCTOR)
_NOTHING_TAKEN = re.compile(rb"\0+")
_REST = re.compile(r"\w.+\w", re.DOTALL)


def find_personal(text: str) -> list[PersonalSpan]:
    """Every item in ``text``, in order, none overlapping another; offsets into ``text``. Tokens are let be.

    Never raises, whatever the text, and takes time in proportion to its length.
    """
    normal = normalise(text)
    if "⟦" in normal:
        normal = TOKEN.sub(lambda match: "⟧" * len(match[0]), normal)
    if "**" in normal:
        normal = _SHOWN.sub(lambda match: _closed(len(match[0])), normal)
    # Certain things first: of what is found later only that is left which none before it has.
    emails = list(find_emails(normal))
    numbers = [*find_numbers(normal)]
    grouped = joined_groups(normal)
    regrouped = [] if grouped is None else [*find_numbers(grouped)]
    sure = [span for span in [*numbers, *regrouped] if span.kind is PersonalKind.ID]
    rest = [span for span in numbers if span.kind is not PersonalKind.ID]
    # Of two that overlap the one that begins first, and is longer, is the whole of which the other is a part.
    known = sorted([*sure, *find_documents(normal), *find_labelled(normal)], key=lambda span: (span.start, -span.end))
    kept = _without_overlaps([*find_said_emails(normal), *emails, *known, *rest, *regrouped], normal)
    if (spoken := spoken_digits(normal)) is not None:
        # Apart from what was found already: "病历号00123456一三八…".
        found = [*find_numbers(spoken), *find_labelled(spoken)]
        found += find_numbers(_without(spoken, kept)) if kept else []
        kept = _without_overlaps([*kept, *found], normal)
    kept = _without_overlaps([*kept, *find_addresses(normal)], normal)
    return sorted(_without_overlaps([*kept, *find_names(normal, kept)], normal))


def _closed(length: int) -> str:
    """What nothing joins and no label reaches across, in place of ``length`` characters of an item."""
    return "⟧0".ljust(length, "⟧")


def _without(text: str, spans: list[PersonalSpan]) -> str:
    parts: list[str] = []
    last = 0
    for span in sorted(spans):
        parts += text[last : span.start], _closed(span.end - span.start)
        last = span.end
    return "".join([*parts, text[last:]])


def _without_overlaps(spans: Iterable[PersonalSpan], normal: str) -> list[PersonalSpan]:
    """The spans, of each only what none before it in the list has: an address whose end is a phone number is one
    up to there."""
    taken = bytearray(len(normal))
    kept = []
    for span in spans:
        for start, end in _free(taken, span, normal):
            taken[start:end] = b"\1" * (end - start)
            kept.append(PersonalSpan(start, end, span.kind))
    return kept


def _free(taken: bytearray, span: PersonalSpan, normal: str) -> Iterator[tuple[int, int]]:
    if 1 not in taken[span.start : span.end]:
        yield span.start, span.end
        return
    for gap in _NOTHING_TAKEN.finditer(taken, span.start, span.end):
        rest = _REST.search(normal, *gap.span())
        if rest is not None and (span.kind not in _FROM_THE_BEGINNING or gap.start() == span.start):
            yield rest.span()
