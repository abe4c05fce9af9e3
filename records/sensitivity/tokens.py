"""Clauses of level 5 into the vault, and out again for those who may read them."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from records.masking.kinds import PersonalKind
from records.masking.token import TOKEN, Token, find_tokens
from records.sensitivity.classify import classify
from records.sensitivity.levels import Sensitivity
from records.vault import Vault, VaultEntryNotFound, VaultEntryShredded

# What stands in a clause's place on every screen until somebody who may has asked to read it.
SHOWN = "〔敏感内容〕"
SPECIAL_ONLY = frozenset({Sensitivity.SPECIAL})


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text as it may be stored, and its level."""

    text: str = field(repr=False)
    level: Sensitivity


def seal_sensitive(session: Session, vault: Vault, *, owner: str, text: str) -> Sealed:
    """``text`` (masked before) with every clause of level 5 replaced by a token; the clauses are in the vault, under
    the level-5 key of ``owner`` (an account id)."""
    found = classify(text)
    parts: list[str] = []
    last = 0
    for span in found.spans:
        clause = text[span.start : span.end]
        ref = vault.store(
            session, owner=owner, kind=PersonalKind.SENSITIVE, original=clause, shown=SHOWN, level=found.level
        )
        parts += text[last : span.start], str(Token(PersonalKind.SENSITIVE, ref, SHOWN))
        last = span.end
    return Sealed("".join([*parts, text[last:]]), found.level)


def level_of(kind: PersonalKind) -> Sensitivity:
    """The level of what a token stands for: what names a person is of level 4."""
    return Sensitivity.SPECIAL if kind is PersonalKind.SENSITIVE else Sensitivity.RESTRICTED


def holds(text: str, *, levels: Collection[Sensitivity] = SPECIAL_ONLY) -> bool:
    """Whether a stored text has tokens of one of these levels."""
    return any(level_of(token.kind) in levels for token in find_tokens(text))


def open_tokens(
    session: Session, vault: Vault, *, owner: str, text: str, levels: Collection[Sensitivity] = SPECIAL_ONLY
) -> str:
    """A stored text with its tokens of ``levels`` opened, the others as they are; for level 4 and 5 ask for both.

    Who calls it audits it. What was erased, or belongs to somebody else, stays a token. Raises ``VaultEntryDamaged`` or
    ``VaultKeyError``.
    """
    parts: list[str] = []
    last = 0
    for match in TOKEN.finditer(text):
        level = level_of(PersonalKind(match[1]))
        if level not in levels:
            continue
        try:
            original = vault.reveal(session, owner=owner, ref=match[2], level=level)
        except (VaultEntryNotFound, VaultEntryShredded):
            continue
        parts += text[last : match.start()], original
        last = match.end()
    return "".join([*parts, text[last:]])
