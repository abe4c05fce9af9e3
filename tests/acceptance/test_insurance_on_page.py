"""Insurance and a recommended doctor in a real browser, against the whole house."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.trial import Trial
from tests.acceptance.browser import in_browser

pytestmark = [pytest.mark.rasa, *in_browser("index.html")]
SLOWLY = 30_000  # ms; the assistant answers behind it


@pytest.fixture
def page(house: Trial, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened = context.new_page()
    opened.goto(house.url)
    yield opened
    context.close()


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def test_a_sum_step_by_step_with_its_policy(page: Page, tmp_path: Path) -> None:
    say(page, "我是居民医保,住院花了两万能报多少")
    card = page.locator(".card.insurance")
    expect(card).to_be_visible(timeout=SLOWLY)
    expect(card.locator(".sums li")).to_have_count(4)
    expect(card.locator(".total")).to_contain_text("¥11,850.00")
    expect(card).to_contain_text("示例，非真实政策")
    person = page.get_by_role("group", name="快捷回答").get_by_role("button", name="转人工")
    expect(person).to_be_visible()
    page.screenshot(path=tmp_path / "insurance.png")
    page.get_by_role("button", name="职工医保（在职）").click()
    expect(card.nth(1).locator(".total")).to_contain_text("¥16,235.00", timeout=SLOWLY)


def test_the_rules_without_a_sum_have_no_total(page: Page, tmp_path: Path) -> None:
    say(page, "职工医保三级医院起付线多少")
    card = page.locator(".card.insurance")
    expect(card).to_contain_text("¥900.00", timeout=SLOWLY)
    expect(card.locator(".total")).to_have_count(0)
    page.screenshot(path=tmp_path / "rules.png")


def test_a_doctor_is_recommended_with_a_reason_and_booked_by_one_press(page: Page, tmp_path: Path) -> None:
    say(page, "偏头痛老是犯，好几年了，我28岁，女")
    page.get_by_role("button", name="同意", exact=True).click(timeout=SLOWLY)
    departments = page.locator(".card", has=page.locator(".urgency"))
    answers = page.get_by_role("group", name="快捷回答").get_by_role("button")
    for _ in range(6):
        expect(departments.or_(answers.filter(has_text=re.compile("^(没|不清楚)"))).first).to_be_visible(timeout=SLOWLY)
        if departments.count():
            break
        answers.filter(has_text=re.compile("^(没|不清楚)")).first.click()
        page.wait_for_timeout(1500)
    expect(departments).to_contain_text("可以约这位医生")
    expect(departments).to_contain_text("有号")
    page.screenshot(path=tmp_path / "doctor.png")
    departments.get_by_role("button", name=re.compile("^预约")).first.click()
    expect(page.get_by_role("region", name="可预约的时间")).to_be_visible(timeout=SLOWLY)
