"""What a partner calls a patient: HMAC under the vault's key, another in every partner's books."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose, has_consent
from care.partners.request import Caller
from records.partners import PartnerPatient
from records.patients import Consent
from records.vault import Vault

PAGE = 100
PSEUDONYM_CHARS = 32


def known_patients(session: Session, vault: Vault, caller: Caller, *, after: str = "") -> list[tuple[str, str]]:
    """Up to 100 ``(pseudonym, account id)`` of those who agree to the partner's purpose now, by pseudonym, those after
    one. Who agrees for the first time gets a pseudonym here."""
    _name_new(session, vault, caller)
    query = (
        select(PartnerPatient.pseudonym, PartnerPatient.account_id)
        .where(PartnerPatient.partner_id == caller.id, PartnerPatient.pseudonym > after)
        .order_by(PartnerPatient.pseudonym)
    )
    found: list[tuple[str, str]] = []
    for pseudonym, account in session.execute(query):
        if has_consent(session, account, caller.purpose):
            found.append((pseudonym, account))
        if len(found) == PAGE:
            break
    return found


def account_of(session: Session, caller: Caller, pseudonym: str) -> str | None:
    """The account behind a pseudonym of this partner; None when there is none, and when its patient does not (or no
    longer) agree: the two are not to be told apart."""
    row = session.get(PartnerPatient, (caller.id, pseudonym))
    if row is None or not has_consent(session, row.account_id, caller.purpose):
        return None
    return row.account_id


def pseudonym_of(vault: Vault, *, partner_id: str, account_id: str) -> str:
    """32 hexadecimal digits that say nothing and stay the same."""
    return vault.fingerprint(account_id, purpose=f"partner:{partner_id}")[:PSEUDONYM_CHARS]


def _name_new(session: Session, vault: Vault, caller: Caller) -> None:
    named = select(PartnerPatient.account_id).where(PartnerPatient.partner_id == caller.id)
    agreed = (
        select(Consent.account_id)
        .where(Consent.purpose == Purpose(caller.purpose), Consent.withdrawn_at.is_(None))
        .where(Consent.account_id.not_in(named))
        .distinct()
    )
    for account in session.scalars(agreed).all():
        pseudonym = pseudonym_of(vault, partner_id=caller.id, account_id=account)
        session.add(PartnerPatient(partner_id=caller.id, pseudonym=pseudonym, account_id=account))
    session.flush()
