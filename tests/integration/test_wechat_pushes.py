"""What reaches ``/wechat``, over real HTTP from the stand-in platform or by hand."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from care.conversations import append_reply
from care.replies import Reply
from channels.inbound import Kind
from channels.wechat.sandbox.model import Shown
from channels.wechat.sandbox.pusher import FAULT_NOTICE
from records.conversations import Author
from records.database import session_scope
from tests.wechat_house import House, conversation_of, deliveries, open_house, until


@pytest.fixture
def house(database: None) -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.fixture
def hasty(database: None) -> Iterator[House]:
    """A platform that waits less than WeChat's 5 s."""
    with open_house(passive_wait_s=0.5, answer_within_s=1.5) as opened:
        yield opened


@pytest.fixture
def plain(database: None) -> Iterator[House]:
    with open_house(aes=False) as opened:
        yield opened


def test_address_check(house: House) -> None:
    query = house.pusher.query()
    assert httpx.get(house.gateway, params=query | {"echostr": "12345"}).text == "12345"
    refused = httpx.get(house.gateway, params=query | {"echostr": "12345", "signature": "0" * 40})
    assert (refused.status_code, "12345" in refused.text) == (403, False)
    stale = house.pusher.query(timestamp=int(time.time()) - 400)
    assert httpx.get(house.gateway, params=stale | {"echostr": "1"}).status_code == 403
    assert httpx.get(house.gateway).status_code == 403
    page = httpx.get(house.gateway, params=query | {"echostr": "<script>"})
    assert page.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("aes", [True, False])
def test_a_text_is_answered_passively(database: None, aes: bool) -> None:
    with open_house(aes=aes) as house:
        user = house.user()
        house.says(user, "  我头疼 ]]> <b>&amp;</b> ")
        until(lambda: house.received(user))
        assert user.texts(Shown.PASSIVE) == ["您说：我头疼 ]]> <b>&amp;</b>\n\n由AI提供"]
        until(lambda: deliveries()[0].state == "sent")
        (delivery,) = deliveries()
        assert (delivery.route, delivery.attempts, delivery.sent_at is None) == ("passive", 1, False)


def test_refusals_parse_and_log_nothing(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    user = house.user()
    xml = house.text_xml(user, "秘密内容")
    stale = house.pusher.query(timestamp=int(time.time()) - 301)
    cases = [
        house.push(xml, signature="0" * 40),  # wrong signature
        house.push(xml, msg_signature="0" * 40),  # right query, wrong body signature
        house.push(xml, nonce="other"),
        house.push(xml, **stale),
        httpx.post(house.gateway, content=xml),  # no query at all
        httpx.post(house.gateway, params=house.pusher.query(), content=xml),  # plain in AES mode
    ]
    assert [answer.status_code for answer in cases] == [403] * len(cases)
    assert house.turn.inbounds == []
    logged = caplog.text + "".join(capsys.readouterr())
    assert "wechat_push_refused" in logged
    assert "秘密内容" not in logged
    assert user.openid not in logged


def test_an_encrypted_push_where_no_key_is_known(plain: House) -> None:
    answer = plain.push(plain.text_xml(plain.user(), "一"), encrypt_type="aes", msg_signature="0" * 40)
    assert (answer.status_code, plain.turn.inbounds) == (403, [])


def test_a_replayed_signature_carries_no_other_message(plain: House) -> None:
    user = plain.user()
    query, body = plain.pusher.signed(plain.text_xml(user, "第一条"), user.openid)
    first = httpx.post(plain.gateway, params=query, content=body)
    forged = httpx.post(plain.gateway, params=query, content=plain.text_xml(user, "第二条", "1002").encode())
    assert (first.status_code, forged.status_code) == (200, 403)
    again = [httpx.post(plain.gateway, params=query, content=body) for _ in range(3)]
    # WeChat itself pushes three times at most; whoever comes a fourth time is not WeChat.
    assert [answer.status_code for answer in again] == [200, 200, 403]
    assert [inbound.text for inbound in plain.turn.inbounds] == ["第一条"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<xml><FromUserName>o1", 400),  # cut off
        (b"", 400),
        (b"not xml", 400),
        (b'<!DOCTYPE x [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>', 400),
        (b"x" * (1024 * 1024 + 1), 413),
    ],
)
def test_bad_bodies_under_a_right_signature(plain: House, body: bytes, status: int) -> None:
    answer = httpx.post(plain.gateway, params=plain.pusher.query(), content=body)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert plain.turn.inbounds == []


def test_a_body_without_a_length_is_counted(plain: House) -> None:
    chunks = (b"x" * 65536 for _ in range(64))
    answer = httpx.post(plain.gateway, params=plain.pusher.query(), content=chunks)
    assert answer.status_code == 413


def test_a_hundred_thousand_characters(house: House) -> None:
    user = house.user()
    house.says(user, "疼" * 100_000)
    until(lambda: user.texts(Shown.PASSIVE))
    assert house.turn.inbounds[0].text == "疼" * 100_000


def test_unknown_types_reach_the_turn(house: House) -> None:
    user = house.user()
    assert house.push(house.pusher.xml(user, {"MsgType": "hologram", "MsgId": "1"})).status_code == 200
    assert house.push(house.pusher.xml(user, {"MsgId": "2"})).status_code == 200
    assert [inbound.kind for inbound in house.turn.inbounds] == [Kind.UNKNOWN, Kind.UNKNOWN]


def test_a_slow_answer_comes_by_customer_service(hasty: House) -> None:
    hasty.turn.seconds = 1.0
    user = hasty.user()
    hasty.says(user, "慢")
    until(lambda: hasty.received(user))
    assert [push.outcome for push in hasty.platform.pushes] == ["success"]
    assert user.texts(Shown.CUSTOMER_SERVICE) == ["您说：慢\n\n由AI提供"]
    until(lambda: deliveries()[0].state == "sent")
    assert deliveries()[0].route == "customer_service"
    assert hasty.outbox.deliver_pending() == 0


def test_the_answer_waits_no_longer_than_the_window(hasty: House) -> None:
    hasty.turn.seconds = 3
    started = time.monotonic()
    answer = hasty.push(hasty.text_xml(hasty.user(), "慢"))
    assert (answer.text, time.monotonic() - started < 2.5) == ("success", True)


def test_a_retry_gets_the_first_ones_answer_and_nothing_runs_twice(house: House) -> None:
    user = house.user()
    house.turn.seconds = 0.3
    xml = house.text_xml(user, "一次")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: house.push(xml), range(3)))
    answers.append(house.push(xml))  # and one after it has ended
    texts = {house.pusher.read(answer).text for answer in answers}
    assert texts == {"您说：一次\n\n由AI提供"}
    assert len(house.turn.inbounds) == 1
    assert [(row.route, row.state) for row in deliveries()] == [("passive", "sent")]
    assert user.texts(Shown.CUSTOMER_SERVICE) == []


def test_a_retry_that_is_answered_in_time_spares_the_customer_message(hasty: House) -> None:
    user = hasty.user()
    hasty.turn.gate = threading.Event()
    xml = hasty.text_xml(user, "一次")
    with ThreadPoolExecutor(1) as pool:
        assert hasty.push(xml).text == "success"  # the first push gave up
        retry = pool.submit(hasty.push, xml)
        until(lambda: hasty.reception._waiting)
        hasty.turn.gate.set()
        assert hasty.pusher.read(retry.result()).text == "您说：一次\n\n由AI提供"
    until(lambda: deliveries()[0].state == "sent")
    assert user.texts(Shown.CUSTOMER_SERVICE) == []
    assert [row.route for row in deliveries()] == ["passive"]


def test_a_retry_after_the_customer_message_says_success(hasty: House) -> None:
    user = hasty.user()
    hasty.turn.seconds = 1.0
    xml = hasty.text_xml(user, "一次")
    hasty.platform.opened_by_message(user)
    assert hasty.push(xml).text == "success"
    until(lambda: hasty.received(user))
    assert hasty.push(xml).text == "success"
    assert len(hasty.received(user)) == 1


def test_a_turn_that_fails_is_pushed_again_and_then_shows_the_notice(hasty: House) -> None:
    hasty.turn.error = RuntimeError("内部细节")
    user = hasty.user()
    hasty.says(user, "坏")
    until(lambda: user.texts(Shown.FAULT))
    assert user.texts(Shown.FAULT) == [FAULT_NOTICE]
    assert [push.status for push in hasty.platform.pushes] == [503, 503, 503]
    answer = hasty.push(hasty.text_xml(user, "坏", "77"))
    assert (answer.status_code, "内部细节" in answer.text) == (503, False)


def test_a_gateway_that_is_away_is_pushed_three_times(hasty: House) -> None:
    user = hasty.user()
    hasty.pusher.gateway = "http://127.0.0.1:9/wechat"
    hasty.says(user, "有人吗")
    until(lambda: user.texts(Shown.FAULT))
    assert [push.attempt for push in hasty.platform.pushes] == [1, 2, 3]


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        ("subscribe", "passive"),
        ("CLICK", "passive"),
        ("SCAN", "passive"),
        ("VIEW", "success"),  # nobody waits for an answer to these three: they are taken at once
        ("LOCATION", "success"),
        ("unsubscribe", "success"),
    ],
)
def test_events(house: House, event: str, outcome: str) -> None:
    user = house.user()
    house.does(user, event, "我要挂号")
    until(lambda: house.platform.outcomes() == {outcome: 1} and house.turn.inbounds)
    assert [(inbound.kind, inbound.event) for inbound in house.turn.inbounds] == [(Kind.EVENT, event.lower())]


def test_one_push_does_not_send_what_another_waits_for(house: House) -> None:
    user = house.user()
    house.says(user, "一")
    until(lambda: house.received(user))
    with session_scope() as session:
        waiting = append_reply(
            session,
            conversation_id=conversation_of(session, user.openid).id,
            author=Author.BOT,
            reply=Reply(text="别人的"),
        ).id
    house.says(user, "二")
    until(lambda: len(house.received(user)) == 2)
    until(lambda: [row.state for row in deliveries() if row.message_id != waiting] == ["sent", "sent"])
    assert "别人的\n\n由AI提供" not in house.received(user)


def test_several_replies_the_first_passively_the_rest_by_customer_service(house: House) -> None:
    house.turn.answer = lambda inbound: [Reply(text="一"), Reply(text="二"), Reply(text="三" * 1500)]
    user = house.user()
    house.says(user, "多")
    until(lambda: len(house.received(user)) == 5)
    assert user.texts(Shown.PASSIVE) == ["一\n\n由AI提供"]
    rest = [text.removesuffix("\n\n由AI提供") for text in user.texts(Shown.CUSTOMER_SERVICE)]
    assert rest[0] == "二"
    assert "".join(rest[1:]) == "三" * 1500
    until(lambda: {row.state for row in deliveries()} == {"sent"})


def test_a_long_passive_reply_goes_on_by_customer_service(house: House) -> None:
    house.turn.answer = lambda inbound: [Reply(text="长" * 1500)]
    user = house.user()
    house.says(user, "长")
    until(lambda: len(house.received(user)) == 3)
    assert len(user.texts(Shown.PASSIVE)) == 1
    assert "".join(text.removesuffix("\n\n由AI提供") for text in house.received(user)) == "长" * 1500
    until(lambda: deliveries()[0].state == "sent")
    assert deliveries()[0].route == "passive"
