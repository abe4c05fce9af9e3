"""What can be wrong with what the vault holds."""


class VaultError(Exception):
    """Something is wrong with what the vault holds."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class VaultEntryNotFound(VaultError):
    """This owner has no such entry."""


class VaultEntryDamaged(VaultError):
    """An entry was altered, moved or cut after it was written."""


class VaultEntryShredded(VaultError):
    """The owner's data were erased: nobody can open them any more. To be shown as 已删除."""


class VaultEntrySensitive(VaultError):
    """The entry is of sensitivity 5: it opens only for a caller who asks for level 5 (need-to-know)."""
