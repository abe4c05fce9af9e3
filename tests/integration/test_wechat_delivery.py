"""Customer-service and subscription messages: quotas, faults, crashes; one delivery per reply."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from care.conversations import append_reply
from care.replies import Reply
from channels.wechat import pause
from channels.wechat.errors import Unconfirmed
from channels.wechat.ledger import SENDING, UNCONFIRMED, claim_passive
from channels.wechat.outbox import MAX_ATTEMPTS, Outbox, wait_after
from channels.wechat.sandbox.model import Shown, User
from channels.wechat.windows import MESSAGE_WINDOW, Window, open_window
from records.conversations import Author, Message
from records.database import session_scope, utc_now
from records.deliveries import Delivery
from records.patients import Account
from records.tokens import WechatToken, WechatWindow
from records.vault import get_vault
from tests.wechat_house import House, conversation_of, deliveries, open_house, until


@pytest.fixture
def house(database: None) -> Iterator[House]:
    with open_house() as opened:
        yield opened


def wrote(house: House, user: User, key: str = "msg:1") -> None:
    """The user wrote just now, in the platform's eyes and in ours."""
    house.platform.opened_by_message(user)
    with session_scope() as session:
        fingerprint = get_vault().fingerprint(user.openid, purpose="address:wechat")
        open_window(session, fingerprint=fingerprint, window=Window.MESSAGE, key=key, at=utc_now())


def staff_says(user: User, *texts: str) -> str:
    """Replies of a person at a seat; returns the conversation's id."""
    with session_scope() as session:
        conversation = conversation_of(session, user.openid)
        for text in texts:
            append_reply(session, conversation_id=conversation.id, author=Author.STAFF, reply=Reply(text=text))
        return conversation.id


def due_now() -> None:
    """Back-offs, leases and the account's pause are over."""
    past = utc_now() - timedelta(seconds=1)
    with session_scope() as session:
        session.execute(update(Delivery).where(Delivery.next_attempt_at.is_not(None)).values(next_attempt_at=past))
        session.execute(update(WechatToken).where(WechatToken.name == pause._NAME).values(expires_at=past))


def test_a_person_writes_to_the_patient_in_order_and_without_the_label(house: House) -> None:
    user = house.user()
    wrote(house, user)
    staff_says(user, "一", "二", "三")
    assert house.outbox.deliver_pending() == 3
    assert user.texts(Shown.CUSTOMER_SERVICE) == ["一", "二", "三"]
    assert {(row.state, row.route, row.error_code) for row in deliveries()} == {("sent", "customer_service", "")}


def test_five_messages_then_a_subscription_message(house: House) -> None:
    user = house.user()
    wrote(house, user)
    staff_says(user, *"一二三四五六")
    assert house.outbox.deliver_pending() == 6
    assert len(user.texts(Shown.CUSTOMER_SERVICE)) == 5
    assert user.texts(Shown.SUBSCRIPTION) == ["您有新的回复，请回到对话查看"]
    # Our own ledger knew: WeChat was not asked for a sixth.
    assert [call.errcode for call in house.platform.calls if call.path == "custom"] == [0] * 5
    assert deliveries()[5].route == "subscription"


def test_without_a_template_it_stays_failed_for_a_person_to_see(database: None) -> None:
    with open_house(template_id="") as house:
        user = house.user()
        wrote(house, user)
        staff_says(user, *"一二三四五六")
        assert house.outbox.deliver_pending() == 5
        assert (deliveries()[5].state, deliveries()[5].error_code) == ("failed", "quota")
        # The user writes again: what comes next is sent, the failed one is a person's.
        wrote(house, user, "msg:2")
        staff_says(user, "七")
        assert house.outbox.deliver_pending() == 1


def test_three_messages_after_a_menu_click(house: House) -> None:
    user = house.user()
    house.does(user, "CLICK", "我要挂号")
    until(lambda: user.texts(Shown.PASSIVE) and deliveries()[0].state == "sent")
    staff_says(user, *"一二三四")
    house.outbox.deliver_pending()  # or the gateway, which is just done with the click, sends them
    until(lambda: len(house.received(user)) == 5)
    assert len(user.texts(Shown.CUSTOMER_SERVICE)) == 3
    assert len(user.texts(Shown.SUBSCRIPTION)) == 1


def test_after_48_hours_only_the_subscription_message(house: House) -> None:
    user = house.user()
    wrote(house, user)
    with session_scope() as session:
        session.execute(update(WechatWindow).values(message_at=utc_now() - MESSAGE_WINDOW - timedelta(seconds=1)))
    staff_says(user, "晚了")
    assert house.outbox.deliver_pending() == 1
    assert user.texts(Shown.CUSTOMER_SERVICE) == []


@pytest.mark.parametrize("errcode", [45047, 45015])
def test_wechat_counts_differently_and_is_right(house: House, errcode: int) -> None:
    user = house.user()
    wrote(house, user)
    house.platform.set_faults("custom", [errcode])
    staff_says(user, "一", "二")
    assert house.outbox.deliver_pending() == 2
    assert len(user.texts(Shown.SUBSCRIPTION)) == 2
    assert [call.errcode for call in house.platform.calls if call.path == "custom"] == [errcode]


def test_a_subscription_that_is_refused_fails(house: House) -> None:
    user = house.user()
    house.platform.set_faults("subscribe", [43101])
    staff_says(user, "一")
    assert house.outbox.deliver_pending() == 0
    assert (deliveries()[0].state, deliveries()[0].error_code) == ("failed", "43101")


@pytest.mark.parametrize("errcode", [-1, 500])
def test_a_busy_wechat_is_tried_again_in_order(house: House, errcode: int) -> None:
    user = house.user()
    wrote(house, user)
    house.platform.set_faults("custom", [errcode])
    staff_says(user, "一", "二")
    assert house.outbox.deliver_pending() == 0  # the second waits behind the first
    assert deliveries()[0].state == "pending"
    assert house.outbox.deliver_pending() == 0  # not before its time
    due_now()
    assert house.outbox.deliver_pending() == 2
    assert user.texts(Shown.CUSTOMER_SERVICE) == ["一", "二"]
    with session_scope() as session:
        assert session.query(WechatWindow).one().message_used == 2  # the failed try cost nothing


def test_too_many_calls_pause_the_whole_account(house: House) -> None:
    first, second = house.user(), house.user("小王")
    for user in (first, second):
        wrote(house, user)
    house.platform.set_faults("custom", [45009])
    conversation = staff_says(first, "一")
    assert house.outbox.deliver(conversation) == 0
    staff_says(second, "一")
    assert house.outbox.deliver_pending() == 0
    calls = [call.path for call in house.platform.calls]
    assert "clear_quota" not in calls
    assert calls.count("custom") == 1
    due_now()
    assert house.outbox.deliver_pending() == 2


def test_no_connection_is_tried_again(house: House) -> None:
    user = house.user()
    wrote(house, user)
    staff_says(user, "一")
    away = house.another_client(api_base="http://127.0.0.1:9")
    assert Outbox(away, get_vault()).deliver_pending() == 0
    assert deliveries()[0].state == "pending"
    due_now()
    assert house.outbox.deliver_pending() == 1
    assert len(house.received(user)) == 1


def test_tries_come_to_an_end(house: House) -> None:
    user = house.user()
    wrote(house, user)
    staff_says(user, "一")
    house.platform.set_faults("custom", [-1] * 50)
    for _ in range(MAX_ATTEMPTS):
        due_now()
        house.outbox.deliver_pending()
    assert (deliveries()[0].state, deliveries()[0].error_code) == ("failed", "-1")
    assert wait_after(1) < wait_after(2) < wait_after(20) == wait_after(99)


def test_a_sender_that_died_is_not_repeated_by_guessing(house: House) -> None:
    user = house.user()
    wrote(house, user)
    staff_says(user, "一", "二")
    with session_scope() as session:
        first = deliveries()[0].id
        session.execute(
            update(Delivery)
            .where(Delivery.id == first)
            .values(error_code=SENDING, route="customer_service", attempts=1, next_attempt_at=utc_now())
        )
    assert house.outbox.deliver_pending() == 1
    assert [(row.state, row.error_code) for row in deliveries()] == [("failed", UNCONFIRMED), ("sent", "")]
    assert house.received(user) == ["二"]


def test_an_answer_that_never_comes_is_unconfirmed(house: House) -> None:
    user = house.user()
    wrote(house, user)
    house.platform.set_faults("custom", [504])
    staff_says(user, "一")
    assert house.outbox.deliver_pending() == 0
    assert (deliveries()[0].state, deliveries()[0].error_code) == ("failed", UNCONFIRMED)
    due_now()
    assert house.outbox.deliver_pending() == 0
    assert house.received(user) == ["一"]  # WeChat had taken it: a second try would have doubled it


def test_a_read_that_times_out_is_unconfirmed(house: House) -> None:
    user = house.user()
    wrote(house, user)
    house.client.send_text(user.openid, "暖")  # the token is there
    with socket.create_server(("127.0.0.1", 0)) as silent:
        api_base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        slow = house.another_client(api_base=api_base, timeout=httpx.Timeout(5.0, read=0.2))
        with pytest.raises(Unconfirmed):
            slow.send_text(user.openid, "一")


def test_many_workers_send_each_reply_once(house: House) -> None:
    users = [house.user(f"用户{number}") for number in range(4)]
    for user in users:
        wrote(house, user)
        staff_says(user, "一", "二", "三")
    others = [Outbox(house.another_client(), get_vault()) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda outbox: outbox.deliver_pending(), [house.outbox, *others]))
    while any(row.state == "pending" for row in deliveries()):
        counts.append(house.outbox.deliver_pending())
    assert sum(counts) == 12
    assert [house.received(user) for user in users] == [["一", "二", "三"]] * 4


def test_passive_and_customer_service_claim_one_reply_once(house: House) -> None:
    user = house.user()
    wrote(house, user)
    for _ in range(10):
        with session_scope() as session:
            conversation = conversation_of(session, user.openid)
            message = append_reply(
                session, conversation_id=conversation.id, author=Author.BOT, reply=Reply(text="抢")
            ).id

        def passively(message_id: str = message) -> bool:
            with session_scope() as session:
                return claim_passive(session, message_id=message_id, now=utc_now()) is not None

        def by_outbox(conversation_id: str = conversation.id, message_id: str = message) -> bool:
            return bool(house.outbox.deliver(conversation_id, released=[message_id]))

        with ThreadPoolExecutor(2) as pool:
            claims = [pool.submit(passively), pool.submit(by_outbox)]
            assert sum(claim.result() for claim in claims) == 1
        with session_scope() as session:
            session.query(Delivery).delete()
            session.query(WechatWindow).update({"message_used": 0})
        house.platform.opened_by_message(user)


def test_a_passive_reply_that_was_lost_goes_by_customer_service(house: House) -> None:
    user = house.user()
    wrote(house, user)
    with session_scope() as session:
        conversation = conversation_of(session, user.openid)
        reply = Reply(text="丢了")
        message = append_reply(session, conversation_id=conversation.id, author=Author.BOT, reply=reply).id
    with session_scope() as session:
        assert claim_passive(session, message_id=message, now=utc_now())
    assert house.outbox.deliver_pending() == 0  # WeChat may still push again
    due_now()
    assert house.outbox.deliver_pending() == 1
    with session_scope() as session:
        assert claim_passive(session, message_id=message, now=utc_now()) is None  # too late for a retry


def test_a_young_bot_reply_is_left_to_its_push(house: House) -> None:
    user = house.user()
    wrote(house, user)
    with session_scope() as session:
        conversation = conversation_of(session, user.openid)
        append_reply(session, conversation_id=conversation.id, author=Author.BOT, reply=Reply(text="新"))
    assert house.outbox.deliver_pending() == 0
    with session_scope() as session:
        session.execute(update(Delivery).values(created_at=utc_now() - timedelta(seconds=11)))
    assert house.outbox.deliver_pending() == 1


def test_logs_name_no_one(house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    user = house.user()
    wrote(house, user)
    house.platform.set_faults("custom", [40003])
    staff_says(user, "秘密内容")
    caplog.set_level("DEBUG")
    house.outbox.deliver_pending()
    logged = "".join(capsys.readouterr()) + "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("httpcore")
    )
    assert "wechat_not_sent" in logged
    for secret in (user.openid, "秘密内容", "secret-1", house.client._tokens.current().value):
        assert secret not in logged


def test_what_cannot_be_sent_fails_and_holds_up_nobody(house: House) -> None:
    broken, unreadable, well = house.user("甲"), house.user("乙"), house.user("丙")
    for user in (broken, unreadable, well):
        wrote(house, user)
        staff_says(user, "一")
    with session_scope() as session:
        account = session.get_one(Account, conversation_of(session, broken.openid).account_id)
        account.address_sealed = b"damaged"
        message = session.scalars(
            select(Message).where(Message.conversation_id == conversation_of(session, unreadable.openid).id)
        ).one()
        message.card = {"kind": "of tomorrow"}
    assert house.outbox.deliver_pending() == 1
    assert house.received(well) == ["一"]
    assert {row.error_code for row in deliveries()} == {"", "no address", "unreadable"}
