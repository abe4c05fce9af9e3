"""Keys: ciphers, master keys, and where master keys live (a file, or HashiCorp Vault's transit engine)."""

from records.keys.ciphers import KEY_BYTES, NONCE_BYTES, TAG_BYTES, Aead, Algorithm, cipher_for, derive
from records.keys.files import sync_folder
from records.keys.master import MasterKey, VaultKeyError
from records.keys.provider import KeyClass, KeyProvider, Wrapped
from records.keys.ring import FileKeys, load_key, load_or_create_key

__all__ = [
    "KEY_BYTES",
    "NONCE_BYTES",
    "TAG_BYTES",
    "Aead",
    "Algorithm",
    "FileKeys",
    "KeyClass",
    "KeyProvider",
    "MasterKey",
    "VaultKeyError",
    "Wrapped",
    "cipher_for",
    "derive",
    "load_key",
    "load_or_create_key",
    "sync_folder",
]
