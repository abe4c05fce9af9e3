"""What a patient says of themselves is nowhere in clear: every file of the house is searched, byte by byte."""

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

# All invented; the check digits are right, so that they look as real ones do.
ID_NUMBER = "11010519491231002X"
OTHER_ID_NUMBER = "450102199003072118"
PHONE_NUMBER = "13900139000"
OTHER_PHONE_NUMBER = "18600010002"
BANK_CARD = "6222021234567890128"
EMAIL = "xuemei.ouyang@example.com"
NAME, OTHER_NAME = "欧阳雪梅", "司马建国"
ADDRESS = "青山路88号3号楼1201室"
# Words of a message that are nobody's data, and still nothing for a log.
WORDS = ("小腿上起了一片红疹", "最近睡得很不好", "想请您帮忙看看")

PERSONAL = (
    ID_NUMBER, OTHER_ID_NUMBER, PHONE_NUMBER, OTHER_PHONE_NUMBER, BANK_CARD, EMAIL, NAME, OTHER_NAME, ADDRESS,
)  # fmt: skip
# SQLite keeps text as UTF-8; the others are what a library might write.
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


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
    patient, phone = Patient(house.url), wechat.phone(OTHER_NAME).agreed()
    try:
        on_the_page(patient, photo)
        on_wechat(phone, photo)
        arrived = "".join(message["text"] for message in patient.messages) + "".join(phone.arrived())
        yield Lived(house=house, openids=(phone.openid,), photo=photo, arrived=arrived)
    finally:
        patient.close()


def on_the_page(patient: Patient, photo: bytes) -> None:
    patient.say(f"你好，我叫{NAME}，手机{PHONE_NUMBER}，{WORDS[1]}")
    patient.say(f"我住在北京市朝阳区{ADDRESS}，邮箱{EMAIL}，银行卡号{spaced(BANK_CARD, 4)}")
    patient.say(f"身份证 {ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}，{WORDS[2]}")
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
            replies = patient.say(f"{NAME} {ID_NUMBER}")
        else:
            wanted = next((word for word in ("同意", "本人", "确认", "皮肤科") if any(word in o for o in options)), "")
            replies = patient.press(wanted)
    raise AssertionError(f"not booked: {[message['text'] for message in patient.messages]}")


def on_wechat(phone: Phone, photo: bytes) -> None:
    phone.says(f"我叫{OTHER_NAME}，电话{spaced(OTHER_PHONE_NUMBER, 4)}，{WORDS[0]}")
    phone.says(f"身份证号码：{OTHER_ID_NUMBER}")
    phone.sends_photo(photo)
    phone.wait_for(4)


def spaced(number: str, every: int) -> str:
    return " ".join(number[at : at + every] for at in range(0, len(number), every))


def files_of(house: Trial) -> list[Path]:
    return [path for path in house.settings.var.rglob("*") if path.is_file()]


def squeezed(content: bytes) -> bytes:
    """Without spaces and hyphens, so that a number written in groups is found too."""
    return re.sub(rb"[ \-]|\xe3\x80\x80", b"", content)


def found_in(house: Trial, secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Files and the place in ``secrets`` of what they hold in clear, in any encoding, with or without spaces."""
    found = []
    for path in files_of(house):
        content = path.read_bytes()
        haystacks = (content.lower(), squeezed(content).lower())
        for number, secret in enumerate(secrets):
            needles = {secret.lower().encode(encoding) for encoding in ENCODINGS}
            needles.add(secret.lower().encode("unicode_escape"))
            if any(needle in haystack for needle in needles for haystack in haystacks):
                found.append((str(path.relative_to(house.settings.var)), f"secret {number}"))
    return found


def test_the_search_finds_what_is_there(lived: Lived, tmp_path: Path) -> None:
    planted = lived.house.settings.var / "cache" / "planted"
    for content in (
        ID_NUMBER.lower().encode(),
        NAME.encode("utf-16-le"),
        spaced(BANK_CARD, 4).encode(),
        NAME.encode("unicode_escape"),
    ):
        planted.write_bytes(b"..." + content + b"...")
        try:
            assert found_in(lived.house, PERSONAL)
        finally:
            planted.unlink()


def test_no_personal_data_in_clear_in_any_file(lived: Lived) -> None:
    assert found_in(lived.house, PERSONAL) == []


def test_no_openid_in_clear(lived: Lived) -> None:
    assert found_in(lived.house, lived.openids) == []


def test_the_patient_reads_only_masked_numbers(lived: Lived) -> None:
    for secret in (ID_NUMBER, OTHER_ID_NUMBER, PHONE_NUMBER, OTHER_PHONE_NUMBER, BANK_CARD):
        assert secret not in squeezed(lived.arrived.encode()).decode()
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
    for secret in (keys.token, keys.secret, keys.aes_key, lived.house.password):
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
        assert NAME not in answer.text


def test_wechat_users_got_an_answer_to_everything(lived: Lived, wechat: WeChatWorld) -> None:
    user = wechat.platform.users[lived.openids[0]]
    assert user.texts(Shown.FAULT) == []
