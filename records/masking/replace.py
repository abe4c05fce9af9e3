"""Items replaced: by what may be shown, or by tokens with the originals in the vault."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from records.masking.find import find_personal
from records.masking.kinds import PersonalKind, PersonalSpan
from records.masking.shown import shown_form
from records.masking.token import Token, neutralise

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from records.vault import Vault


def replace_spans(text: str, spans: list[PersonalSpan], replacement: Callable[[str, PersonalKind], str]) -> str:
    """``text`` with each span replaced; the spans are in order and do not overlap."""
    parts: list[str] = []
    last = 0
    for span in spans:
        parts += text[last : span.start], replacement(text[span.start : span.end], span.kind)
        last = span.end
    return "".join([*parts, text[last:]])


def mask(text: str) -> str:
    """``text`` with every item in its shown form (``450**1990``, ``138****5678``, ``张**``)."""
    return replace_spans(text, find_personal(text), shown_form)


def mask_into_vault(
    session: "Session",
    vault: "Vault",
    *,
    owner: str,
    text: str,
    keep: Collection[PersonalKind] = (PersonalKind.NAME_DOCTOR,),
) -> str:
    """``text`` with every item replaced by a token and its original kept in the vault for ``owner``.

    The same item twice is one entry. Kinds in ``keep`` stay: doctors' names are public, and booking needs them.
    """
    text = neutralise(text)
    tokens: dict[tuple[str, PersonalKind], str] = {}

    def token(original: str, kind: PersonalKind) -> str:
        if (original, kind) not in tokens:
            form = shown_form(original, kind)
            ref = vault.store(session, owner=owner, kind=kind, original=original, shown=form)
            tokens[original, kind] = str(Token(kind, ref, form))
        return tokens[original, kind]

    spans = [span for span in find_personal(text) if span.kind not in keep]
    return replace_spans(text, spans, token)
