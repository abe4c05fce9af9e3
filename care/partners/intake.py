"""What outside systems send in: taken only when it names nobody (GB/T 39725-2020, de-identification)."""

from sqlalchemy.orm import Session

from care.partners.request import Caller
from records.masking import PersonalKind, find_personal, neutralise
from records.partners import OutsideDocument
from records.sensitivity import seal_sensitive
from records.vault import Vault

# A doctor's name is public.
NAMES_NOBODY = frozenset({PersonalKind.NAME_DOCTOR})


class Identifying(ValueError):
    """The text names a person; ``kinds`` says by what, never which."""

    def __init__(self, kinds: list[str]) -> None:
        super().__init__(", ".join(kinds))
        self.kinds = kinds


def take_document(
    session: Session, vault: Vault, caller: Caller, *, account_id: str, kind: str, text: str
) -> OutsideDocument:
    """Keep a de-identified text about one patient; its clauses of level 5 go into the vault. Raises
    :class:`Identifying`, and then nothing of it is kept."""
    text = neutralise(text)
    kinds = sorted({str(span.kind) for span in find_personal(text)} - NAMES_NOBODY)
    if kinds:
        raise Identifying(kinds)
    sealed = seal_sensitive(session, vault, owner=account_id, text=text)
    document = OutsideDocument(partner_id=caller.id, account_id=account_id, kind=kind, text=sealed.text)
    session.add(document)
    session.flush()
    return document
