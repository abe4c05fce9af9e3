"""From a key file to a key server: new data keys go to the server, what the file wrapped still opens."""

from dataclasses import dataclass

from records.keys.provider import KeyClass, KeyProvider, Wrapped


@dataclass(frozen=True)
class MovedKeys:
    """A ``KeyProvider`` of two: ``new`` wraps, ``old`` only unwraps. After ``xinglin keys rotate`` nothing needs the
    old one any more, and it may be put away."""

    new: KeyProvider
    old: KeyProvider

    def active_id(self, key_class: KeyClass) -> str:
        """See ``KeyProvider``."""
        return self.new.active_id(key_class)

    def master_ids(self, key_class: KeyClass) -> list[str]:
        """See ``KeyProvider``."""
        return self.old.master_ids(key_class) + self.new.master_ids(key_class)

    def holds(self, master_id: str) -> bool:
        """See ``KeyProvider``."""
        return self.new.holds(master_id) or self.old.holds(master_id)

    def wrap(self, key_class: KeyClass, secret: bytes, *, associated: bytes) -> Wrapped:
        """See ``KeyProvider``."""
        return self.new.wrap(key_class, secret, associated=associated)

    def unwrap(self, wrapped: Wrapped, *, associated: bytes) -> bytes:
        """See ``KeyProvider``."""
        return (self.new if self.new.holds(wrapped.master_id) else self.old).unwrap(wrapped, associated=associated)

    def rotate(self, key_class: KeyClass) -> str:
        """See ``KeyProvider``."""
        return self.new.rotate(key_class)

    def retire(self, master_id: str) -> bool:
        """See ``KeyProvider``. The old provider's own active key stays: the operator puts the whole of it away."""
        if self.new.holds(master_id):
            return self.new.retire(master_id)
        active = {self.old.active_id(key_class) for key_class in KeyClass if self.old.master_ids(key_class)}
        return master_id not in active and self.old.retire(master_id)

    def earlier(self, master_id: str | None, purpose: str) -> bytes | None:
        """See ``KeyProvider``."""
        return self.old.earlier(master_id, purpose)
