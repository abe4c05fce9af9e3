"""What a patient says of themselves is nowhere in clear: every file of the house is searched, byte by byte.

GB/T 22239-2019, 8.1.4.7 and 8.1.4.8 (integrity and confidentiality of what is kept); PIPL 51.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from channels.wechat.sandbox.model import Shown
from deploy.trial import Trial
from tests.acceptance.desk import Desk
from tests.acceptance.patient import Patient
from tests.acceptance.phone import Phone, WeChatWorld
from tests.acceptance.pictures import CAMERA, jpeg, place, with_place
from tests.raw_files import files_in, found_in, invented, spaced

ME, OTHER = invented(), invented()
# Words of a message that are nobody's data, and still nothing for a log.
WORDS = ("小腿上起了一片红疹", "最近睡得很不好", "想请您帮忙看看")

PERSONAL = (*ME.secrets(), OTHER.name, OTHER.id_number, OTHER.phone)


@dataclass(frozen=True, slots=True)
class Lived:
    """What happened in the house before it was searched."""

    house: Trial
    openids: tuple[str, ...]
    photo: bytes
    arrived: str


@pytest.fixture(scope="module")
def lived(house: Trial, wechat: WeChatWorld) -> Iterator[Lived]:
    """Two patients tell all about themselves, on the page and on WeChat; one books and sends a photo."""
    photo = with_place(jpeg())
    patient, phone = Patient(house.url), wechat.phone(OTHER.name).agreed()
    try:
        on_the_page(patient, photo)
        on_wechat(phone, photo)
        arrived = "".join(message["text"] for message in patient.messages) + "".join(phone.arrived())
        yield Lived(house=house, openids=(phone.openid,), photo=photo, arrived=arrived)
    finally:
        patient.close()


def on_the_page(patient: Patient, photo: bytes) -> None:
    patient.say(f"你好，我叫{ME.name}，手机{ME.phone}，{WORDS[1]}")
    patient.say(f"我住在北京市朝阳区{ME.address}，邮箱{ME.email}，银行卡号{spaced(ME.bank_card, 4)}")
    patient.say(f"身份证 {ME.id_number[:6]} {ME.id_number[6:14]} {ME.id_number[14:]}，{WORDS[2]}")
    book(patient)
    patient.send_photo(photo)
    patient.wait_for(lambda message: message["author"] == "bot" and "照片" in message["text"])


def book(patient: Patient) -> None:
    """Book for oneself, answering whatever is asked."""
    replies = patient.say("我想挂皮肤科的号")
    for _ in range(12):
        if any((message["card"] or {}).get("kind") == "appointment" for message in replies):
            return
        options = [option["title"] for option in patient.options()]
        asked = replies[-1]["text"]
        if "身份证" in asked and not any("同意" in option for option in options):
            replies = patient.say(f"{ME.name} {ME.id_number}")
        else:
            wanted = next((word for word in ("同意", "本人", "确认", "皮肤科") if any(word in o for o in options)), "")
            replies = patient.press(wanted)
    raise AssertionError(f"not booked: {[message['text'] for message in patient.messages]}")


def on_wechat(phone: Phone, photo: bytes) -> None:
    phone.says(f"我叫{OTHER.name}，电话{spaced(OTHER.phone, 4)}，{WORDS[0]}")
    phone.says(f"身份证号码：{OTHER.id_number}")
    phone.sends_photo(photo)
    phone.wait_for(4)


def files_of(house: Trial) -> list[Path]:
    """Everything the house has written, its temporary folder too; not the model, which was there before."""
    var = house.settings.var
    return [path for path in files_in((var, var.parent / "tmp")) if path.parent != var / "models"]


def test_the_search_finds_what_is_there(lived: Lived, tmp_path: Path) -> None:
    planted = lived.house.settings.var / "cache" / "planted"
    for content in (
        ME.id_number.lower().encode(),
        ME.name.encode("utf-16-le"),
        spaced(ME.bank_card, 4).encode(),
        ME.name.encode("unicode_escape"),
        base64.b64encode(f"我叫{ME.name}，电话{ME.phone}".encode()),
        ME.address.encode("utf-16-le").hex().encode(),
    ):
        planted.write_bytes(b"..." + content + b"...")
        try:
            assert found_in(files_of(lived.house), PERSONAL)
        finally:
            planted.unlink()


def test_no_personal_data_in_clear_in_any_file(lived: Lived) -> None:
    assert found_in(files_of(lived.house), PERSONAL) == []


def test_no_openid_in_clear(lived: Lived) -> None:
    assert found_in(files_of(lived.house), lived.openids) == []


def test_the_patient_reads_only_masked_numbers(lived: Lived) -> None:
    arrived = re.sub(r"[ \-\u3000]", "", lived.arrived)
    for secret in (ME.id_number, OTHER.id_number, ME.phone, OTHER.phone, ME.bank_card):
        assert secret not in arrived
    assert "⟦" not in lived.arrived


def test_no_log_holds_what_was_said(lived: Lived) -> None:
    logs = list((lived.house.settings.var / "log").glob("*"))
    assert {"gateway.log", "rasa.log", "actions.log", "worker.log"} <= {log.name for log in logs}
    said = [*WORDS, "挂皮肤科的号", *(line for line in lived.arrived.split("\n") if len(line) > 8)]
    for log in logs:
        content = log.read_text(errors="replace")
        escaped = [words for words in said if words.encode("unicode_escape").decode() in content]
        assert escaped + [words for words in said if words in content] == [], log.name
        assert "⟦" not in content, log.name


def test_no_secret_of_the_account_is_in_a_log(lived: Lived, wechat: WeChatWorld) -> None:
    keys = wechat.platform.credentials
    logs = b"".join(path.read_bytes() for path in (lived.house.settings.var / "log").glob("*"))
    for secret in (keys.token, keys.secret, keys.aes_key, *lived.house.passwords.values()):
        assert secret.encode() not in logs


def test_the_spool_is_empty_and_no_photo_lies_in_clear(lived: Lived) -> None:
    assert list((lived.house.settings.var / "spool").iterdir()) == []
    for path in files_of(lived.house):
        content = path.read_bytes()
        assert lived.photo[2000:2100] not in content, path.name
        assert place() not in content, path.name
        assert CAMERA not in content, path.name
    assert not list((lived.house.settings.var / "media").glob(".*"))


def test_the_kept_photo_says_nothing_of_where_it_was_taken(lived: Lived) -> None:
    with Desk(lived.house) as desk:
        photos = [
            desk.media(message["media_id"])
            for conversation in desk.conversations()
            for message in desk.messages(conversation["id"])
            if message["media_type"] == "image/jpeg"
        ]
    assert len(photos) >= 2
    for photo in photos:
        assert photo.startswith(b"\xff\xd8")
        assert b"Exif" not in photo
        assert place() not in photo
        assert CAMERA not in photo


def test_files_are_for_this_user_alone(lived: Lived) -> None:
    var = lived.house.settings.var
    assert var.stat().st_mode & 0o077 == 0
    open_to_others = [path for path in files_of(lived.house) if path.stat().st_mode & 0o077]
    # The model holds no patient's word; the trial copied it as the checkout has it.
    assert [path.name for path in open_to_others if path.parent.name != "models"] == []


def test_a_stranger_sees_nothing_of_it(lived: Lived) -> None:
    for path in ("/api/console/conversations", "/api/console/alerts", "/api/chat/history"):
        answer = httpx.get(lived.house.url + path, trust_env=False)
        assert answer.status_code == 401, path
        assert ME.name not in answer.text


def test_wechat_users_got_an_answer_to_everything(lived: Lived, wechat: WeChatWorld) -> None:
    user = wechat.platform.users[lived.openids[0]]
    assert user.texts(Shown.FAULT) == []
