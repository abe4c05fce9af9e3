"""Patients who have agreed before the test begins; how they are asked is proved in test_consent_gate.py."""

from sqlalchemy import select

from care.consent import Purpose, give
from channels.addresses import seal_address
from channels.inbound import Channel
from records.conversations import Conversation
from records.database import session_scope
from records.patients import Account
from records.vault import get_vault

BOTH = (Purpose.CONSULTATION, Purpose.MEDIA)


def agree(sender: str, *, channel: Channel = Channel.WECHAT, purposes: tuple[Purpose, ...] = BOTH) -> str:
    """Note the consent of who writes from ``sender``, whose account is made when it is not there; returns its id."""
    fingerprint = get_vault().fingerprint(sender, purpose=f"address:{channel}")
    with session_scope() as session:
        account = session.scalar(select(Account).where(Account.address_fingerprint == fingerprint))
        if account is None:
            account = Account(channel=channel, address_fingerprint=fingerprint)
            session.add(account)
            session.flush()
            seal_address(session, account, sender)
            session.add(Conversation(account_id=account.id))
        for purpose in purposes:
            give(session, account.id, purpose)
        return account.id
