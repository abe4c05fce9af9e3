"""Insurance and a recommended doctor in a real browser, against the whole house."""

import os
from collections.abc import Iterator

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


def picture(page: Page, name: str) -> None:
    """Kept for a look where ``XINGLIN_PICTURES`` names a folder."""
    if folder := os.environ.get("XINGLIN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_sum_step_by_step_with_its_policy(page: Page) -> None:
    say(page, "我是居民医保,住院花了两万能报多少")
    card = page.locator(".card.insurance")
    expect(card).to_be_visible(timeout=SLOWLY)
    expect(card.locator(".sums li")).to_have_count(4)
    expect(card.locator(".total")).to_contain_text("¥11,850.00")
    expect(card).to_contain_text("示例，非真实政策")
    person = page.get_by_role("group", name="快捷回答").get_by_role("button", name="转人工")
    expect(person).to_be_visible()
    picture(page, "insurance")
    page.get_by_role("button", name="职工医保（在职）").click()
    expect(card.nth(1).locator(".total")).to_contain_text("¥16,235.00", timeout=SLOWLY)


def test_the_rules_without_a_sum_have_no_total(page: Page) -> None:
    say(page, "职工医保三级医院起付线多少")
    card = page.locator(".card.insurance")
    expect(card).to_contain_text("¥900.00", timeout=SLOWLY)
    expect(card.locator(".total")).to_have_count(0)
    picture(page, "insurance-rules")
