"""The vault of this installation."""

from functools import lru_cache

from records.database import engine_for
from records.keys import Algorithm, FileKeys, KeyProvider, VaultKeyError
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
        provider_for(settings),
        engine=lambda: engine_for(settings.records_url),
        algorithm=algorithm,
        cache_s=settings.key_cache_s,
    )


def provider_for(settings: Settings) -> KeyProvider:
    """Who keeps the master keys: a file, or the key server that is set; then what a file wrapped before still opens.
    Raises ``VaultKeyError``."""
    file = FileKeys(settings.key_file, algorithm=Algorithm(settings.cipher))
    if not settings.vault_url:
        return file
    # Imported where it is used: an HTTP client that most installations never need.
    from records.keys.moving import MovedKeys  # noqa: PLC0415
    from records.keys.transit import TransitKeys  # noqa: PLC0415

    if settings.vault_token_file is None:
        raise VaultKeyError("XINGLIN_VAULT_URL is set, and XINGLIN_VAULT_TOKEN_FILE is not")
    server = TransitKeys(
        url=settings.vault_url,
        token_file=settings.vault_token_file,
        mount=settings.vault_mount,
        key=settings.vault_key,
        ca_file=settings.vault_ca_file,
    )
    return MovedKeys(server, file) if settings.key_file.exists() else server
