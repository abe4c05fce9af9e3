"""Nobody reads another's conversation."""

import json
import time
from collections.abc import Iterator
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from care.analysis import Seen, file_of, keep_findings
from channels.web.sessions import SessionTokens, session_tokens
from records.conversations import Author, Message
from records.database import session_scope
from records.findings import FindingKind
from records.media_store import store_media
from records.vault import get_vault
from settings import get_settings
from tests.web_browser import JPEG, Browser
from tests.web_house import WebHouse, web_house


@pytest.fixture
def house(database: None) -> Iterator[WebHouse]:
    with web_house() as house:
        yield house


class TestOneBrowserNeverReadsAnothers:
    def test_history_and_socket_are_ones_own(self, house: WebHouse) -> None:
        mine, other = Browser(house), Browser(house)
        assert mine.public_id != other.public_id
        with mine.socket() as socket:
            socket.say("我的秘密", "message-0001")
            socket.until("ack")
        assert other.history() == {"messages": [], "earlier": False, "holder": "bot"}
        with other.socket() as socket:
            # The same client id is another message in another conversation.
            socket.say("别人的话", "message-0001")
            socket.until("ack")
            assert "我的秘密" not in json.dumps(socket.heard, ensure_ascii=False)

    @pytest.mark.parametrize("what", ["none", "forged", "foreign", "expired"])
    def test_without_a_valid_token_there_is_nothing(self, house: WebHouse, what: str) -> None:
        browser = Browser(house)
        with browser.socket() as socket:
            socket.say("我的秘密", "message-0001")
            socket.until("ack")
        good = browser.http.cookies["xinglin_session"]
        sender = session_tokens().read(good).sender
        key = (get_settings().key_file.parent / "session.key").read_bytes()
        bad = {
            "none": "",
            "forged": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
            "foreign": SessionTokens(b"x" * 32).issue(sender)[0],
            "expired": _expired(key, sender),
        }[what]
        response = httpx.get(f"{house.address}/api/chat/history", headers={"cookie": f"xinglin_session={bad}"})
        assert response.status_code == 401
        assert response.json()["code"] == "session_refused"
        with pytest.raises(InvalidStatus) as refused:
            connect(
                f"ws://{house.host}/api/chat/socket",
                origin=house.address,  # type: ignore[arg-type]
                additional_headers={"cookie": f"xinglin_session={bad}"},
            )
        assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", None, "http://127.0.0.1:1"])
    def test_a_foreign_page_gets_no_socket(self, house: WebHouse, origin: str | None) -> None:
        browser = Browser(house)
        with pytest.raises(InvalidStatus) as refused:
            connect(
                f"ws://{house.host}/api/chat/socket",
                origin=origin,  # type: ignore[arg-type]
                additional_headers={"cookie": browser.cookie},
            )
        assert refused.value.response.status_code == 403

    def test_a_foreign_page_cannot_post(self, house: WebHouse) -> None:
        browser = Browser(house)
        browser.http.headers["origin"] = "http://evil.example"
        assert browser.http.post("/api/chat/session").status_code == 403
        assert browser.upload(JPEG).status_code == 403
        assert house.uploads() == []

    def test_media_are_ones_own(self, house: WebHouse) -> None:
        mine, other = Browser(house), Browser(house)
        assert mine.upload(JPEG).status_code == 200
        with session_scope() as session:
            message = session.scalars(select(Message).where(Message.author == Author.PATIENT)).one()
            media = store_media(
                session,
                get_vault(),
                conversation_id=message.conversation_id,
                kind="image",
                content_type="image/jpeg",
                source=house.uploads()[0].upload.path,  # type: ignore[union-attr]
            )
            message.media_id = media.id
        path = mine.history()["messages"][0]["media"]
        shown = mine.http.get(path)
        assert shown.content == JPEG
        assert shown.headers["content-type"] == "image/jpeg"
        assert "sandbox" in shown.headers["content-security-policy"]
        assert shown.headers["cache-control"] == "private, no-store"
        assert other.http.get(path).status_code == 404
        assert httpx.get(f"{house.address}{path}").status_code == 401
        assert mine.http.get("/api/chat/media/0000000000000000").status_code == 404

    def test_a_patient_sees_their_own_sheet_and_no_findings(self, house: WebHouse) -> None:
        """Nor where an engine saw what in a lesion: that is a grade in a picture (NMPA 2021 No. 47)."""
        mine = Browser(house)
        assert mine.upload(JPEG).status_code == 200
        with session_scope() as session:
            message = session.scalars(select(Message).where(Message.author == Author.PATIENT)).one()
            roles = dict.fromkeys(("page", "page_1", "mask", "overlay", "heat"), ("image/png", b"picture"))
            seen = Seen("skin-1", {"risk": "urgent"}, roles)
            finding = keep_findings(session, get_vault(), message_id=message.id, kind=FindingKind.SKIN, seen=seen)
            files = {role: file_of(session, finding.id, role) for role in roles} | {"findings": finding.media_id}
        answered = {role: mine.http.get(f"/api/chat/media/{media_id}").status_code for role, media_id in files.items()}
        assert answered == {"page": 200, "page_1": 200, "mask": 404, "overlay": 404, "heat": 404, "findings": 404}


def _expired(key: bytes, sender: str) -> str:
    with patch("itsdangerous.timed.time.time", return_value=time.time() - 200 * 86400):
        return SessionTokens(key).issue(sender)[0]


def test_the_cookie_is_out_of_reach_for_scripts_and_kept(house: WebHouse) -> None:
    response = httpx.post(f"{house.address}/api/chat/session", headers={"origin": house.address})
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=15552000" in cookie
    # The same browser keeps its session, without a new cookie each time.
    again = httpx.post(f"{house.address}/api/chat/session", headers={"cookie": cookie.split(";")[0]})
    assert again.json() == response.json()
    assert "set-cookie" not in again.headers
