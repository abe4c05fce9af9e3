"""The token that stands in an item's place: ``⟦ID:0a1b2c3d4e5f6071:450**1990⟧``."""

import re
from dataclasses import dataclass

from records.masking.kinds import PersonalKind

TOKEN = re.compile(rf"⟦({'|'.join(PersonalKind)}):([0-9a-f]{{16}}):([^⟦⟧\n]{{0,64}})⟧")
_BRACKETS = str.maketrans("⟦⟧", "〔〕")


@dataclass(frozen=True, slots=True)
class Token:
    kind: PersonalKind
    ref: str
    shown: str

    def __str__(self) -> str:
        return f"⟦{self.kind}:{self.ref}:{self.shown}⟧"


def parse_token(token: str) -> Token | None:
    """The token's parts, or None if ``token`` is not exactly one."""
    match = TOKEN.fullmatch(token)
    return Token(PersonalKind(match[1]), match[2], match[3]) if match else None


def find_tokens(text: str) -> list[Token]:
    """The tokens in a stored text, in order."""
    return [Token(PersonalKind(match[1]), match[2], match[3]) for match in TOKEN.finditer(text)]


def shown(text: str) -> str:
    """A stored text as a screen shows it: each token as its masked form."""
    return TOKEN.sub(lambda match: match[3], text)


def neutralise(text: str) -> str:
    """A patient's own ⟦ ⟧ made harmless, so that nobody can write a token that points into the vault."""
    return text.translate(_BRACKETS)
