"""The console's pages at work, in a real browser: the queue holds still, keys do everything, nobody is kept out."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from care.booking import register_patient
from care.cases import close
from care.cases.grading import grade
from care.consent import Purpose, give
from care.emergency import screen
from care.report.filing import ask_filing
from channels.filing_job import file_reports
from gateway.app import create_app
from records.audit import SYSTEM
from records.cases import Case, CaseKind, CaseLabel, CaseLevel, CaseState
from records.conversations import Author, Message
from records.database import session_scope
from records.findings import FindingKind
from records.staff import Role
from records.vault import get_vault
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import TABLET, barriers, console_at
from tests.acceptance.staff import hired, sign_in
from tests.cases_made import emergency, found, handover, opened
from tests.console_client import conversation_saying
from tests.sheets import potassium, sheet
from tests.wechat_house import Server

SOON_MS = 10_000
FIRST_PAGE_WITHIN_S = 2.0
SKIN = {"risk": "urgent", "probabilities": {"MEL": 0.71, "NEV": 0.29}, "malignant": 0.71, "version": "test-1"}

pytestmark = in_browser("console.html")


@pytest.fixture
def address(database: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A gateway that has no assistant; the red flags are read, as at its start."""
    screen("")
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    server = Server()
    server.app = create_app()
    return server.address


@pytest.fixture
def console(address: str, chromium: Browser) -> Iterator[Page]:
    with console_at(chromium, address) as page:
        yield page


def rows(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="病例").get_by_role("listitem").all_inner_texts()


def row(page: Page, words: str) -> Locator:
    return page.get_by_role("navigation", name="病例").get_by_role("button").filter(has_text=words)


def stored(case: Case) -> Case:
    with session_scope() as session:
        return session.get_one(Case, case.id)


def test_new_cases_are_counted_and_move_nothing_until_they_are_asked_for(console: Page) -> None:
    opened(conversation_saying("老的"), level=CaseLevel.ROUTINE)
    sign_in(console, hired(get_settings()))
    expect(row(console, "背上一颗痣变大了")).to_have_count(1, timeout=SOON_MS)
    before = row(console, "背上一颗痣变大了").bounding_box()
    opened(conversation_saying("急的"), level=CaseLevel.URGENT, kind=CaseKind.REPORT)
    expect(console.get_by_text("个新病例，按 N 显示")).to_be_visible(timeout=SOON_MS)
    after = row(console, "背上一颗痣变大了").bounding_box()
    assert before is not None
    assert after is not None
    assert after == before
    console.keyboard.press("n")
    expect(row(console, "报告")).to_have_count(1)
    assert "报告" in rows(console)[0]


def test_a_case_is_claimed_graded_answered_and_closed_by_keys_and_the_next_one_comes(console: Page) -> None:
    case, conversation = found(SKIN)
    waits = opened(conversation_saying("膝盖"), kind=CaseKind.REHAB)
    sign_in(console, hired(get_settings()))
    expect(row(console, "皮肤")).to_be_visible()
    console.keyboard.press("j")
    page = console.get_by_role("article", name="皮肤病例")
    expect(page).to_contain_text("高风险")
    expect(page).to_contain_text("黑色素瘤（MEL）")
    console.keyboard.press("o")
    expect(page.get_by_role("img", name=re.compile("叠加病灶轮廓"))).to_be_visible()
    console.keyboard.press("c")
    expect(console.get_by_role("status").filter(has_text="我在处理")).to_be_visible(timeout=SOON_MS)

    console.keyboard.press("g")
    form = console.get_by_role("dialog", name="医生评定")
    form.get_by_text("更正", exact=True).click()
    form.get_by_text("看起来良性：观察").click()
    form.get_by_role("button", name="保存评定").click()
    expect(form).to_have_count(0, timeout=SOON_MS)
    expect(page).to_contain_text("已更正", timeout=SOON_MS)

    console.keyboard.press("r")
    console.keyboard.type("请来皮肤科门诊看看")
    console.keyboard.press("Control+Enter")
    expect(console.get_by_text("已发给患者")).to_be_visible(timeout=SOON_MS)
    console.keyboard.press("Escape")
    console.keyboard.press("e")
    console.get_by_role("dialog", name="结束病例").get_by_role("button", name="结束").press("Enter")
    expect(console.get_by_role("article", name="康复病例")).to_be_visible(timeout=SOON_MS)

    assert (stored(case).state, stored(case).outcome) == (CaseState.CLOSED, "corrected")
    assert stored(waits).state == CaseState.OPEN
    with session_scope() as session:
        assert not session.scalars(select(CaseLabel)).one().agrees
        said = session.scalars(
            select(Message.text).where(Message.conversation_id == conversation.id, Message.author == Author.STAFF)
        )
        assert said.one() == "请来皮肤科门诊看看"


def test_a_confirmed_report_is_said_to_be_in_the_hospitals_records_or_why_it_is_not(console: Page) -> None:
    own = {"name": "王*明", "sex": None, "age_years": None, "number": None, "matches": True}
    case, conversation = found(sheet(potassium("4.50"), patient=own), kind=FindingKind.REPORT)
    with session_scope() as session:
        give(session, conversation.account_id, Purpose.MEDIA)
    sign_in(console, hired(get_settings()))
    console.goto(f"/console#/cases/{case.id}")
    page = console.get_by_role("article", name="报告病例")
    expect(page).to_contain_text("钾", timeout=SOON_MS)
    state = console.get_by_role("status", name="归档")
    expect(state).to_have_count(0)

    console.keyboard.press("g")
    form = console.get_by_role("dialog", name="医生评定")
    form.get_by_role("button", name="保存评定").click()
    expect(form).to_have_count(0, timeout=SOON_MS)
    console.keyboard.press("e")
    console.get_by_role("dialog", name="结束病例").get_by_role("button", name="结束").press("Enter")
    expect(page).to_have_count(0, timeout=SOON_MS)
    console.goto(f"/console#/cases/{case.id}")
    expect(state).to_have_text("待归档", timeout=SOON_MS)

    assert file_reports() == 0
    expect(state).to_contain_text("归档失败没有登记就诊人", timeout=SOON_MS)
    assert barriers(console) == []
    with session_scope() as session:
        register_patient(session, get_vault(), account_id=conversation.account_id, name="王小明")
    state.get_by_role("button", name="再试一次").click()
    expect(state).to_have_text("待归档", timeout=SOON_MS)
    assert file_reports() == 1
    expect(state).to_have_text("已归档到医院系统", timeout=SOON_MS)


def test_a_clinician_says_whose_the_sheet_is_that_the_machine_could_not_tell(console: Page) -> None:
    case, conversation = found(sheet(potassium("4.50")), kind=FindingKind.REPORT)
    with session_scope() as session:
        give(session, conversation.account_id, Purpose.MEDIA)
        register_patient(session, get_vault(), account_id=conversation.account_id, name="王小明")
        grade(session, get_vault(), case_id=case.id, actor=SYSTEM, agrees=True, content={"cells": []})
        assert ask_filing(session, close(session, case_id=case.id, outcome="agreed", actor=SYSTEM)) is not None
    assert file_reports() == 0
    sign_in(console, hired(get_settings()))
    console.goto(f"/console#/cases/{case.id}")
    state = console.get_by_role("status", name="归档")
    state.get_by_role("button", name="确认是本人的，归档").click()
    console.get_by_text("单子上的姓名就是登记的 王**").wait_for(timeout=SOON_MS)
    console.get_by_role("button", name="是同一个人").click()
    expect(state).to_have_text("待归档", timeout=SOON_MS)
    assert file_reports() == 1
    expect(state).to_have_text("已归档到医院系统", timeout=SOON_MS)


def test_of_two_seats_the_second_is_told_who_was_first_and_what_was_typed_stays(
    console: Page, address: str, chromium: Browser
) -> None:
    case = opened(conversation_saying("痒"))
    first, second = hired(get_settings()), hired(get_settings())
    sign_in(console, first)
    with console_at(chromium, address) as other:
        sign_in(other, second)
        for page in (console, other):
            row(page, "皮肤").click()
        other.get_by_label(re.compile("回复患者")).fill("写了一半")
        console.keyboard.press("c")
        expect(console.get_by_role("status").filter(has_text="我在处理")).to_be_visible(timeout=SOON_MS)
        expect(other.get_by_role("status").filter(has_text=f"{first.username} 正在处理")).to_be_visible(timeout=SOON_MS)
        expect(other.get_by_label(re.compile("回复患者"))).to_have_value("写了一半")
        expect(other.get_by_role("button", name="领取")).to_be_disabled()
    assert stored(case).claimed_by == first.username


def test_a_case_is_handed_to_one_of_those_who_may_take_it(console: Page) -> None:
    case = opened(conversation_saying("背上一颗痣变大了"), department="皮肤科")
    of_bones, of_skin = (hired(get_settings(), Role.NURSE, department) for department in ("骨科", "皮肤科"))
    me = hired(get_settings())
    sign_in(console, me)
    row(console, "背上一颗痣变大了").click()
    expect(console.get_by_role("complementary", name="操作")).to_be_visible(timeout=SOON_MS)
    console.keyboard.press("t")
    dialog = console.get_by_role("dialog", name="转交给同事")
    expect(dialog.get_by_role("radio")).to_have_count(2, timeout=SOON_MS)
    for person in (me, of_skin):
        expect(dialog.get_by_text(person.username)).to_be_visible()
    expect(dialog.get_by_text(of_bones.username)).to_have_count(0)
    assert barriers(console) == []
    dialog.get_by_text(of_skin.username).click()
    dialog.get_by_role("button", name=re.compile("转.?交")).click()
    expect(console.get_by_text(f"{of_skin.username} 正在处理", exact=True)).to_be_visible(timeout=SOON_MS)
    assert stored(case).claimed_by == of_skin.username


def test_a_cut_line_is_said_and_mends_itself(console: Page) -> None:
    sign_in(console, hired(get_settings()))
    expect(console.get_by_text("没有等待的病例")).to_be_visible()
    expect(console.get_by_text("正在连接…")).to_have_count(0, timeout=SOON_MS)
    console.context.set_offline(True)
    console.evaluate("fetch('/api/console/me').catch(() => undefined)")
    console.get_by_role("link", name="数据").click()
    expect(console.get_by_role("alert").filter(has_text="连接断开了")).to_be_visible(timeout=SOON_MS)
    console.context.set_offline(False)
    console.get_by_role("link", name="病例").click()
    expect(console.get_by_text("没有等待的病例")).to_be_visible(timeout=SOON_MS)
    opened(conversation_saying("痒"))
    expect(console.get_by_text("个新病例，按 N 显示")).to_be_visible(timeout=2 * SOON_MS)


def test_nobody_is_kept_out_and_a_tablet_is_wide_enough(address: str, chromium: Browser) -> None:
    case, _ = found(SKIN)
    _, conversation = handover()
    emergency()
    with console_at(chromium, address, size=TABLET) as page:
        sign_in(page, hired(get_settings()))
        found_barriers = {}
        for where, shows in (
            (f"cases/{case.id}", page.get_by_role("article", name="皮肤病例")),
            (f"conversations/{conversation.id}", page.get_by_role("log", name="对话内容")),
            ("figures", page.get_by_role("button", name="导出 CSV").or_(page.get_by_role("link", name="导出 CSV"))),
        ):
            page.goto(f"/console#/{where}")
            expect(shows.first).to_be_visible(timeout=SOON_MS)
            page.wait_for_timeout(300)
            found_barriers[where.split("/")[0]] = barriers(page)
        assert found_barriers == {"cases": [], "conversations": [], "figures": []}


def test_the_first_page_of_a_full_queue_is_there_at_once(console: Page) -> None:
    for number in range(60):
        opened(conversation_saying("痒"), key=f"full:{number}")
    sign_in(console, hired(get_settings()))
    expect(row(console, "皮肤").first).to_be_visible()
    begun = time.monotonic()
    console.reload(wait_until="commit")
    row(console, "皮肤").first.wait_for()
    print(f"first page: {time.monotonic() - begun:.2f} s")
    console.get_by_role("button", name="再显示一些").click()
    expect(row(console, "皮肤")).to_have_count(60)
