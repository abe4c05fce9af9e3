"""All finders together, without overlaps."""

from collections.abc import Iterable

from records.masking.addresses import find_addresses
from records.masking.documents import find_documents, find_said_emails
from records.masking.kinds import PersonalKind, PersonalSpan
from records.masking.labelled import find_emails, find_labelled
from records.masking.names import find_names
from records.masking.normal import joined_groups, normalise, spoken_digits
from records.masking.numbers import find_numbers
from records.masking.token import TOKEN


def find_personal(text: str) -> list[PersonalSpan]:
    """Every item in ``text``, in order, none overlapping another; offsets into ``text``. Tokens are let be.

    Never raises, whatever the text, and takes time in proportion to its length.
    """
    normal = normalise(text)
    if "⟦" in normal:
        normal = TOKEN.sub(lambda match: "⟧" * len(match[0]), normal)
    # Certain things first: what is found later and overlaps an earlier one is left out.
    emails = list(find_emails(normal))
    numbers = [*find_numbers(normal)]
    grouped = joined_groups(normal)
    regrouped = [] if grouped is None else [*find_numbers(grouped)]
    sure = [span for span in [*numbers, *regrouped] if span.kind is PersonalKind.ID]
    rest = [span for span in numbers if span.kind is not PersonalKind.ID]
    labelled = [*find_documents(normal), *find_labelled(normal)]
    kept = _without_overlaps([*find_said_emails(normal), *emails, *sure, *labelled, *rest, *regrouped], len(text))
    if (spoken := spoken_digits(normal)) is not None:
        kept = _without_overlaps([*kept, *find_numbers(spoken), *find_labelled(spoken)], len(text))
    kept = _without_overlaps([*kept, *find_addresses(normal)], len(text))
    return sorted(_without_overlaps([*kept, *find_names(normal, kept)], len(text)))


def _without_overlaps(spans: Iterable[PersonalSpan], length: int) -> list[PersonalSpan]:
    """The spans that overlap none before them in the list."""
    taken = bytearray(length)
    kept = []
    for span in spans:
        if 1 not in taken[span.start : span.end]:
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return kept
