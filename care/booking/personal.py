"""Reads personal items as the dialogue hands them (masking tokens, or plain text) and keeps them in the vault."""

import re
import unicodedata
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from care.booking import identity
from care.booking.exceptions import BookingRefused, InvalidIdentityNumber, InvalidName, InvalidPhone
from records.masking import PersonalKind, parse_token, shown_form
from records.masking.lexicon import name_lexicon
from records.vault import Vault, VaultEntryNotFound, VaultEntryShredded

ID_PURPOSE = "patient.id_number"

# Han characters, with the dot of minority names, or Latin letters; never digits or other marks.
_HAN = r"[\u3400-\u9fff\U00020000-\U000323af]"
_NAME = re.compile(rf"{_HAN}{{2,15}}|{_HAN}{{1,15}}(?:·{_HAN}{{1,15}}){{1,4}}|[A-Za-z][A-Za-z .'\-]{{1,40}}")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonalItem:
    """One item as given; ``ref`` is None while the vault does not have it. The original is in no repr."""

    kind: PersonalKind
    original: str = field(repr=False)
    shown: str
    ref: str | None


class PersonalReader:
    """Reads and keeps items of one account, in the caller's transaction."""

    def __init__(self, session: Session, vault: Vault, account_id: str) -> None:
        self._session = session
        self._vault = vault
        self._account_id = account_id

    def name(self, given: str) -> PersonalItem:
        """A person's name, shown as surname and stars; raises InvalidName."""
        original, ref = self._opened(given, InvalidName)
        plain = plain_name(original)
        if not _NAME.fullmatch(plain) or _is_nickname(plain):
            raise InvalidName
        return PersonalItem(PersonalKind.NAME, plain, shown_form(plain, PersonalKind.NAME), ref)

    def id_number(self, given: str) -> tuple[PersonalItem, identity.Identity]:
        """An identity number and what it tells, shown as "450**1990"; raises InvalidIdentityNumber."""
        original, ref = self._opened(given, InvalidIdentityNumber)
        told = identity.check(original)
        return PersonalItem(PersonalKind.ID, told.number, shown_form(told.number, PersonalKind.ID), ref), told

    def phone(self, given: str) -> PersonalItem:
        """A phone number, shown as "138****5678"; raises InvalidPhone."""
        original, ref = self._opened(given, InvalidPhone)
        plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", original)).removeprefix("+86")
        if not _PHONE.fullmatch(plain):
            raise InvalidPhone
        return PersonalItem(PersonalKind.PHONE, plain, shown_form(plain, PersonalKind.PHONE), ref)

    def kept(self, item: PersonalItem) -> str:
        """The item's vault reference; stored now if it was not."""
        return item.ref or self._vault.store(
            self._session, owner=self._account_id, kind=item.kind, original=item.original, shown=item.shown
        )

    def same_name(self, ref: str, called: PersonalItem) -> bool:
        """Whether the name under ``ref`` is the one given; False for another account's entry and for an erased one."""
        try:
            original = self._vault.reveal(self._session, owner=self._account_id, ref=ref)
        except (VaultEntryNotFound, VaultEntryShredded):
            return False
        return plain_name(original) == called.original

    def number_fingerprint(self, told: identity.Identity) -> str:
        """What finds a patient again by identity number without keeping it."""
        return self._vault.fingerprint(told.number, purpose=ID_PURPOSE)

    def _opened(self, given: str, refusal: type[BookingRefused]) -> tuple[str, str | None]:
        token = parse_token(given.strip())
        if token is None:
            if "⟦" in given or "⟧" in given:  # a token with something around it
                raise refusal
            return given.strip(), None
        try:
            return self._vault.reveal(self._session, owner=self._account_id, ref=token.ref), token.ref
        except (VaultEntryNotFound, VaultEntryShredded):
            raise refusal from None


def _is_nickname(plain: str) -> bool:
    """小明, 老李, 豆豆: masked as names are, but nobody is registered by them."""
    if len(plain) != 2:  # noqa: PLR2004
        return False
    return plain[0] in "小老" or (plain[0] == plain[1] and plain[0] not in name_lexicon().surnames)


def plain_name(name: str) -> str:
    """A name in one spelling: no spaces around, one kind of dot."""
    return unicodedata.normalize("NFKC", name).strip().replace("•", "·").replace("・", "·")
