"""The zip of an export on disk: sealed for its account, for a day."""

from pathlib import Path

from sqlalchemy.orm import Session

from care.retention import ClockName, clocks
from records.database import utc_now
from records.rights import RequestKind, RequestState, RightsRequest
from records.sealed_files import SealedFile, open_file, plain_chunks, seal_file
from records.vault import VaultError, get_vault
from settings import get_settings


class ExportGone(Exception):
    """There is no such export, or its time is over."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def export_file(request_id: str) -> Path:
    """Where the sealed zip of an export lies."""
    return get_settings().var / "exports" / request_id


def seal_export(session: Session, request: RightsRequest, plain: Path) -> None:
    """Seal the zip at ``plain`` for its account and note until when it may be fetched."""
    with plain.open("rb") as file:
        seal_file(
            session,
            get_vault(),
            owner=request.account_id,
            name=f"export-{request.id}",
            chunks=plain_chunks(file),
            target=export_file(request.id),
        )
    request.expires_at = utc_now() + clocks()[ClockName.EXPORT].span


def open_export(session: Session, request: RightsRequest | None) -> SealedFile:
    """The zip, to be read in chunks; raises :class:`ExportGone`."""
    if request is None or request.kind != RequestKind.EXPORT or request.state != RequestState.DONE:
        raise ExportGone
    if request.expires_at is None or request.expires_at <= utc_now():
        raise ExportGone
    try:
        return open_file(
            session,
            get_vault(),
            owner=request.account_id,
            name=f"export-{request.id}",
            source=export_file(request.id),
        )
    except (FileNotFoundError, VaultError):
        raise ExportGone from None
