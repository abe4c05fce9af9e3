"""The address of an account on its channel (a WeChat openid, a browser's id): sealed, opened only to send."""

from sqlalchemy.orm import Session

from records.patients import Account
from records.vault import get_vault


def seal_address(session: Session, account: Account, address: str) -> None:
    """Keep the address sealed for this account alone; ``account.id`` must be set."""
    account.address_sealed = get_vault().seal(
        session, address.encode(), owner=account.id, context=f"address:{account.id}"
    )


def address_of(session: Session, account_id: str) -> str:
    """The address that messages to this account are sent to."""
    account = session.get_one(Account, account_id)
    if account.address_sealed is None:
        raise LookupError("the account has no address")
    return get_vault().open(session, account.address_sealed, owner=account_id, context=f"address:{account_id}").decode()
