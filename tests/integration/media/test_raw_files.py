"""No personal data in clear in the raw files of a house: database, write-ahead log, job store, media, spool.

On SQLite its files are read; on PostgreSQL the server's own data directory with its log, where this user may read it.
The whole house with Rasa, its logs and its tracker store is searched in tests/acceptance/test_privacy.py.
"""

import base64
import os
from pathlib import Path

import pytest
from sqlalchemy import select, text

from care.booking.patients import register_patient
from channels.admission import admit
from channels.inbound import Channel, Inbound, Kind, Upload
from channels.jobs import JobQueue
from channels.web.spool import open_spooled
from records.conversations import Message
from records.database import engine, session_scope, utc_now
from records.media import Media
from records.media_store import read_media
from records.patients import Patient
from records.vault import get_vault, shred
from settings import Settings, get_settings
from tests.agreeing import agree
from tests.integration.media.files import PLACE, png
from tests.integration.media.test_media_job import work
from tests.raw_files import Invented, contents, files_in, found_in, invented, spaced, traces

pytestmark = pytest.mark.usefixtures("database")


def raw_files(house: Settings) -> list[Path]:
    """Every file the house and its database have; what a database still has in memory is written first."""
    folders = [house.var]
    if engine().dialect.name == "postgresql":
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        if not os.access(folder, os.R_OK | os.X_OK):
            pytest.skip("the database's folder cannot be read by this user")
        folders.append(folder)
    return files_in(folders)


def tell_everything(sender: str, person: Invented) -> str:
    """A patient says who they are, registers and sends a photo; returns their account's id."""
    account_id = agree(sender, channel=Channel.WEB)
    words = (
        f"你好，我叫{person.name}，手机{person.phone}",
        f"我住在北京市朝阳区{person.address}，邮箱{person.email}，银行卡号{spaced(person.bank_card, 4)}",
        f"身份证号 {person.id_number}",
    )
    for number, said in enumerate(words):
        admit(
            Inbound(
                channel=Channel.WEB,
                sender=sender,
                dedupe_key=f"{number}",
                kind=Kind.TEXT,
                received_at=utc_now(),
                text=said,
            )
        )
    path, file = open_spooled()
    with file:
        file.write(png())
    photo = admit(
        Inbound(
            channel=Channel.WEB,
            sender=sender,
            dedupe_key="photo",
            kind=Kind.IMAGE,
            received_at=utc_now(),
            upload=Upload(path=path, claimed_type="image/png", size=path.stat().st_size),
        )
    )
    with session_scope() as session:
        session.get_one(Message, photo.message_id).state = "answered"
        register_patient(
            session,
            get_vault(),
            account_id=account_id,
            name=person.name,
            id_number=person.id_number,
            phone=person.phone,
        )
    JobQueue(get_settings().jobs_url).take_media(photo.message_id)
    return account_id


def test_nothing_in_clear_in_any_file_before_and_after_erasure(house: Settings, vision: None) -> None:
    person, sender = invented(), "browser-of-the-search"
    account_id = tell_everything(sender, person)
    assert "{'SUCCESS': 1}" in work(house).stdout
    files = raw_files(house)
    assert len(files) > 3
    assert found_in(files, (*person.secrets(), sender)) == []
    assert [path.name for path, content in contents(files) if PLACE in content] == []
    with session_scope() as session:
        patient = session.scalars(select(Patient)).one()
        assert patient.id_number_ref is not None
        assert get_vault().reveal(session, owner=account_id, ref=patient.id_number_ref) == person.id_number
        assert read_media(session, get_vault(), session.scalars(select(Media.id).where(Media.kind == "photo")).one())
    with session_scope() as session:
        shred(session, owner=account_id)
    assert list((house.var / "media").iterdir()) == []
    assert list((house.var / "spool").iterdir()) == []
    assert found_in(raw_files(house), (*person.secrets(), sender)) == []


def test_the_search_would_find_it(house: Settings) -> None:
    """The same search finds a text that is stored without masking: it looks in the right files."""
    person = invented()
    agree("browser", channel=Channel.WEB)
    admitted = admit(
        Inbound(
            channel=Channel.WEB, sender="browser", dedupe_key="1", kind=Kind.TEXT, received_at=utc_now(), text="你好"
        )
    )
    with session_scope() as session:
        session.get_one(Message, admitted.message_id).text = f"我叫{person.name}"
    assert {secret for _, secret in found_in(raw_files(house), person.secrets())} == {"secret 0"}


def test_every_trace_is_found_wherever_it_begins(tmp_path: Path) -> None:
    person = invented()
    for padding in range(3):
        for coded in (
            base64.b64encode(b"x" * padding + f"{person.name},{person.phone}".encode()),
            base64.urlsafe_b64encode(b"x" * padding + f"{person.name},{person.phone}".encode("utf-16-le")),
            (person.name + spaced(person.phone, 4)).encode().hex().encode(),
        ):
            (tmp_path / "file").write_bytes(b"..." + coded + b"...")
            assert ("file", "secret 0") in found_in([tmp_path / "file"], person.secrets())
    assert len(traces(person.phone)) > 5
