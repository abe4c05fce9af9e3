"""Signing in, one's own account, and the pages of who manages accounts and who audits, in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from care.staff.sessions import idle
from gateway.app import create_app
from records.database import session_scope, utc_now
from records.staff import Role, StaffSession
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import barriers, console_at
from tests.acceptance.staff import Person, enrol, give_password, hired, sign_in
from tests.wechat_house import Server

OWN_PASSWORD = "nobody else knows it"
CODE = "手机验证器上的 6 位数字"
PHONE = (375, 720)

pytestmark = in_browser("console.html")

expect.set_options(timeout=15_000)  # a loaded machine hashes and draws slowly


@pytest.fixture
def address(database: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A gateway that has no assistant."""
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    server = Server()
    server.app = create_app()
    return server.address


@pytest.fixture
def console(address: str, chromium: Browser) -> Iterator[Page]:
    with console_at(chromium, address) as page:
        yield page


def refused(page: Page) -> str:
    alert = page.get_by_role("alert").first
    expect(alert).to_be_visible()
    return alert.inner_text()


def signed_out(page: Page) -> None:
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_the_first_time_a_device_is_enrolled_and_a_password_chosen(console: Page, tmp_path: Path) -> None:
    person = hired(get_settings(), Role.NURSE, "皮肤科", once=True)
    expect(console.get_by_role("button", name="登录", exact=True)).to_be_visible()
    assert barriers(console) == []
    give_password(console, person)
    expect(console.get_by_role("img", name=re.compile("二维码")).locator("svg")).to_be_visible()
    console.get_by_label("验证器显示的 6 位数字").fill("000000")
    console.get_by_role("button", name="绑定").click()
    assert "动态码不对" in refused(console)
    assert barriers(console) == []
    console.screenshot(path=tmp_path / "enrol.png")
    codes = enrol(console, person)
    assert len(set(codes)) == 10
    # The one-time password was seen by somebody else.
    console.get_by_label("新密码（至少 10 个字符）").fill(OWN_PASSWORD)
    console.get_by_label("再输入一次").fill("something else")
    console.get_by_role("button", name="保存并进入").click()
    expect(console.get_by_text("两次不一样")).to_be_visible()
    console.get_by_label("再输入一次").fill(OWN_PASSWORD)
    assert barriers(console) == []
    console.get_by_role("button", name="保存并进入").click()
    expect(console.get_by_role("button", name="退出")).to_be_visible()
    console.reload()
    expect(console.get_by_role("button", name="退出")).to_be_visible()

    signed_out(console)
    give_password(console, person)
    assert "账号、密码或动态码不对" in refused(console), "the one-time password is worth nothing any more"


def test_then_a_code_each_time_or_a_recovery_code_once(
    console: Page, address: str, chromium: Browser, tmp_path: Path
) -> None:
    person = hired(get_settings(), Role.AGENT)
    give_password(console, person)
    codes = enrol(console, person)
    signed_out(console)

    give_password(console, person)
    expect(console.get_by_label(CODE)).to_be_focused()
    console.get_by_label(CODE).fill("123")
    console.keyboard.press("Enter")
    expect(console.get_by_text("动态码是 6 位数字")).to_be_visible()
    assert barriers(console) == []
    console.screenshot(path=tmp_path / "factor.png")
    code = person.code()
    console.get_by_label(CODE).fill(f"{code[:3]} {code[3:]}")  # goes by itself with the sixth digit
    expect(console.get_by_role("button", name="退出")).to_be_visible()
    with console_at(chromium, address) as other:
        give_password(other, person)
        other.get_by_label(CODE).fill(code)
        assert "动态码不对" in refused(other), "a code is taken once"
        other.get_by_role("button", name="手机不在身边，用恢复码").click()
        other.get_by_label("恢复码", exact=True).fill(codes[3])
        other.keyboard.press("Enter")
        expect(other.get_by_role("button", name="退出")).to_be_visible()
        signed_out(other)
        give_password(other, person)
        other.get_by_role("button", name="手机不在身边，用恢复码").click()
        other.get_by_label("恢复码", exact=True).fill(codes[3])
        other.keyboard.press("Enter")
        assert "不对" in refused(other), "and a recovery code too"


def test_the_steps_fit_a_phone(address: str, chromium: Browser, tmp_path: Path) -> None:
    with console_at(chromium, address, size=PHONE) as page:
        give_password(page, hired(get_settings()))
        expect(page.get_by_label("验证器显示的 6 位数字")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=tmp_path / "enrol-phone.png")


def test_ones_own_sessions_are_seen_and_ended(console: Page, address: str, chromium: Browser, tmp_path: Path) -> None:
    person = hired(get_settings())
    sign_in(console, person)
    with console_at(chromium, address) as other:
        sign_in(other, person)
        console.get_by_role("button", name=person.username).click()
        dialog = console.get_by_role("dialog")
        dialog.get_by_role("tab", name="登录的设备").click()
        expect(dialog.get_by_role("listitem")).to_have_count(2)
        expect(dialog.get_by_role("listitem").filter(has_text="本机")).to_have_count(1)
        assert barriers(console) == []
        console.screenshot(path=tmp_path / "sessions.png")
        dialog.get_by_role("button", name=re.compile("结束")).click()
        expect(dialog.get_by_role("listitem")).to_have_count(1)
        other.reload()
        expect(other.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_another_device_is_enrolled_with_the_one_in_force(console: Page) -> None:
    person = hired(get_settings())
    sign_in(console, person)
    console.get_by_role("button", name=person.username).click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_role("tab", name="动态码").click()
    expect(dialog.get_by_text("还有 10 个恢复码没有用过")).to_be_visible()
    dialog.get_by_role("button", name="换一部手机").click()
    dialog.get_by_label("现在的验证器上的 6 位数字").fill(person.code())
    dialog.get_by_role("button", name="下一步").click()
    enrol(console, person)
    expect(dialog.get_by_text("还有 10 个恢复码没有用过")).to_be_visible()


def test_who_does_nothing_is_signed_out_and_told(address: str, chromium: Browser) -> None:
    with console_at(chromium, address) as page:
        page.clock.install()
        page.reload()
        sign_in(page, hired(get_settings()))
        page.wait_for_timeout(1000)  # what is still asked for would count as something done
        with session_scope() as session:
            session.execute(update(StaffSession).values(last_seen_at=utc_now() - idle() - timedelta(seconds=1)))
        page.clock.fast_forward("01:05")  # nobody touches keys or mouse; the page asks by itself
        assert "太久没有操作" in refused(page)


def test_the_officer_makes_accounts_and_the_auditor_reads_of_it(
    console: Page, address: str, chromium: Browser, tmp_path: Path
) -> None:
    sign_in(console, hired(get_settings(), Role.SECURITY_OFFICER))
    expect(console.get_by_role("link", name="对话")).to_have_count(0)
    console.get_by_role("button", name="新账号").click()
    dialog = console.get_by_role("dialog", name="新账号")
    dialog.get_by_label("账号").fill("li.na")
    dialog.get_by_label("姓名").fill("李娜")
    dialog.get_by_label("科室").fill("皮肤")
    console.locator(".ant-select-item-option").filter(has_text="皮肤科").click()
    dialog.get_by_text("姓名").click()  # closes the list
    expect(dialog.get_by_text("皮肤科")).to_be_visible()
    dialog.get_by_label("技能组").fill("护理")
    console.locator(".ant-select-item-option").filter(has_text="护理组").click()
    dialog.get_by_text("姓名").click()
    dialog.get_by_label("同时接几个对话").fill("3")
    console.screenshot(path=tmp_path / "account.png")
    dialog.get_by_role("button", name="建账号").click()
    password = console.get_by_role("dialog", name="一次性密码").get_by_role("heading", level=4).inner_text()
    console.screenshot(path=tmp_path / "one-time.png")
    console.keyboard.press("Escape")
    expect(console.get_by_role("dialog", name="一次性密码")).to_have_count(0)
    expect(console.get_by_role("row", name=re.compile("李娜.*医生.*皮肤科.*护理组，最多 3 个.*未绑定"))).to_be_visible()
    assert barriers(console) == []
    console.screenshot(path=tmp_path / "accounts.png")

    with console_at(chromium, address) as page:
        person = Person("li.na", password.strip())
        give_password(page, person)
        enrol(page, person)
        expect(page.get_by_label("新密码（至少 10 个字符）")).to_be_visible()

    with console_at(chromium, address) as page:
        sign_in(page, hired(get_settings(), Role.AUDITOR))
        expect(page.get_by_role("link", name="账号")).to_have_count(0)
        expect(page.get_by_role("row", name=re.compile("add_staff")).first).to_be_visible()
        page.get_by_role("button", name="核对整条审计链").click()
        expect(page.get_by_role("status").filter(has_text="完好")).to_be_visible()
        assert barriers(page) == []
        page.screenshot(path=tmp_path / "audit.png")
