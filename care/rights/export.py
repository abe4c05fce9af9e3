"""A patient's own data, as a zip that a person and a program can read (PIPL art. 45): index.html, data.json, media/."""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from care.consent import Purpose, text_of
from care.rights.page import export_page
from care.rights.progress import follow_up_answers, rehab_progress
from care.texts import text
from records.appointments import Appointment
from records.audit import Actor
from records.conversations import Author, Conversation, Message
from records.masking import Token, find_tokens
from records.masking.kinds import PersonalKind
from records.media import Media
from records.media_store import MediaNotFound, open_media
from records.patients import Account, Consent, Patient, Relation
from records.sensitivity import opened_for
from records.vault import LEVEL_SENSITIVE, VaultError, get_vault
from settings import get_settings

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "application/pdf": ".pdf",
}
# What patients sent. What the house made of it (findings, drawings) is the clinicians', not a copy of theirs.
SENT = ("photo", "video", "voice", "document")
_SEALED = re.compile("⟦SENSITIVE:[^⟦⟧]*⟧")


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds: everything as JSON values, and the ids of the media by their names in the zip."""

    values: dict[str, Any] = field(repr=False)
    media: dict[str, str]


def collect(session: Session, account_id: str, *, with_sensitive: bool, actor: Actor) -> Copy:
    """All that is kept about the account, in clear for its owner; what is of level 5 only ``with_sensitive``."""
    account = session.get_one(Account, account_id)
    media = _media_of(session, account_id, with_sensitive=with_sensitive)
    names = {media_id: name for name, media_id in media.items()}
    values: dict[str, Any] = {
        "hospital": get_settings().hospital_name,
        "account": {"channel": account.channel, "since": _moment(account.created_at)},
        "with_sensitive": with_sensitive,
        "consents": [_consent(row) for row in _rows(session, Consent, account_id)],
        "patients": list(_patients(session, account_id)),
        "appointments": [_appointment(row) for row in _rows(session, Appointment, account_id)],
        "rehab": list(rehab_progress(session, account_id)),
        "follow_ups": list(follow_up_answers(session, account_id)),
        "messages": _messages(session, account_id, names, with_sensitive=with_sensitive, actor=actor),
    }
    return Copy(values, media)


def write_copy(session: Session, copy: Copy, to: Path) -> None:
    """Write the zip to ``to``, which must be private and is the caller's to destroy."""
    with to.open("wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", export_page(copy.values))
        archive.writestr("data.json", json.dumps(copy.values, ensure_ascii=False, indent=2))
        for name, media_id in copy.media.items():
            with archive.open(zipfile.ZipInfo(f"media/{name}"), "w") as entry:
                for chunk in open_media(session, get_vault(), media_id):
                    entry.write(chunk)


def _rows(session: Session, table: Any, account_id: str) -> list[Any]:
    return list(session.scalars(select(table).where(table.account_id == account_id).order_by(table.id)))


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "purpose": text_of(Purpose(row.purpose)).title,
        "version": row.version,
        "given_at": _moment(row.given_at),
        "withdrawn_at": _moment(row.withdrawn_at),
        "guardian": row.guardian,
    }


def _appointment(row: Appointment) -> dict[str, Any]:
    return {
        "department": row.department,
        "doctor": row.doctor,
        "starts_at": _moment(row.starts_at),
        "place": row.place,
        "fee": str(row.fee),
        "state": row.state,
    }


def _patients(session: Session, account_id: str) -> Iterator[dict[str, Any]]:
    """Those the account has registered. Another account's originals do not open here: their masked form then."""
    query = (
        select(Patient, Relation.kinship)
        .join(Relation, Relation.patient_id == Patient.id)
        .where(Relation.account_id == account_id)
        .order_by(Patient.created_at)
    )
    for patient, kinship in session.execute(query):
        yield {
            "kinship": kinship,
            "name": _original(session, account_id, patient.name_ref, patient.name_shown),
            "id_number": _original(session, account_id, patient.id_number_ref, patient.id_number_shown),
            "phone": _original(session, account_id, patient.phone_ref, ""),
            "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
            "sex": patient.sex,
        }


def _messages(
    session: Session, account_id: str, names: dict[str, str], *, with_sensitive: bool, actor: Actor
) -> list[dict[str, Any]]:
    rows = list(
        session.scalars(
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.account_id == account_id)
            .order_by(Message.seq)
        )
    )
    texts = [row.text for row in rows]
    if with_sensitive:
        texts = opened_for(session, get_vault(), owner=account_id, texts=texts, actor=actor)
    return [
        {
            "at": _moment(row.created_at),
            "from": text(f"rights.author.{Author(row.author)}"),
            "text": _in_clear(session, account_id, said),
            "card": row.card,
            "file": f"media/{names[row.media_id]}" if row.media_id in names else None,
        }
        for row, said in zip(rows, texts, strict=True)
    ]


def _in_clear(session: Session, account_id: str, said: str) -> str:
    said = _SEALED.sub(text("rights.left_out"), said)
    for token in find_tokens(said):
        said = said.replace(str(token), _opened(session, account_id, token))
    return said


def _opened(session: Session, account_id: str, token: Token) -> str:
    if token.kind is PersonalKind.SENSITIVE:
        return text("rights.left_out")
    return _original(session, account_id, token.ref, token.shown) or token.shown


def _original(session: Session, account_id: str, ref: str | None, shown: str) -> str:
    if ref is None:
        return shown
    try:
        return get_vault().reveal(session, owner=account_id, ref=ref)
    except VaultError:
        return shown


def _media_of(session: Session, account_id: str, *, with_sensitive: bool) -> dict[str, str]:
    query = (
        select(Media)
        .join(Conversation, Conversation.id == Media.conversation_id)
        .where(
            Conversation.account_id == account_id,
            Media.shredded.is_(False),
            Media.kind.in_(SENT),
        )
        .order_by(Media.created_at)
    )
    found: dict[str, str] = {}
    for number, media in enumerate(session.scalars(query), start=1):
        if media.sensitivity >= LEVEL_SENSITIVE and not with_sensitive:
            continue
        try:
            open_media(session, get_vault(), media.id)
        except (MediaNotFound, VaultError):
            continue
        found[f"{number:03d}{_EXTENSIONS.get(media.content_type, '.bin')}"] = media.id
    return found


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(get_settings().zone).isoformat(timespec="seconds") if at else None
