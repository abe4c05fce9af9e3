"""Media from the platform to disk."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from channels.inbound import Kind
from channels.wechat.errors import MediaGone, NotReached
from channels.wechat.media import MediaTooLarge, download_media, limit_for, sentence_for
from channels.wechat.sandbox.platform import MEDIA_LIFE_S
from settings import Settings
from tests.wechat_house import House, open_house, until

LIMIT = 200_000


@pytest.fixture
def house(database: None) -> Iterator[House]:
    with open_house() as opened:
        yield opened


def keep(house: House, data: bytes, *, kind: str = "image", content_type: str = "image/jpeg") -> str:
    return house.platform.keep_media(kind=kind, content_type=content_type, name="x", data=data).media_id


def test_a_photo_from_the_phone_is_streamed_to_a_private_file(house: House, tmp_path: Path) -> None:
    user = house.user()
    httpx.post(
        f"{house.sandbox}/phone/users/{user.openid}/media",
        data={"kind": "image"},
        files={"file": ("a.jpg", b"\xff\xd8" + bytes(150_000), "image/jpeg")},
    )
    until(lambda: house.turn.inbounds)
    inbound = house.turn.inbounds[0]
    assert inbound.kind is Kind.IMAGE
    to = tmp_path / "photo"
    upload = download_media(house.client, inbound.platform_media_id, to, kind=inbound.kind, limit=LIMIT)
    assert (upload.size, upload.claimed_type, upload.path) == (150_002, "image/jpeg", to)
    assert to.read_bytes().startswith(b"\xff\xd8")
    assert to.stat().st_mode & 0o777 == 0o600


def test_a_video_is_fetched_from_the_address_that_wechat_names(house: House, tmp_path: Path) -> None:
    media_id = keep(house, b"moov" * 100, kind="video", content_type="video/mp4")
    upload = download_media(house.client, media_id, tmp_path / "v", kind=Kind.VIDEO, limit=LIMIT)
    assert (upload.size, upload.claimed_type) == (400, "video/mp4")


@pytest.mark.parametrize(
    ("kind", "sort", "phrase"),
    [(Kind.IMAGE, "image", "照片"), (Kind.VIDEO, "video", "视频"), (Kind.VOICE, "voice", "语音")],
)
def test_too_large_is_refused_with_a_sentence(house: House, tmp_path: Path, kind: Kind, sort: str, phrase: str) -> None:
    media_id = keep(house, bytes(LIMIT + 1), kind=sort)
    with pytest.raises(MediaTooLarge) as caught:
        download_media(house.client, media_id, tmp_path / "m", kind=kind, limit=LIMIT)
    assert phrase in sentence_for(caught.value)
    assert not (tmp_path / "m").exists()


def test_the_limits_are_wechats(installation: Settings) -> None:
    mebibytes = {kind: limit_for(kind, installation) // 1024**2 for kind in (Kind.IMAGE, Kind.VIDEO, Kind.VOICE)}
    assert mebibytes == {Kind.IMAGE: 20, Kind.VIDEO: 100, Kind.VOICE: 2}


def test_gone_after_three_days(house: House, tmp_path: Path) -> None:
    media_id = keep(house, b"x")
    later = house.platform.clock() + MEDIA_LIFE_S + 1
    house.platform.clock = lambda: later
    house.platform.drop_token()
    with pytest.raises(MediaGone) as caught:
        download_media(house.client, media_id, tmp_path / "m", kind=Kind.IMAGE, limit=LIMIT)
    assert caught.value.code == "40007"
    assert "再发一次" in sentence_for(caught.value)
    with pytest.raises(MediaGone):
        download_media(house.client, "../../token", tmp_path / "m", kind=Kind.IMAGE, limit=LIMIT)


def test_a_refused_token_is_renewed_for_media_too(house: House, tmp_path: Path) -> None:
    media_id = keep(house, b"x")
    house.client._tokens.current()
    house.platform.drop_token()
    assert download_media(house.client, media_id, tmp_path / "m", kind=Kind.IMAGE, limit=LIMIT).size == 1


def test_upload_and_back_over_http(house: House, tmp_path: Path) -> None:
    token = house.client._tokens.current().value
    answer = httpx.post(
        f"{house.sandbox}/cgi-bin/media/upload",
        params={"access_token": token, "type": "voice"},
        files={"media": ("v.amr", b"#!AMR\n", "audio/amr")},
    ).json()
    upload = download_media(house.client, answer["media_id"], tmp_path / "m", kind=Kind.VOICE, limit=LIMIT)
    assert (upload.size, upload.claimed_type) == (6, "audio/amr")


def test_no_connection_may_be_tried_again(house: House, tmp_path: Path) -> None:
    house.client._tokens.current()
    house.client._http.base_url = "http://127.0.0.1:9"
    with pytest.raises(NotReached):
        download_media(house.client, "m", tmp_path / "m", kind=Kind.IMAGE, limit=LIMIT)
