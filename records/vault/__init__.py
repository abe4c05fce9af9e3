"""The vault: originals of personal data, encrypted one by one; everything else keeps a reference to them.

Envelope encryption: what is sealed for an owner (an account id) is sealed under a data key of that owner, one for
normal data and one for level 5, and data keys lie in the database wrapped under a master key that does not. Whose,
what and under which key are associated data: nothing opens in another's place. Without their data keys an owner's
data are noise, wherever copies of them lie: that is how ``shred`` erases.
"""

from records.keys import NONCE_BYTES, TAG_BYTES, VaultKeyError
from records.vault.entry import VaultEntry
from records.vault.exceptions import (
    VaultEntryDamaged,
    VaultEntryNotFound,
    VaultEntrySensitive,
    VaultEntryShredded,
    VaultError,
)
from records.vault.installed import get_vault, vault_for
from records.vault.shredding import shred
from records.vault.tables import HOUSE, LEVEL_NORMAL, LEVEL_SENSITIVE, DataKey, MasterKeyUsed, ShreddedKey
from records.vault.vault import Vault

__all__ = [
    "HOUSE",
    "LEVEL_NORMAL",
    "LEVEL_SENSITIVE",
    "NONCE_BYTES",
    "TAG_BYTES",
    "DataKey",
    "MasterKeyUsed",
    "ShreddedKey",
    "Vault",
    "VaultEntry",
    "VaultEntryDamaged",
    "VaultEntryNotFound",
    "VaultEntrySensitive",
    "VaultEntryShredded",
    "VaultError",
    "VaultKeyError",
    "get_vault",
    "shred",
    "vault_for",
]
