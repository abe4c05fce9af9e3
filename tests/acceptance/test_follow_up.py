"""A clinician starts a follow-up from a case; the patient answers on the chat page; the case appears. No assistant
runs in this house: following up needs none."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from care.emergency import screen
from gateway.app import create_app
from records.cases import CaseKind, CaseLevel
from records.conversations import Conversation
from records.database import session_scope
from records.followup import FollowUp
from records.staff import Role
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import TABLET, barriers, console_at
from tests.acceptance.staff import hired, sign_in
from tests.cases_made import opened
from tests.integration.followup.house import at, round_at, today
from tests.web_house import serving

SOON_MS = 10_000
PHONE = {"width": 375, "height": 812}
BLEEDS = "伤口大量流血，止不住"

pytestmark = [*in_browser("console.html"), *in_browser("index.html")]


@pytest.fixture
def address(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("care.published.watching.LOOKED_EVERY_S", 0.0)
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    screen("")
    with serving(create_app()) as found:
        yield found


def arrived(chromium: Browser, address: str) -> tuple[BrowserContext, Page]:
    """A patient on the chat page who has agreed to nothing but has looked at what there is to agree to."""
    context = chromium.new_context(viewport=PHONE, base_url=address, has_touch=True)  # type: ignore[arg-type]
    context.set_default_timeout(SOON_MS)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("textbox", name="输入消息").fill("我的授权")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("您的授权情况").first).to_be_visible()
    return context, page


def conversation() -> Conversation:
    with session_scope() as session:
        return session.scalars(select(Conversation)).one()


def start(console: Page, plan: str, *, closing: bool = False) -> None:
    """From the case that is open, by its key or while it is closed; yesterday was day 0."""
    expect(console.get_by_role("region", name="随访")).to_contain_text("没有随访", timeout=SOON_MS)
    console.keyboard.press("e" if closing else "f")
    if closing:
        console.get_by_role("dialog", name="结束病例").get_by_role("button", name="先为患者开始随访").click()
    dialog = console.get_by_role("dialog", name="开始随访")
    expect(dialog).to_contain_text(plan, timeout=SOON_MS)
    dialog.get_by_label("从哪天算起").fill((today() - timedelta(days=1)).isoformat())
    expect(dialog).to_contain_text("第 1、3、7 天问")
    # What still fades in has no contrast yet.
    console.evaluate(
        "Promise.all(document.getAnimations().filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))"
        ".map((one) => one.finished.catch(() => 0))).then(() => 0)"
    )
    assert barriers(console) == []
    dialog.get_by_role("button", name=re.compile("开.?始")).click()
    expect(console.get_by_role("region", name="随访")).to_contain_text("还没有通知患者", timeout=SOON_MS)


def test_from_the_case_to_the_answer_and_the_new_case(address: str, chromium: Browser) -> None:
    context, patient = arrived(chromium, address)
    with console_at(chromium, address) as console:
        opened(conversation(), kind=CaseKind.HANDOVER, level=CaseLevel.URGENT, department="普外科")
        sign_in(console, hired(get_settings()))
        console.get_by_role("navigation", name="病例").get_by_role("button").filter(has_text="转人工").click()
        start(console, "日间手术后伤口")
        with session_scope() as session:
            started = session.scalars(select(FollowUp)).one()
        assert (started.plan, started.department, started.case_id is not None) == ("day_surgery", "普外科", True)

        round_at(at(0, "08:30"))
        expect(patient.get_by_text("退订随访").first).to_be_visible()
        patient.get_by_role("button", name="同意", exact=True).click()
        expect(patient.get_by_text("好的，谢谢您").first).to_be_visible()
        round_at(at(0, "10:00"))
        expect(patient.get_by_text("请选0到10里的一个数字").first).to_be_visible()
        patient.get_by_role("button", name="2", exact=True).click()
        expect(patient.get_by_text("再问您一个").first).to_be_visible()
        patient.get_by_role("button", name="红肿发热，或者流脓").click()
        expect(patient.get_by_text("请普外科的医护人员马上看").first).to_be_visible()

        expect(console.get_by_text("个新病例，按 N 显示")).to_be_visible(timeout=SOON_MS)
        console.keyboard.press("n")
        row = console.get_by_role("navigation", name="病例").get_by_role("button").filter(has_text="红肿发热，或者流脓")
        expect(row).to_contain_text("随访")
        row.click()
        case = console.get_by_role("article", name="随访病例")
        expect(case).to_contain_text("随访回答要马上看", timeout=SOON_MS)
        answers = console.get_by_role("region", name="随访")
        expect(answers).to_contain_text("现在伤口有多疼？")
        expect(answers).to_contain_text("红肿发热，或者流脓 · 马上看")
        assert barriers(console) == []

        patient.get_by_role("button", name="没发热，吃喝小便正常").click()
        expect(answers).to_contain_text("没发热，吃喝小便正常", timeout=SOON_MS)
        console.get_by_role("button", name="停止 日间手术后伤口").click()
        console.get_by_role("button", name=re.compile("^停.?止$")).last.click()
        expect(answers).to_contain_text("已停止", timeout=SOON_MS)
    context.close()


def test_the_button_of_an_emergency_shows_the_red_card_and_rings(address: str, chromium: Browser) -> None:
    context, patient = arrived(chromium, address)
    with console_at(chromium, address, size=TABLET) as console:
        opened(conversation(), kind=CaseKind.HANDOVER, level=CaseLevel.URGENT, department="普外科")
        sign_in(console, hired(get_settings()))
        console.get_by_role("navigation", name="病例").get_by_role("button").filter(has_text="转人工").click()
        start(console, "日间手术后伤口", closing=True)
        console.get_by_role("dialog", name="结束病例").get_by_role("button", name=re.compile("结.?束$")).click()
        expect(console.get_by_text("已结束").first).to_be_visible(timeout=SOON_MS)
        round_at(at(0, "08:30"))
        patient.get_by_role("button", name="同意", exact=True).click()
        expect(patient.get_by_text("好的，谢谢您").first).to_be_visible()
        round_at(at(0, "10:00"))
        patient.get_by_role("button", name="2", exact=True).click()
        patient.get_by_role("button", name=BLEEDS).click()
        expect(patient.get_by_role("link", name=re.compile("120")).first).to_be_visible()
        alert = console.get_by_role("region", name="警报").get_by_role("listitem").filter(has_text=BLEEDS)
        expect(alert).to_be_visible(timeout=SOON_MS)
    context.close()


def test_a_plan_is_read_by_operators_and_changed_by_two_clinicians(address: str, chromium: Browser) -> None:
    with console_at(chromium, address) as page:
        sign_in(page, hired(get_settings(), Role.OPERATOR))
        of_plans(page)
        editor = page.get_by_role("article", name="日间手术后伤口")
        expect(editor).to_contain_text("伤口大量流血，止不住 按急症处理")
        expect(editor).to_contain_text("4–6 24 小时内看")
        expect(editor.get_by_label("随访计划的写法")).not_to_be_editable()
        expect(page.get_by_role("button", name="提交审核")).to_have_count(0)
        expect(page.get_by_role("button", name="新的计划")).to_have_count(0)
        assert barriers(page) == []
    with console_at(chromium, address) as page:
        sign_in(page, hired(get_settings()))
        of_plans(page)
        editor = page.get_by_role("article", name="日间手术后伤口")
        text = editor.get_by_label("随访计划的写法")
        written = text.input_value()
        text.fill(written.replace("means: emergency", "means: soon", 1))
        editor.get_by_role("button", name=re.compile("检.?查")).click()
        expect(editor.get_by_role("alert")).to_contain_text("说的是急症，会触发红旗，请标为 emergency")
        text.fill(written.replace("at_once: 7", "at_once: 9"))
        editor.get_by_label("为什么改").fill("外科讨论")
        editor.get_by_role("button", name="提交审核").click()
        page.get_by_role("navigation", name="随访计划").get_by_role("button", name=re.compile("等待审核")).click()
        expect(page.get_by_role("article", name="修改 日间手术后伤口")).to_contain_text(
            "要由另一位医生审核", timeout=SOON_MS
        )
    with console_at(chromium, address, size=TABLET) as page:
        sign_in(page, hired(get_settings()))
        page.get_by_role("navigation", name="页面").get_by_role("link", name="随访计划").click()
        page.get_by_role("navigation", name="随访计划").get_by_role("button", name=re.compile("等待审核")).click()
        view = page.get_by_role("article", name="修改 日间手术后伤口")
        expect(view.get_by_role("alert")).to_contain_text("“现在伤口有多疼？”回答 7 分时不再那么急")
        assert barriers(page) == []
        view.get_by_label("审核意见").fill("已核对指南")
        view.get_by_role("button", name="同意并生效").click()
        expect(view.get_by_role("status").filter(has_text="已同意")).to_be_visible(timeout=SOON_MS)
        page.get_by_role("navigation", name="随访计划").get_by_role(
            "button", name=re.compile("^日间手术后伤口")
        ).first.click()
        expect(page.get_by_role("article", name="日间手术后伤口")).to_contain_text("第 1 版", timeout=SOON_MS)
        page.get_by_role("button", name="新的计划").click()
        fresh = page.get_by_role("article", name="新的计划")
        fresh.get_by_role("button", name=re.compile("检.?查")).click()
        expect(fresh.get_by_role("status")).to_contain_text("没有发现看得更松的地方", timeout=SOON_MS)


def of_plans(page: Page) -> None:
    """The page of plans, and on it the one after day surgery."""
    page.get_by_role("navigation", name="页面").get_by_role("link", name="随访计划").click()
    page.get_by_role("navigation", name="随访计划").get_by_role("button", name=re.compile("^日间手术后伤口")).click()
