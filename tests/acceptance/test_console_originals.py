"""A clinician opens one patient's originals in the page: code, reason, a countdown, and closed again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from care.consent import Purpose, give
from care.partners import Caller, add, take_document
from gateway.app import create_app
from records.audit import SYSTEM
from records.conversations import Conversation
from records.database import session_scope
from records.vault import get_vault
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.acceptance.staff import Person, hired, sign_in
from tests.console_client import conversation_saying, trail
from tests.integration.test_console_originals import say_sealed
from tests.wechat_house import Server

SAID = "我叫王小明，电话13800138000，想改约"
SPECIAL = "我查出来艾滋病抗体阳性"
POLLED_MS = 10_000
CODE = "手机验证器上的 6 位数字"

pytestmark = in_browser("console.html")


@pytest.fixture
def desk(
    database: None, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Page, Person, Conversation]]:
    """The console's page behind a gateway that has no assistant; one conversation waits."""
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    conversation = conversation_saying(SAID)
    say_sealed(conversation, SPECIAL)
    send_document(conversation)
    server, person = Server(), hired(get_settings())
    server.app = create_app()
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=server.address
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.clock.install()  # before the page sets its first timer; it runs on as time does
    page.goto("/console")
    sign_in(page, person)
    page.get_by_role("link", name="对话").click()
    page.get_by_role("navigation", name="对话").get_by_role("button").first.click()
    yield page, person, conversation
    assert wrong == []
    context.close()


def send_document(conversation: Conversation) -> None:
    """A letter that another hospital's system has sent through the one door."""
    with session_scope() as session:
        give(session, conversation.account_id, Purpose.FOLLOW_UP)
        made = add(session, actor=SYSTEM, name="协作医院", purpose=Purpose.FOLLOW_UP, fields=["documents.write"])
        caller = Caller(made.partner_id, Purpose.FOLLOW_UP, masked=True)
        account = conversation.account_id
        take_document(
            session, get_vault(), caller, account_id=account, kind="discharge", text="术后恢复良好，两周后复查。"
        )


def test_originals_are_shown_for_a_reason_and_put_away(desk: tuple[Page, Person, Conversation], tmp_path: Path) -> None:
    page, person, conversation = desk
    page.get_by_text("院外资料 1 份").click()
    expect(page.get_by_text("术后恢复良好，两周后复查。")).to_be_visible()
    talk = page.get_by_role("log", name="对话内容")
    expect(talk).to_contain_text("138****8000")
    expect(talk).not_to_contain_text("13800138000")
    expect(talk).not_to_contain_text("艾滋病")

    page.get_by_role("button", name="查看原文").click()
    dialog = page.get_by_role("dialog", name="查看原文")
    dialog.get_by_role("button", name="查看", exact=True).click()
    expect(dialog).to_contain_text("请写明原因，至少 4 个字")
    dialog.get_by_label("查看原因").fill("电话回访，核对联系方式")
    dialog.get_by_label(CODE).fill("000000")  # sent with the sixth digit
    expect(dialog.get_by_role("alert").first).to_contain_text("动态码不对")
    page.screenshot(path=tmp_path / "dialog.png")
    dialog.get_by_label(CODE).fill(person.code())

    expect(talk).to_contain_text("13800138000", timeout=POLLED_MS)
    expect(talk).to_contain_text(SPECIAL)
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"还剩 (30:00|29:\d\d)"))
    page.screenshot(path=tmp_path / "originals.png")

    page.get_by_role("button", name="收起原文").click()
    expect(talk).not_to_contain_text("13800138000")
    page.get_by_role("button", name="查看原文").click()  # within the half hour nobody asks again
    expect(talk).to_contain_text("13800138000", timeout=POLLED_MS)
    expect(dialog).to_have_count(0)
    assert {(row.action, row.outcome) for row in trail() if row.patient == conversation.account_id} >= {
        ("view_messages", "done"),
        ("view_documents", "done"),
        ("step_up", "refused"),
        ("step_up", "done"),
        ("reveal", "done"),
    }


def test_when_the_half_hour_is_over_they_are_gone(desk: tuple[Page, Person, Conversation]) -> None:
    page, person, _ = desk
    page.get_by_role("button", name="查看原文").click()
    page.get_by_label("查看原因").fill("核对联系方式")
    page.get_by_label(CODE).fill(person.code())
    talk = page.get_by_role("log", name="对话内容")
    expect(talk).to_contain_text("13800138000", timeout=POLLED_MS)
    page.clock.fast_forward("31:00")  # as when the lid was closed
    expect(talk).not_to_contain_text("13800138000")
    expect(page.get_by_role("timer")).to_have_count(0)
