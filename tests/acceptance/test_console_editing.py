"""What the house says and screens for, edited in a real browser: by an operator, and by two clinicians."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from care.emergency.in_force import catalogue, file_texts
from care.insurance.shelf import file_texts as policy_texts
from care.preparation import preparation_for
from gateway.app import create_app
from hospital import get_hospital
from records.database import read_scope
from records.staff import Role
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.acceptance.console_page import TABLET, barriers, console_at
from tests.acceptance.staff import hired, sign_in
from tests.wechat_house import Server

SOON_MS = 10_000
FLAG = "syncope"

pytestmark = in_browser("console.html")


@pytest.fixture
def address(database: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A gateway that has no assistant, looks for new versions at every message, and has read the red flags."""
    monkeypatch.setattr("care.published.watching.LOOKED_EVERY_S", 0.0)
    monkeypatch.setenv("XINGLIN_RASA_PORT", "9")
    get_settings.cache_clear()
    catalogue()
    server = Server()
    server.app = create_app()
    return server.address


def opened(page: Page, kind: str, name: str) -> None:
    """The page ``kind``, and on it what is called ``name``."""
    page.get_by_role("navigation", name="页面").get_by_role("link", name=kind).click()
    page.get_by_label(f"搜索{kind}").fill(name)
    page.get_by_role("navigation", name=kind).get_by_role("button", name=re.compile(f"^{name}( |$)")).click()


def told() -> tuple[str, ...]:
    with read_scope() as session:
        return preparation_for(session, get_hospital(), "胃镜")


def test_an_operator_changes_an_answer_is_told_what_is_wrong_and_puts_a_version_back(
    address: str, chromium: Browser
) -> None:
    begun = told()
    with console_at(chromium, address) as page:
        sign_in(page, hired(get_settings(), Role.OPERATOR))
        opened(page, "知识", "胃镜")
        editor = page.get_by_role("article", name="胃镜")
        text, note = editor.get_by_label("内容"), editor.get_by_label("为什么改")
        expect(text).to_have_value("\n".join(begun))
        text.fill("检查前吃2片药")
        editor.get_by_role("button", name=re.compile("检.?查")).click()
        expect(editor.get_by_role("alert")).to_contain_text("不能写药的用量")
        text.fill("\n".join([*begun, "取下活动假牙"]))
        editor.get_by_role("button", name=re.compile("检.?查")).click()
        expect(editor.get_by_role("list", name="将要改动的地方")).to_contain_text("取下活动假牙")
        note.fill("内镜室要求")
        editor.get_by_role("button", name=re.compile("发.?布")).click()
        expect(editor.get_by_text("第 1 版")).to_be_visible(timeout=SOON_MS)
        assert told() == (*begun, "取下活动假牙")

        editor.get_by_role("button", name="对比 系统自带（第 0 版）").click()
        compared = page.get_by_role("dialog", name="现在的一版 → 第 0 版")
        expect(compared.get_by_role("list", name="两版的不同")).to_contain_text("删去：取下活动假牙")
        assert barriers(page) == []
        compared.get_by_role("button", name="用这一版的内容").click()
        expect(note).to_have_value("恢复第 0 版")
        editor.get_by_role("button", name=re.compile("发.?布")).click()
        expect(editor.get_by_text("第 2 版")).to_be_visible(timeout=SOON_MS)
        assert told() == begun

        opened(page, "知识", "sample-2026")
        policy = page.get_by_role("article", name="sample-2026")
        policy.get_by_label("内容").fill(policy_texts()["sample-2026"].replace('ceiling: "300000"', "ceiling: -3"))
        policy.get_by_role("button", name=re.compile("检.?查")).click()
        expect(policy.get_by_role("alert")).to_contain_text("行 benefits.0.ceiling：不能小于 0")


def test_a_red_flag_is_changed_by_two_clinicians_and_the_second_sees_what_would_alarm_less(
    address: str, chromium: Browser
) -> None:
    changed = file_texts()[FLAG].replace("[晕倒]", "[晕倒 & 突然, 心慌 & 要晕]") + "examples: [突然晕倒了]\n"
    with console_at(chromium, address) as page:
        sign_in(page, hired(get_settings()))
        opened(page, "红旗", "晕倒")
        editor = page.get_by_role("article", name="晕倒", exact=True)
        editor.get_by_label("红旗的写法").fill(changed)
        editor.get_by_label("为什么改").fill("急诊科讨论")
        editor.get_by_role("button", name="提交审核").click()
        page.get_by_role("navigation", name="红旗").get_by_role("button", name=re.compile("等待审核")).click()
        expect(page.get_by_role("article", name="修改 晕倒")).to_contain_text("要由另一位医生审核", timeout=SOON_MS)
        expect(page.get_by_role("button", name="同意并生效")).to_have_count(0)
    with console_at(chromium, address, size=TABLET) as page:
        sign_in(page, hired(get_settings()))
        page.get_by_role("navigation", name="页面").get_by_role("link", name="红旗").click()
        page.get_by_role("navigation", name="红旗").get_by_role("button", name=re.compile("等待审核")).click()
        view = page.get_by_role("article", name="修改 晕倒")
        expect(view.get_by_role("alert")).to_contain_text("去掉或改动了一种情形：晕倒")
        assert barriers(page) == []
        approve = view.get_by_role("button", name="同意并生效")
        expect(approve).to_be_disabled()
        view.get_by_label("审核意见").fill("已核对指南")
        approve.click()
        expect(view.get_by_role("status").filter(has_text="已同意")).to_be_visible(timeout=SOON_MS)
    flag = catalogue().flag(FLAG)
    assert flag is not None
    assert len(flag.when) == 2


def test_a_nurse_writes_changes_compares_drops_and_puts_back_a_canned_reply(
    address: str, chromium: Browser, tmp_path: Path
) -> None:
    with console_at(chromium, address, size=TABLET) as page:
        sign_in(page, hired(get_settings(), Role.NURSE))
        page.get_by_role("navigation", name="页面").get_by_role("link", name="常用回复").click()
        page.get_by_role("button", name="新的常用回复").click()
        form = page.get_by_role("dialog", name="新的常用回复")
        form.get_by_label("标题").fill("周末门诊")
        form.get_by_label("回复", exact=True).fill("身份证110101199003074610")
        form.get_by_role("button", name=re.compile("保.?存")).click()
        expect(form.get_by_role("alert")).to_contain_text("不能写姓名")
        form.get_by_label("回复", exact=True).fill("周末皮肤科上午看诊。")
        assert barriers(page) == []
        form.get_by_role("button", name=re.compile("保.?存")).click()
        page.get_by_label("搜索常用回复").fill("周末")
        first = page.get_by_role("row").filter(has_text="周末皮肤科上午看诊。")
        expect(first).to_be_visible(timeout=SOON_MS)

        page.get_by_role("button", name="修改 周末门诊").click()
        form = page.get_by_role("dialog", name="修改常用回复")
        form.get_by_label("回复", exact=True).fill("周末皮肤科全天看诊。")
        form.get_by_label("为什么改").fill("排班改了")
        form.get_by_role("button", name=re.compile("保.?存")).click()
        expect(page.get_by_role("row").filter(has_text="周末皮肤科全天看诊。")).to_be_visible(timeout=SOON_MS)

        page.get_by_role("button", name="修改 周末门诊").click()
        expect(form.get_by_text("排班改了")).to_be_visible(timeout=SOON_MS)
        form.get_by_role("button", name="对比 第 1 版").click()
        compared = page.get_by_role("dialog", name="现在的一版 → 第 1 版")
        expect(compared.get_by_role("list", name="两版的不同")).to_contain_text("新增：周末皮肤科上午看诊。")
        assert barriers(page) == []
        page.screenshot(path=tmp_path / "canned.png")
        compared.get_by_role("button", name="用这一版的内容").click()
        expect(form.get_by_label("为什么改")).to_have_value("恢复第 1 版")
        form.get_by_role("button", name=re.compile("保.?存")).click()
        expect(first).to_be_visible(timeout=SOON_MS)

        page.get_by_role("button", name="删除 周末门诊").click()
        page.get_by_role("button", name=re.compile("^删.?除$")).last.click()
        expect(page.get_by_text("没有这样的常用回复。")).to_be_visible(timeout=SOON_MS)
        page.get_by_text("已删除").click()
        page.get_by_role("button", name="恢复 周末门诊").click()
        form.get_by_role("button", name=re.compile("保.?存")).click()
        page.get_by_text("在用").click()
        expect(first).to_be_visible(timeout=SOON_MS)
