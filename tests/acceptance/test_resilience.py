"""Processes are killed outright in the middle of a conversation; nothing is lost, nothing comes twice."""

import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from care.texts import text
from deploy.trial import Trial, trial_house
from settings import Settings
from tests.acceptance.desk import Desk
from tests.acceptance.patient import Patient
from tests.acceptance.phone import Phone
from tests.acceptance.pictures import jpeg

EMERGENCY = "我爸突然胸口压榨样疼，出冷汗，喘不上气"
AWAY = text("turn.assistant_away")
COMMANDS = {
    "gateway": r"-m gateway$",
    "worker": r"-m channels\.worker$",
    "actions": r"-m actions\.server$",
    "vision": r"-m vision ",
    "rasa": r"/rasa run ",
}


@dataclass(frozen=True, slots=True)
class Running:
    """One process on this machine, as /proc tells it."""

    pid: int
    parent: int
    session: int
    command: str


def running() -> list[Running]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent, _, session = stat.rpartition(")")[2].split()[:4]
        if state not in "ZX":
            found.append(Running(int(folder.name), int(parent), int(session), command))
    return found


def process_of(house: Trial, name: str) -> int:
    """The pid of one of the house's own processes, waiting for it should it be starting."""
    found: list[int] = []

    def there() -> bool:
        children = [one for one in running() if one.parent == house.process.pid]
        found[:] = [one.pid for one in children if re.search(COMMANDS[name], one.command)]
        return bool(found)

    until(there, 40)
    return found[0]


def family_of(house: Trial) -> list[int]:
    """Every process of the house: the supervisor, its children, and all in their sessions."""
    everyone = running()
    sessions = {one.pid for one in everyone if one.parent == house.process.pid} | {house.process.pid}
    return [one.pid for one in everyone if one.session in sessions]


def kill(house: Trial, name: str) -> None:
    os.kill(process_of(house, name), signal.SIGKILL)


@contextmanager
def held(house: Trial, name: str) -> Iterator[None]:
    """The process (and what it started) stands still while the block runs."""
    leader = process_of(house, name)
    os.killpg(leader, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGCONT)


def until(condition: Callable[[], object], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def health(house: Trial) -> dict[str, object]:
    try:
        answer: dict[str, object] = httpx.get(f"{house.url}/healthz", trust_env=False, timeout=5).json()
    except httpx.HTTPError:
        return {}
    return answer


def rows(house: Trial, query: str, *values: object) -> list[tuple[object, ...]]:
    """What the records hold, read beside the house."""
    with closing(sqlite3.connect(f"file:{house.settings.var / 'records.db'}?mode=ro", uri=True, timeout=10)) as records:
        return records.execute(query, values).fetchall()


def answers(house: Trial, words: str) -> list[object]:
    """The replies to the patient's message ``words``, in all conversations."""
    query = (
        "SELECT reply.text FROM message AS said JOIN message AS reply ON reply.reply_to = said.id"
        " WHERE said.author = 'patient' AND said.text = ?"
    )
    return [reply for (reply,) in rows(house, query, words)]


def told_of_files(house: Trial, patient: Patient) -> list[object]:
    """What the patient was told when their files had been looked at."""
    query = (
        "SELECT text FROM message WHERE author = 'bot' AND dedupe_key LIKE 'media:%'"
        " AND conversation_id = (SELECT conversation_id FROM message WHERE id = ?)"
    )
    return [said for (said,) in rows(house, query, patient.messages[-1]["id"])]


@pytest.fixture(autouse=True, scope="module")
def well(house: Trial) -> Iterator[None]:
    """The next file finds the house as this one did."""
    yield
    until(lambda: health(house).get("assistant"), 120)


def test_the_assistant_dies_in_the_middle_of_a_sentence(house: Trial, patient: Patient) -> None:
    patient.say("你好")
    with held(house, "rasa"):
        sent = patient.sends("我想挂号，先问问怎么挂")
        until(lambda: rows(house, "SELECT 1 FROM message WHERE text = ?", "我想挂号，先问问怎么挂"), 10)
        time.sleep(0.5)
        kill(house, "rasa")
    patient.wait_for_ack(sent)
    assert patient.messages[-1]["text"] == AWAY
    assert "120" in AWAY
    with Desk(house) as desk:
        waiting = desk.conversation_saying("先问问怎么挂")
        assert (waiting["holder"], waiting["waiting_since"] is not None) == ("waiting", True)
    # An emergency does not need the assistant.
    emergency = patient.say(EMERGENCY)
    assert emergency[0]["card"]["kind"] == "emergency"
    assert "120" in emergency[0]["text"] + str(emergency[0]["card"])
    until(lambda: health(house).get("assistant"), 120)
    time.sleep(5.5)  # a client that failed leaves the assistant alone for a while
    again = patient.say("你好")
    assert again
    assert again[-1]["text"] != AWAY


def test_the_gateway_dies_right_after_a_message_was_stored(house: Trial, patient: Patient) -> None:
    words = "嗓子疼了两天，有点咳，该看什么科"
    patient.say("你好")
    with held(house, "rasa"):
        sent = patient.sends(words)
        until(lambda: rows(house, "SELECT 1 FROM message WHERE text = ?", words), 10)
        kill(house, "gateway")
    patient.come_back()
    # The page sends again what was not acknowledged.
    patient.sends(words, client_id=sent)
    patient.wait_for_ack(sent)
    until(lambda: answers(house, words), 30)
    assert AWAY not in answers(house, words)
    patient.say("谢谢")
    assert len(rows(house, "SELECT 1 FROM message WHERE text = ?", words)) == 1
    seqs = [message["seq"] for message in patient.messages]
    assert seqs == sorted(set(seqs))
    assert [message["text"] for message in patient.messages].count(words) == 1
    # One answer, and the page has all of it.
    texts = answers(house, words)
    assert len(texts) == len(set(texts))
    assert set(texts) <= {message["text"] for message in patient.messages}


def test_the_gateway_dies_under_a_message_from_wechat(house: Trial, phone: Phone) -> None:
    words = "耳朵里嗡嗡响三天了，听不太清"
    before = len(phone.says("你好"))
    with held(house, "rasa"):
        phone.sends(words)
        until(lambda: rows(house, "SELECT 1 FROM message WHERE text = ?", words), 10)
        kill(house, "gateway")
    # WeChat pushes again while the house takes the message up itself: the answer comes passively or by customer
    # service, once.
    phone.wait_for(before + 1, timeout_s=60)
    time.sleep(6)  # a retry of the platform's and a round of the outbox
    assert len(phone.arrived()) == before + 1
    (answer,) = answers(house, words)
    assert answer != AWAY
    assert len(rows(house, "SELECT 1 FROM message WHERE text = ?", words)) == 1


def test_the_worker_dies_while_it_looks_at_a_photo(house: Trial, patient: Patient) -> None:
    patient.say("你好")
    with held(house, "vision"):
        assert patient.send_photo(jpeg()).status_code == 200
        until(lambda: list((house.settings.var / "spool").iterdir()), 5)
        time.sleep(1.5)
        kill(house, "worker")
    until(lambda: told_of_files(house, patient), 90)
    patient.say("还在吗")
    (answer,) = told_of_files(house, patient)
    assert [message["text"] for message in patient.messages].count(answer) == 1
    assert list((house.settings.var / "spool").iterdir()) == []
    (stored,) = rows(
        house,
        "SELECT COUNT(*) FROM media JOIN message ON message.media_id = media.id WHERE message.conversation_id ="
        " (SELECT conversation_id FROM message WHERE id = ?)",
        patient.messages[-1]["id"],
    )
    assert stored == (1,)


def test_the_actions_die(house: Trial, patient: Patient) -> None:
    first = process_of(house, "actions")
    with held(house, "actions"):
        os.kill(first, signal.SIGKILL)
        replies = patient.say("我要挂皮肤科的号")
    assert replies
    assert replies[-1]["text"] == AWAY or replies[-1]["card"] or replies[-1]["quick_replies"]
    until(lambda: process_of(house, "actions") != first, 20)

    def booking_works() -> bool:
        another = Patient(house.url)
        try:
            return "皮肤" in str(another.say("我要挂皮肤科的号"))
        finally:
            another.close()

    until(booking_works, 60)


def test_nothing_of_it_is_in_the_logs(house: Trial) -> None:
    for log in (house.settings.var / "log").iterdir():
        content = log.read_text(errors="replace")
        for words in (EMERGENCY, "先问问怎么挂", "嗓子疼了两天", "耳朵里嗡嗡响", "皮肤科的号"):
            assert words not in content, log.name
            assert words.encode("unicode_escape").decode() not in content, log.name


def test_ctrl_c_leaves_no_process_behind(house: Trial, tmp_path: Path) -> None:
    with trial_house(tmp_path / "var", until="按 Ctrl-C 停止") as second:
        # Rasa is still loading: the moment when a person who changed their mind presses Ctrl-C.
        family = family_of(second)
        assert len(family) >= 1 + len(COMMANDS)
        os.killpg(second.process.pid, signal.SIGINT)
        second.process.wait(30)
        assert second.process.returncode == 0
    left = [one for one in running() if one.pid in family or str(tmp_path) in one.command]
    assert left == []
    assert not second.settings.vision_socket_path.exists()
    for port in ports(second.settings):
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)


def ports(settings: Settings) -> tuple[int, ...]:
    return settings.port, settings.rasa_port, settings.actions_port
