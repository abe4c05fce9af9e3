"""How a patient's words are kept: numbers given in pieces put together, clauses of level 5 sealed away.

The emergency screen and triage read what was written; the records, the assistant, its tracker and every list read what
this leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from records.conversations import Message
from records.masking import Split, Token, find_split, shown_form
from records.sensitivity import Sensitivity, house, opened_for, seal_sensitive
from records.vault import get_vault


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it is stored and heard."""

    text: str = field(repr=False)
    heard: str = field(repr=False)
    sensitivity: Sensitivity


def keep(session: Session, *, owner: str, masked: str, heard: str) -> Kept:
    """``masked`` and ``heard`` with what is of level 5 sealed for ``owner``; the payload of a button is ours."""
    sealed = seal_sensitive(session, get_vault(), owner=owner, text=masked)
    level = max(sealed.level, Sensitivity.PERSONAL)
    if heard == masked:
        return Kept(sealed.text, sealed.text, level)
    if not heard or heard.startswith("/"):
        return Kept(sealed.text, heard, level)
    also = seal_sensitive(session, get_vault(), owner=owner, text=heard)
    return Kept(sealed.text, also.text, max(level, also.level))


def join_split_number(session: Session, *, owner: str, earlier: Sequence[Message], masked: str) -> str:
    """``masked`` with a token for the number whose first pieces came in ``earlier`` messages (oldest first); these are
    mended in the same transaction. Unchanged when there is no such number."""
    texts = [message.text for message in earlier]
    split = find_split([*texts, masked])
    if split is None:
        return masked
    token = _kept_number(session, owner, split)
    for piece in split.pieces[:-1]:
        message = earlier[piece.text]
        whole = message.heard is None or message.heard == message.text
        written = message.text[piece.start : piece.end]
        message.text = message.text[: piece.start] + token + message.text[piece.end :]
        message.heard = message.text if whole else (message.heard or "").replace(written, token)
    last = split.pieces[-1]
    return masked[: last.start] + token + masked[last.end :]


def _kept_number(session: Session, owner: str, split: Split) -> str:
    form = shown_form(split.original, split.kind)
    ref = get_vault().store(session, owner=owner, kind=split.kind, original=split.original, shown=form)
    return str(Token(split.kind, ref, form))


def as_written(session: Session, *, owner: str, messages: Sequence[Message]) -> list[str]:
    """The texts of earlier messages for the emergency screen: with clauses of level 5 in clear, in memory."""
    texts = [message.text for message in messages if message.text]
    return opened_for(session, get_vault(), owner=owner, texts=texts, actor=house("emergency screen"))
