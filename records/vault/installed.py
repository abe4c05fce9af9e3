"""The vault of this installation."""

from functools import lru_cache

from records.database import engine_for
from records.keys import Algorithm, FileKeys
from records.vault.vault import Vault
from settings import Settings, get_settings


def get_vault() -> Vault:
    """The vault of this installation; its key file is made on first use. Raises ``VaultKeyError``."""
    return vault_for(get_settings())


@lru_cache(maxsize=8)
def vault_for(settings: Settings) -> Vault:
    """The vault that these settings describe; one for a process, with its cache of data keys."""
    algorithm = Algorithm(settings.cipher)
    return Vault(
        FileKeys(settings.key_file, algorithm=algorithm),
        engine=lambda: engine_for(settings.records_url),
        algorithm=algorithm,
        cache_s=settings.key_cache_s,
    )
