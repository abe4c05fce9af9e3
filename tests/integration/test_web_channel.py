"""What a browser does, over real HTTP and a real WebSocket, against the records."""

import threading
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from care.conversations import append_reply, take_over
from care.replies import QuickReply, Reply
from channels.inbound import Kind
from records.conversations import Author, Conversation, Message
from records.database import session_scope
from records.deliveries import Delivery, DeliveryState
from settings import get_settings
from tests.web_browser import Browser
from tests.web_cards import every_card
from tests.web_house import ScriptedTurn, WebHouse, until, web_house


@pytest.fixture
def house(database: None) -> Iterator[WebHouse]:
    with web_house() as house:
        yield house


def test_a_message_is_stored_acknowledged_and_answered(house: WebHouse) -> None:
    with Browser(house).socket() as socket:
        socket.say("我发烧了", "message-0001")
        ack = socket.until("ack")
        assert ack == {"type": "ack", "id": "message-0001", "seq": 1, "state": "answered"}
        socket.until("typing", on=False)
    mine, answer = socket.messages()
    assert (mine["author"], mine["client_id"], mine["label"]) == ("patient", "message-0001", "")
    assert (answer["author"], answer["text"], answer["label"]) == ("bot", "听到了：我发烧了", "由AI提供")
    assert [frame["on"] for frame in socket.heard if frame["type"] == "typing"] == [True, False]


def test_the_browser_hears_of_its_message_before_a_slow_answer(database: None) -> None:
    with web_house(ScriptedTurn(delay_s=1.5)) as house, Browser(house).socket() as socket:
        socket.say("我发烧了", "message-0001")
        # The poller finds the new conversation while the first turn still runs.
        assert socket.until("message")["client_id"] == "message-0001"
        assert not any(frame["type"] == "ack" for frame in socket.heard)
        socket.until("ack")


def test_a_resent_message_runs_once(house: WebHouse) -> None:
    browser = Browser(house)
    with browser.socket() as socket:
        socket.say("我发烧了", "message-0001")
        socket.say("我发烧了", "message-0001")
        socket.until("ack")
        socket.until("ack")
    with browser.socket(last_seq=2) as socket:
        socket.say("我发烧了", "message-0001")
        assert socket.until("ack")["seq"] == 1
        assert socket.messages() == []
    assert house.texts() == ["我发烧了"]


def test_a_browser_that_left_gets_the_answer_when_it_returns(database: None) -> None:
    with web_house(ScriptedTurn(delay_s=0.5)) as house:
        browser = Browser(house)
        with browser.socket() as socket:
            socket.say("我发烧了", "message-0001")
            until(lambda: house.texts() == ["我发烧了"])
        with browser.socket(last_seq=1) as socket:
            assert socket.until("message")["text"] == "听到了：我发烧了"


def test_many_reconnects_lose_and_double_nothing(house: WebHouse) -> None:
    browser = Browser(house)
    seen: list[int] = []
    unacknowledged: dict[str, str] = {}
    for number in range(13):
        if number < 12:
            unacknowledged[f"message-{number:04}"] = f"第{number}句"
        with browser.socket(last_seq=max(seen, default=0)) as socket:
            for client_id, text in unacknowledged.items():
                socket.say(text, client_id)
            # Every other time the connection breaks before anything is heard; what was sent may or may not have come.
            while number % 2 == 0 and unacknowledged:
                unacknowledged.pop(socket.until("ack")["id"], None)
            seen += [message["seq"] for message in socket.messages()]
    assert seen == list(range(1, 25))
    assert house.texts() == [f"第{number}句" for number in range(12)]


def test_two_windows_of_one_browser_see_the_same(house: WebHouse) -> None:
    browser = Browser(house)
    with browser.socket() as one, browser.socket() as other:
        one.say("我咳嗽", "message-0001")
        assert one.until("message", author="bot")["seq"] == 2
        assert other.until("message", author="bot")["seq"] == 2
        assert [message["seq"] for message in other.messages()] == [1, 2]


def test_a_reply_by_another_process_reaches_the_browser(house: WebHouse) -> None:
    with Browser(house).socket() as socket:
        socket.say("您好", "message-0001")
        socket.until("ack")
        # Written to the records without a word to this gateway's hub.
        with session_scope() as session:
            conversation = session.scalars(select(Conversation)).one()
            take_over(session, conversation_id=conversation.id, seat="nurse")
            append_reply(
                session, conversation_id=conversation.id, author=Author.STAFF, reply=Reply(text="我是护士，您说。")
            )
        said = socket.until("message", author="staff")
        assert (said["text"], said["label"]) == ("我是护士，您说。", "")
        socket.until("holder", holder="seat")


def test_a_choice_carries_its_payload(house: WebHouse) -> None:
    house.turn.script = lambda inbound: [
        Reply(text="发烧吗？", quick_replies=(QuickReply(title="有", payload="/affirm"),))
    ]
    with Browser(house).socket() as socket:
        socket.say("我不舒服", "message-0001")
        answer = socket.until("message", author="bot")
        assert answer["quick_replies"] == [{"title": "有", "payload": "/affirm"}]
        socket.send(type="choice", id="message-0002", title="有", payload="/affirm")
        socket.until("ack", id="message-0002")
    assert (house.turn.taken[1].kind, house.turn.taken[1].text, house.turn.taken[1].payload) == (
        Kind.CHOICE,
        "有",
        "/affirm",
    )


def test_every_card_reaches_the_browser_whole(house: WebHouse) -> None:
    house.turn.script = every_card
    with Browser(house).socket() as socket:
        socket.say("全部", "message-0001")
        socket.until("ack")
        for number, word in enumerate(("核对", "急诊"), start=2):
            socket.say(word, f"message-000{number}")
            socket.until("ack")
    cards = {message["card"]["kind"]: message["card"] for message in socket.messages() if message["card"]}
    assert set(cards) == {
        "departments",
        "doctors",
        "slots",
        "confirm",
        "appointment",
        "insurance",
        "photo_guide",
        "report",
        "progress",
        "ask_back",
        "emergency",
    }
    assert cards["slots"]["slots"][0]["payload"] == '/inform{"slot":"S0"}'


def test_replies_count_as_sent_once_the_browser_says_so(house: WebHouse) -> None:
    def state() -> str:
        with session_scope() as session:
            return session.scalars(select(Delivery)).one().state

    with Browser(house).socket() as socket:
        socket.say("您好", "message-0001")
        socket.until("ack")
        assert state() == DeliveryState.PENDING
        socket.send(type="seen", last_seq=2)
        until(lambda: state() == DeliveryState.SENT)


def test_a_gateway_that_stops_finishes_what_it_took(database: None) -> None:
    turn = ScriptedTurn(delay_s=0.5)
    with web_house(turn) as house:
        browser = Browser(house)
        with browser.socket() as socket:
            socket.say("我发烧了", "message-0001")
            until(lambda: house.texts() == ["我发烧了"])
    with session_scope() as session:
        assert session.scalars(select(Message.state).where(Message.author == Author.PATIENT)).one() == "answered"


def test_many_browsers_at_once(database: None) -> None:
    def talk(house: WebHouse, number: int, results: dict[int, list[str]]) -> None:
        with Browser(house).socket() as socket:
            socket.say(f"我是{number}号", "message-0001")
            socket.until("ack")
        results[number] = [message["text"] for message in socket.messages()]

    with web_house() as house:
        results: dict[int, list[str]] = {}
        threads = [threading.Thread(target=talk, args=(house, number, results)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert results == {number: [f"我是{number}号", f"听到了：我是{number}号"] for number in range(20)}


def test_the_config_is_public_and_says_nothing_more(house: WebHouse) -> None:
    config = httpx.get(f"{house.address}/api/chat/config").json()
    assert set(config) == {
        "hospital_name",
        "welcome",
        "emergency_entrance",
        "emergency_phone",
        "service_phone",
        "timezone",
        "limits",
        "accepted_types",
    }
    assert config["limits"]["text_chars"] == get_settings().text_max_chars
