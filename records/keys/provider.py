"""What the vault asks of whoever keeps the master keys."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class KeyClass(StrEnum):
    """Which master key a data key is wrapped under: level 5 (GB/T 39725-2020) has one of its own."""

    NORMAL = "normal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as the database holds it: encrypted under the master key ``master_id``."""

    master_id: str
    blob: bytes = field(repr=False)


class KeyProvider(Protocol):
    """Keeps master keys and never hands one out. All methods raise ``VaultKeyError``."""

    def active_id(self, key_class: KeyClass) -> str:
        """The master key under which new data keys are wrapped; made when there is none."""
        ...

    def master_ids(self, key_class: KeyClass) -> list[str]:
        """Every master key that can unwrap, oldest first; the active one is among them."""
        ...

    def holds(self, master_id: str) -> bool:
        """Whether this is one of the keys kept here."""
        ...

    def wrap(self, key_class: KeyClass, secret: bytes, *, associated: bytes) -> Wrapped:
        """``secret`` under the active master key."""
        ...

    def unwrap(self, wrapped: Wrapped, *, associated: bytes) -> bytes:
        """What ``wrap`` was given with the same ``associated`` data."""
        ...

    def rotate(self, key_class: KeyClass) -> str:
        """A new master key becomes the active one; the earlier ones go on unwrapping. Returns its id."""
        ...

    def retire(self, master_id: str) -> bool:
        """Forget a master key that nothing uses, and whether that is possible; the active one is refused."""
        ...

    def earlier(self, master_id: str | None, purpose: str) -> bytes | None:
        """A key as versions without data keys derived it from ``master_id`` (None: from the first master key);
        None where there never was such a version."""
        ...
