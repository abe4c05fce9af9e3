"""The way of an emergency through the console: from a phone on WeChat to a person, and into the figures."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.trial import Trial
from records.staff import Role
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import console_at
from tests.acceptance.desk import Desk
from tests.acceptance.phone import Phone
from tests.acceptance.staff import hired, sign_in

SAID = "我爸爸突然晕倒了，怎么叫都叫不醒"
ANSWER = "您好，我是急诊护士。救护车已经出发，请让他平躺，保持呼吸通畅。"
SOON_MS = 15_000

pytestmark = in_browser("console.html")


@pytest.fixture
def console(chromium: Browser, house: Trial) -> Iterator[Page]:
    """A nurse of every department, signed in."""
    with console_at(chromium, house.url) as page:
        sign_in(page, hired(house.settings, Role.NURSE))
        yield page


def test_from_an_emergency_on_wechat_to_the_figures(console: Page, phone: Phone, house: Trial) -> None:
    with Desk(house) as desk:
        before = desk.figures()
    assert any("120" in answer for answer in phone.says(SAID))

    alert = console.get_by_role("region", name="警报").get_by_role("listitem").filter(has_text=SAID)
    expect(alert).to_be_visible(timeout=SOON_MS)
    alert.get_by_role("button", name="我来处理").click()
    case = console.get_by_role("article", name="急症病例")
    expect(case).to_contain_text(SAID, timeout=SOON_MS)
    expect(console.get_by_role("status").filter(has_text="我在处理")).to_be_visible(timeout=SOON_MS)
    expect(alert).to_have_count(0, timeout=SOON_MS)

    console.keyboard.press("v")
    expect(console.get_by_role("log", name="对话内容")).to_contain_text(SAID, timeout=SOON_MS)
    reply = console.get_by_label("回复患者", exact=True)
    arrived = len(phone.arrived())
    reply.fill(ANSWER)
    reply.press("Enter")
    assert ANSWER in phone.wait_for(arrived + 1)[-1]

    console.go_back()
    expect(case).to_be_visible(timeout=SOON_MS)
    console.keyboard.press("e")
    console.get_by_role("dialog", name="结束病例").get_by_role("button", name="结束").press("Enter")
    expect(console.get_by_text("已结束").first).to_be_visible(timeout=SOON_MS)

    with Desk(house) as desk:
        after = desk.figures()
        conversation = desk.conversation_saying(SAID)
    assert conversation["holder"] == "bot"  # the assistant speaks again
    assert after["alarms"]["raised"] == before["alarms"]["raised"] + 1
    assert after["alarms"]["acknowledged"] == before["alarms"]["acknowledged"] + 1
    assert after["cases"]["emergency"] == before["cases"].get("emergency", 0) + 1
    console.get_by_role("link", name="数据").click()
    expect(console.get_by_text(f"{after['alarms']['raised']} 次警报").first).to_be_visible(timeout=SOON_MS)
