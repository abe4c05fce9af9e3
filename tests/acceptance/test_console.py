"""What a nurse does at the console, in a real browser at desktop size, with a patient on the other side."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.trial import Trial
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import console_at
from tests.acceptance.patient import Patient
from tests.acceptance.pictures import jpeg, with_place
from tests.acceptance.staff import Person, give_password, hired, sign_in

EMERGENCY = "我妈突然胸口压榨样疼，出冷汗，喘不上气"
NEW_PASSWORD = "a-new-password-of-the-trial"
POLLED_MS = 10_000  # the console asks every 2 s

pytestmark = in_browser("console.html")


@pytest.fixture
def console(chromium: Browser, house: Trial) -> Iterator[Page]:
    with console_at(chromium, house.url) as page:
        yield page


def test_only_both_factors_open_it(console: Page, house: Trial) -> None:
    doctor = Person("doctor", house.passwords["doctor"])
    give_password(console, doctor, "wrong-password")
    expect(console.get_by_role("alert")).to_contain_text("账号、密码或动态码不对")
    sign_in(console, doctor)
    expect(console.get_by_role("navigation", name="病例")).to_be_visible()
    console.get_by_role("button", name="退出").click()
    expect(console.get_by_role("button", name="登录")).to_be_visible()
    console.reload()
    expect(console.get_by_role("button", name="登录")).to_be_visible()


def test_an_emergency_is_seen_answered_and_given_back(console: Page, house: Trial, patient: Patient) -> None:
    sign_in(console, hired(house.settings))
    patient.say(EMERGENCY)
    alert = console.get_by_role("region", name="警报").get_by_role("listitem").filter(has_text=EMERGENCY)
    expect(alert).to_be_visible(timeout=POLLED_MS)
    expect(alert).to_contain_text(re.compile("胸痛|心"))
    patient.send_photo(with_place(jpeg()))
    console.screenshot(path=screenshot(house, "console-alert"))

    alert.get_by_role("button", name="我来处理").click()
    expect(alert).to_have_count(0, timeout=POLLED_MS)
    expect(console.get_by_role("article", name="急症病例")).to_contain_text(EMERGENCY)
    console.get_by_role("button", name="接手对话").click()
    talk = console.get_by_role("log", name="对话内容")
    expect(talk).to_contain_text(EMERGENCY)
    photo = talk.get_by_alt_text("患者发来的照片")
    expect(photo).to_be_visible(timeout=3 * POLLED_MS)
    console.wait_for_function("document.querySelector('[role=log] img')?.naturalWidth > 100")

    console.get_by_label("回复患者").fill("您好，我是急诊护士。救护车出发了吗？急诊电话 010-12345678")
    console.keyboard.press("Enter")
    told = patient.wait_for(lambda message: message["author"] == "staff")
    assert told["text"].startswith("您好，我是急诊护士")
    assert "010-12345678" in told["text"]  # the hospital's own number is no use when masked
    assert told["label"] == ""  # a person wrote it
    assert patient.say("已经上车了") == []  # the assistant is silent
    expect(talk).to_contain_text("已经上车了", timeout=POLLED_MS)
    console.screenshot(path=screenshot(house, "console-conversation"))

    console.get_by_role("button", name="交还助手").click()
    expect(console.get_by_role("button", name="接手")).to_be_visible(timeout=POLLED_MS)
    assert patient.say("你好")


def test_the_first_password_is_changed_and_its_file_goes(console: Page, house: Trial) -> None:
    officer = Person("admin", house.passwords["admin"])
    assert house.settings.first_password("admin").exists()
    sign_in(console, officer)
    console.get_by_role("button", name="安全管理员").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_label("原密码").fill("not-the-old-one")
    dialog.get_by_label("新密码（至少 10 个字符）").fill(NEW_PASSWORD)
    dialog.get_by_label("再输入一次").fill(NEW_PASSWORD)
    dialog.get_by_role("button", name="修改密码").click()
    expect(dialog.get_by_role("alert")).to_contain_text("原密码不对")
    dialog.get_by_label("原密码").fill(officer.password)
    dialog.get_by_role("button", name="修改密码").click()
    # Every session has ended.
    expect(console.get_by_role("button", name="登录", exact=True)).to_be_visible(timeout=POLLED_MS)
    assert not house.settings.first_password("admin").exists()
    officer.password = NEW_PASSWORD
    sign_in(console, officer)
    expect(console.get_by_role("row", name=re.compile("doctor"))).to_be_visible()


def screenshot(house: Trial, name: str) -> Path:
    return house.settings.var.parent / f"{name}.png"
