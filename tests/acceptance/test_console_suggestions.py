"""A seat at work in a real browser: a suggested answer taken by a key, changed and sent; a report page by page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from care.analysis import Seen, keep_findings
from care.cases import open_case
from care.emergency import screen
from gateway.app import create_app
from records.cases import Case, CaseKind, CaseLevel
from records.conversations import Author, Message
from records.database import session_scope
from records.findings import FindingKind
from records.vault import get_vault
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import barriers, console_at
from tests.acceptance.staff import hired, sign_in
from tests.cases_made import first_message, handover
from tests.console_client import conversation_saying
from tests.integration.media.files import png
from tests.sheets import creatinine, potassium
from tests.wechat_house import Server

SOON_MS = 10_000

pytestmark = in_browser("console.html")


@pytest.fixture
def console(database: None, monkeypatch: pytest.MonkeyPatch, chromium: Browser) -> Iterator[Page]:
    screen("")
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    server = Server()
    server.app = create_app()
    with console_at(chromium, server.address) as page:
        yield page


def read_over_two_pages() -> Case:
    """An emergency about a report: a critical value on its second page."""
    conversation = conversation_saying("这是我的化验单")
    message = first_message(conversation)
    box = {"left": 200, "top": 300, "right": 1000, "bottom": 340}
    items = [
        creatinine("78", box=box | {"page": 0}),
        potassium("6.8", box=box | {"page": 1}, critical={"rule": "k"}),
    ]
    files = {"page": ("image/png", png(124, 175)), "page_1": ("image/png", png(124, 175))}
    data = {"items": items, "page_sizes": [[1240, 1754], [1240, 1754]]}
    with session_scope() as session:
        finding = keep_findings(
            session,
            get_vault(),
            message_id=message.id,
            kind=FindingKind.REPORT,
            seen=Seen(version="test-1", data=data, files=files, level=3),
        )
        return open_case(
            session,
            kind=CaseKind.EMERGENCY,
            level=CaseLevel.EMERGENCY,
            conversation_id=conversation.id,
            message_id=message.id,
            finding_id=finding.id,
            department="",
            complaint="",
            reasons=("critical_value",),
            dedupe_key=f"finding:{finding.id}",
        )


def test_a_suggestion_is_taken_by_a_key_changed_and_sent(console: Page) -> None:
    _, conversation = handover("药房几点关门啊")
    sign_in(console, hired(get_settings()))
    console.goto(f"/console#/conversations/{conversation.id}")
    one = console.get_by_role("button", name="取药窗口")
    expect(one).to_contain_text("开放时间 · 取药 · 医院系统", timeout=SOON_MS)
    assert barriers(console) == []
    console.keyboard.press("1")
    box = console.get_by_label("回复患者")
    expect(box).to_have_value("取药窗口：每天 08:00–20:00")
    expect(box).to_be_focused()
    with session_scope() as session:
        assert session.scalar(select(Message.id).where(Message.author == Author.STAFF)) is None
    console.keyboard.press("Control+Home")
    console.keyboard.type("您好，")
    console.keyboard.press("Enter")
    expect(one).to_have_count(0, timeout=SOON_MS)
    with session_scope() as session:
        sent = session.scalars(select(Message).where(Message.author == Author.STAFF)).one()
        assert (sent.text, sent.began_as) == ("您好，取药窗口：每天 08:00–20:00", "hours:取药")


def test_an_emergency_about_a_report_shows_the_page_that_each_row_was_read_on(console: Page) -> None:
    case = read_over_two_pages()
    sign_in(console, hired(get_settings()))
    console.goto(f"/console#/cases/{case.id}")
    first, second = console.get_by_label("报告第 1 页的照片"), console.get_by_label("报告第 2 页的照片")
    expect(first.locator("i.box")).to_have_count(1, timeout=SOON_MS)
    console.get_by_role("row", name="钾").focus()
    expect(second.locator("i.box.active.critical")).to_have_count(1)
    expect(second.locator("img")).to_have_js_property("naturalWidth", 124)  # only then has it its place
    drawn, page = second.locator("i.box").bounding_box(), second.locator("img").bounding_box()
    assert drawn is not None
    assert page is not None
    # In the engine's pixels 200 of 1240 from the left, though the picture that is shown has 124.
    assert (drawn["x"] - page["x"]) / page["width"] == pytest.approx(200 / 1240, abs=0.02)
    console.get_by_label("看报告的哪一页").get_by_text("第 1 页").click()
    expect(first).to_be_visible()
    assert barriers(console) == []
