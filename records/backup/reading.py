"""An archive read back: opened, checked from its first byte to its last, its members given one by one."""

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from records.backup.failures import BackupFailed, Damaged, Truncated
from records.backup.keys import ArchiveKeys, Opener, open_archive
from records.backup.manifest import FORMAT, NAME, Hashed, Listing, Manifest
from records.backup.sealing import CHUNK_BYTES, SealedReader, read_header

MANIFEST_MAX_BYTES = 16 * 1024 * 1024

# Takes a member's name, size and content, and reads it to its end.
Take = Callable[[str, "Hashed"], None]


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """An archive whose key is known; nothing of its content is checked yet."""

    keys: ArchiveKeys = field(repr=False)
    plain: SealedReader

    def read(self, take: Take) -> Manifest:
        """Hand every member to ``take``, in order; returns the manifest when all of it agrees, else raises
        :class:`Truncated` or :class:`Damaged`: what ``take`` was given is then to be thrown away."""
        listing, manifest = Listing(), None
        try:
            with tarfile.open(mode="r|", fileobj=self.plain) as tar:
                for member in tar:
                    content = tar.extractfile(member)
                    if content is None or manifest is not None:
                        raise Damaged(member.name)
                    if member.name == NAME:
                        manifest = _manifest(content, member.size)
                        continue
                    hashed = Hashed(content)
                    take(member.name, hashed)
                    listing.add(member.name, member.size, hashed.hexdigest())
            # Tar stops at its own end: what stands behind must be whole too.
            self.plain.drain()
        except tarfile.TarError:
            raise Damaged from None
        if manifest is None:
            raise Truncated
        if (listing.hexdigest(), listing.members) != (manifest.listing, manifest.members):
            raise Damaged("清单")
        return manifest


def _manifest(content: IO[bytes], size: int) -> Manifest:
    if size > MANIFEST_MAX_BYTES:
        raise Damaged("清单")
    try:
        manifest = Manifest.model_validate_json(content.read())
    except ValidationError:
        raise Damaged("清单") from None
    if manifest.format != FORMAT:
        raise Damaged(f"清单的格式 {manifest.format}，请用更新的版本")
    return manifest


@contextmanager
def opened(path: Path, opener: Opener) -> Iterator[OpenArchive]:
    """The archive at ``path``; raises :class:`BackupFailed` in one of its kinds, each a sentence for the operator."""
    try:
        with path.open("rb") as file:
            header, raw = read_header(file)
            keys = open_archive(opener, header)
            yield OpenArchive(keys, SealedReader(file, header=raw, cipher=keys.content))
    except OSError as error:
        raise BackupFailed(f"{error.strerror}：{error.filename}" if error.filename else str(error)) from error


def verify(path: Path, opener: Opener) -> Manifest:
    """Read all of it and keep nothing; returns what is in it, or raises :class:`BackupFailed`."""
    with opened(path, opener) as archive:
        return archive.read(lambda _name, content: read_through(content))


def read_through(content: Hashed) -> None:
    """Read to the end."""
    while content.read(CHUNK_BYTES):
        pass
