"""Columns with bytes that ``Vault.seal`` made: what the renewal job re-seals, and erasure empties."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from records.patients import Account
from records.staff import StaffFactor
from records.tokens import WechatToken
from records.vault.tables import HOUSE


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One nullable column, and how to tell owner and context of its rows by their primary key."""

    column: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[str]
    owner: Callable[[str], str]
    context: Callable[[str], str]


SEALED_COLUMNS = (
    SealedColumn(Account.address_sealed, Account.id, lambda key: key, lambda key: f"address:{key}"),
    SealedColumn(WechatToken.value, WechatToken.name, lambda _: HOUSE, lambda key: key),
    SealedColumn(StaffFactor.secret_sealed, StaffFactor.staff_id, lambda _: HOUSE, lambda key: f"factor:{key}"),
    SealedColumn(
        StaffFactor.offered_sealed, StaffFactor.staff_id, lambda _: HOUSE, lambda key: f"factor-offered:{key}"
    ),
)
