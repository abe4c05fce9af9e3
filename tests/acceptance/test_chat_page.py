"""What a patient does on the chat page, in a real browser at phone and desktop size."""

import gzip
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect
from sqlalchemy import select

from care.conversations import append_reply, take_over
from care.replies import Reply
from channels.inbound import Inbound, Kind
from channels.web.pages import DIST
from records.conversations import Author, Conversation, Message, MessageState
from records.database import session_scope
from settings import get_settings
from tests.acceptance.browser import in_browser
from tests.web_cards import every_card
from tests.web_house import ScriptedTurn, WebHouse, until, web_house

PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1280, "height": 800}
SCRIPT_LIMIT_BYTES = 250_000
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40


def _picture() -> bytes:
    """A real picture, that a browser can draw: 64 pixels square, one colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xe0\xb0\xa0" * 64) * 64
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PICTURE = _picture()

pytestmark = in_browser("index.html")


@pytest.fixture
def house(database: None) -> Iterator[WebHouse]:
    with web_house(ScriptedTurn(script=every_card)) as house:
        yield house


@contextmanager
def visitor(chromium: Browser, *, size: dict[str, int] | None = None, dark: bool = False) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        viewport=size or PHONE,
        color_scheme="dark" if dark else "light",
        has_touch=size is None,  # type: ignore[arg-type]
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    with visitor(chromium) as context:
        yield context


def opened(context: BrowserContext, house: WebHouse) -> Page:
    """The page, ready to be used; anything on its console is a failure at the end."""
    page = context.new_page()
    page.goto(house.address)
    expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()
    return page


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="输入消息").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def test_a_complaint_chip_starts_the_conversation(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    page.get_by_role("button", name="发烧", exact=True).click()
    expect(page.get_by_text("听到了：我发烧了")).to_be_visible()
    expect(page.get_by_text("已送达").first).to_be_visible()
    expect(page.get_by_text("哪里不舒服？")).to_have_count(0)
    assert house.texts() == ["我发烧了"]


def test_typing_and_enter_send_but_an_unfinished_pinyin_word_does_not(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    box = page.get_by_role("textbox", name="输入消息")
    box.fill("tou yun")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    page.wait_for_timeout(300)
    assert house.texts() == []
    box.fill("我头晕")
    box.press("Enter")
    expect(page.get_by_text("听到了：我头晕")).to_be_visible()
    expect(box).to_have_value("")


def test_an_answer_is_given_by_one_press(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    say(page, "提问")
    page.get_by_role("button", name="没有", exact=True).click()
    expect(page.get_by_text("听到了：没有")).to_be_visible()
    assert house.turn.taken[1].kind is Kind.CHOICE
    # Only the newest message offers answers.
    expect(page.get_by_role("group", name="快捷回答")).to_have_count(0)


def test_a_visit_is_booked_without_the_keyboard(house: WebHouse, phone: BrowserContext) -> None:
    def booking(inbound: Inbound) -> list[Reply]:
        steps = {"我要挂号": "号源", "/affirm": "预约"}
        word = steps.get(inbound.payload or inbound.text, "确认" if inbound.kind is Kind.CHOICE else "")
        return every_card(replace(inbound, text=word))

    house.turn.script = booking
    page = opened(phone, house)
    page.get_by_role("button", name="挂号", exact=True).first.click()
    page.get_by_role("tab").nth(1).click()
    expect(page.get_by_role("tab").nth(1)).to_have_attribute("aria-selected", "true")
    page.locator(".time:enabled").first.click()
    page.get_by_role("button", name="确认预约").click()
    expect(page.get_by_text("预约成功")).to_be_visible()
    expect(page.get_by_text("门诊楼三层 302 诊室")).to_be_visible()
    # The confirmation that was answered cannot be pressed again.
    expect(page.get_by_role("button", name="确认预约")).to_have_count(0)
    assert house.turn.taken[1].payload.startswith('/inform{"slot"')


def test_how_exercises_went_is_drawn_read_aloud_and_marked(
    house: WebHouse, phone: BrowserContext, tmp_path: Path
) -> None:
    page = opened(phone, house)
    say(page, "进展")
    drawn = page.get_by_role("region", name="练习的进展")
    spoken = "深蹲：角度 52→75：2026-11-18 52度，2026-11-19 61度，2026-11-20 75度"
    expect(drawn.get_by_role("img", name=spoken)).to_be_visible()
    message = page.get_by_role("article").filter(has=drawn)
    expect(message.get_by_text("由AI提供", exact=True)).to_be_visible()
    expect(message.get_by_text("今天要练：")).to_be_visible()
    page.screenshot(path=tmp_path / "progress.png")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_emergency_stands_alone(house: WebHouse, chromium: Browser, size: dict[str, int]) -> None:
    with visitor(chromium, size=size) as context:
        page = opened(context, house)
        say(page, "医保")
        expect(page.get_by_role("group", name="常用")).to_be_visible()
        say(page, "急诊")
        call = page.get_by_role("alert").get_by_role("link", name="拨打 120")
        expect(call).to_have_attribute("href", "tel:120")
        expect(page.get_by_text("急诊入口", exact=True)).to_be_visible()
        card = page.locator(".emergency").bounding_box()
        log = page.locator(".log-frame").bounding_box()
        assert card is not None
        assert log is not None
        assert card["width"] >= log["width"] - 20  # the full width, but for a scroll bar
        assert page.locator(".emergency").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
        expect(page.get_by_role("group", name="常用")).to_have_count(0)
        expect(page.locator(".aside")).not_to_be_visible()


def test_a_person_and_the_ai_label_are_always_in_sight(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    say(page, "全部")
    expect(page.get_by_text("预约成功")).to_be_attached()
    for top in (0, 100_000):
        page.locator(".log").evaluate("(e, top) => { e.scrollTop = top }", top)
        expect(page.get_by_text("由AI提供 · 可随时转人工")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="转人工")).to_be_in_viewport(ratio=1)
    bot = page.locator(".row-bot")
    assert bot.count() == bot.locator(".label").count()
    page.get_by_role("button", name="转人工").click()
    until(lambda: len(house.turn.taken) == 2)
    assert (house.turn.taken[1].kind, house.turn.taken[1].payload) == (Kind.CHOICE, "/request_human")


def test_a_seat_takes_over_and_the_page_says_so(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    say(page, "您好")
    expect(page.get_by_text("听到了：您好")).to_be_visible()
    with session_scope() as session:
        conversation = session.scalars(select(Conversation)).one()
        take_over(session, conversation_id=conversation.id, seat="nurse")
        append_reply(
            session, conversation_id=conversation.id, author=Author.STAFF, reply=Reply(text="我是护士，您说。")
        )
    row = page.locator(".row-staff", has_text="我是护士，您说。")
    expect(row).to_be_visible()
    expect(row.locator(".label")).to_have_count(0)
    expect(page.get_by_text("工作人员正在为您服务")).to_be_visible()


def test_a_lost_connection_mends_itself_and_loses_nothing(database: None, phone: BrowserContext) -> None:
    turn = ScriptedTurn()
    with web_house(turn) as house:
        page = opened(phone, house)
        say(page, "第一句")
        expect(page.get_by_text("听到了：第一句")).to_be_visible()
        port = int(house.address.rsplit(":", 1)[1])
    expect(page.get_by_text("网络断开了，正在重新连接…")).to_be_visible()
    say(page, "断网时写的一句")
    expect(page.get_by_text("等网络恢复后自动发送")).to_be_visible()
    with web_house(ScriptedTurn(), port=port) as house:
        expect(page.get_by_text("听到了：断网时写的一句")).to_be_visible(timeout=20_000)
        expect(page.get_by_text("网络断开了，正在重新连接…")).to_have_count(0)
        assert house.texts() == ["第一句", "断网时写的一句"]
        assert page.locator(".row-patient").count() == 2
        assert page.locator(".row-bot", has_text="听到了").count() == 2
        page.context.close()


def test_a_refused_message_can_be_sent_again(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    house.turn.failing = True
    say(page, "我发烧了")
    expect(page.get_by_text("没有发出去。")).to_be_visible()
    house.turn.failing = False
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_text("听到了：我发烧了")).to_be_visible()
    assert house.texts() == ["我发烧了"]


def test_a_reload_shows_the_history_and_scrolling_up_shows_the_rest(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    say(page, "您好")
    expect(page.get_by_text("听到了：您好")).to_be_visible()
    with session_scope() as session:
        conversation = session.scalars(select(Conversation)).one()
        for number in range(60):
            append_reply(
                session, conversation_id=conversation.id, author=Author.BOT, reply=Reply(text=f"第{number}条消息")
            )
    page.reload()
    expect(page.get_by_text("第59条消息", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("第20条消息", exact=True)).to_have_count(0)
    page.locator(".log").evaluate("e => { e.scrollTop = 0 }")
    expect(page.get_by_text("第20条消息", exact=True)).to_be_attached()
    # What was being read has not jumped away.
    expect(page.get_by_text("第32条消息", exact=True)).to_be_in_viewport()
    page.locator(".log").evaluate("e => { e.scrollTop = 0 }")
    expect(page.get_by_text("听到了：您好")).to_be_attached()
    assert page.locator(".row-bot", has_text="条消息").count() == 60


def test_a_photo_is_sent_with_a_guide_a_thumbnail_and_real_steps(
    house: WebHouse, phone: BrowserContext, tmp_path: Path
) -> None:
    photo = tmp_path / "皮肤.png"
    photo.write_bytes(PICTURE)
    page = opened(phone, house)
    page.get_by_role("button", name="拍皮肤").first.click()
    sheet = page.get_by_role("dialog", name="拍皮肤照片")
    expect(sheet.get_by_role("img")).to_be_visible()
    expect(sheet.get_by_text("不开闪光灯")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        sheet.get_by_text("从相册选").click()
    chooser.value.set_files(photo)
    expect(page.locator("img.thumbnail")).to_be_visible()
    steps = page.get_by_role("list", name="处理进度")
    expect(steps.locator(".done")).to_have_text(["已收到，已完成"])
    assert house.uploads()[0].upload is not None
    assert house.uploads()[0].upload.path.read_bytes() == PICTURE
    with session_scope() as session:
        message = session.scalars(select(Message).where(Message.kind == Kind.IMAGE)).one()
        message.state, message.media_id = MessageState.WAITING, "0" * 16
        append_reply(
            session, conversation_id=message.conversation_id, author=Author.BOT, reply=Reply(text="照片已交给医生。")
        )
    done = [f"{step}，已完成" for step in ("已收到", "检查清晰度", "分析", "交给医生")]
    expect(steps.locator(".done")).to_have_text(done)


def test_an_upload_shows_progress_can_be_cancelled_and_tried_again(
    house: WebHouse, phone: BrowserContext, tmp_path: Path
) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(JPEG)
    page = opened(phone, house)
    expect(page.get_by_role("button", name="拍皮肤").first).to_be_visible()
    held: list[Route] = []
    page.route("**/api/chat/media", lambda route: held.append(route))  # noqa: PLW0108  (playwright marks its handlers)
    page.get_by_role("button", name="发照片、视频或文件").click()
    page.locator(".tray input[type=file]").set_input_files(photo)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    for route in held:
        with suppress(Error):  # gone with the cancelled upload
            route.abort()
    page.unroute("**/api/chat/media")

    page.route("**/api/chat/media", lambda route: route.abort())
    page.get_by_role("button", name="发照片、视频或文件").click()
    page.locator(".tray input[type=file]").set_input_files(photo)
    expect(page.get_by_text("网络断开了，文件没有发出去。")).to_be_visible()
    page.unroute("**/api/chat/media")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("list", name="处理进度")).to_be_visible()
    assert len(house.uploads()) == 1


def test_a_wrong_or_too_large_file_is_refused_in_words(
    database: None, phone: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINGLIN_PHOTO_MAX_BYTES", str(1024 * 1024))
    get_settings.cache_clear()
    renamed, large = tmp_path / "renamed.jpg", tmp_path / "large.jpg"
    renamed.write_bytes(b"PK\x03\x04" + bytes(500))
    large.write_bytes(JPEG + bytes(2 * 1024 * 1024))
    with web_house() as house:
        page = opened(phone, house)
        page.get_by_role("button", name="拍皮肤").first.click()
        with page.expect_file_chooser() as chooser:
            page.get_by_text("从相册选").click()
        chooser.value.set_files([renamed, large])
        expect(page.get_by_text("这不是我们能看的照片")).to_be_visible()
        expect(page.get_by_text("照片太大了（上限 1 MB）")).to_be_visible()
        expect(page.get_by_role("button", name="重试")).to_have_count(0)  # sending the same again cannot help
        expect(page.get_by_text("renamed.jpg")).to_be_visible()  # its name, where no thumbnail can be
        page.get_by_role("button", name="删除").first.click()
        expect(page.get_by_role("button", name="删除")).to_have_count(1)
        assert house.uploads() == []
        page.context.close()


def test_large_text_is_remembered_and_nothing_overflows(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)

    def size() -> str:
        return str(page.evaluate("getComputedStyle(document.documentElement).fontSize"))

    assert size() == "17px"
    page.get_by_role("button", name="大字").click()
    assert size() == "21px"
    page.reload()
    assert size() == "21px"
    say(page, "全部")
    expect(page.get_by_text("预约成功")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".log").evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(page.get_by_role("button", name="转人工")).to_be_in_viewport(ratio=1)


TOUCH_TARGETS = """() => [...document.querySelectorAll("button, a[href], summary, label.picker, textarea")]
  .filter((e) => e.checkVisibility() && !e.closest(".unseen"))
  .map((e) => [e.innerText || e.ariaLabel, e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 43.9 || box.height < 43.9))
  .map(([name, box]) => `${name}: ${box.width}x${box.height}`)"""

# WCAG 2.1, 1.4.3: contrast of every visible text with what lies behind it.
CONTRAST = """() => {
  const channel = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.checkVisibility() || e.closest(".unseen, noscript, script")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${walker.currentNode.data.trim().slice(0, 20)}: ${ratio.toFixed(2)}`);
  }
  return found;
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_everything_can_be_hit_and_read(house: WebHouse, chromium: Browser, size: dict[str, int], dark: bool) -> None:
    with visitor(chromium, size=size, dark=dark) as context:
        page = opened(context, house)
        expect(page.get_by_role("button", name="发烧", exact=True)).to_be_visible()
        assert page.evaluate(TOUCH_TARGETS) == []
        assert page.evaluate(CONTRAST) == []
        say(page, "全部")
        expect(page.get_by_role("button", name="不清楚")).to_be_visible()
        say(page, "急诊")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_role("button", name="发照片、视频或文件").click()
        assert page.evaluate(TOUCH_TARGETS) == []
        assert page.evaluate(CONTRAST) == []
        page.get_by_role("button", name="康复视频").last.click()
        assert page.evaluate(TOUCH_TARGETS) == []
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_is_read_aloud_and_used_by_keyboard(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    page.get_by_role("textbox", name="输入消息").focus()
    page.keyboard.type("号源")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab").first).to_be_visible()
    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab").nth(1)).to_be_focused()
    expect(page.get_by_role("tab").nth(1)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="发照片、视频或文件").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="拍皮肤").last.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, a, input, textarea, img')]"
        ".filter((e) => !(e.innerText || e.ariaLabel || e.alt || e.labels?.length)).length"
    )
    assert unnamed == 0


def test_nothing_comes_from_another_host_and_nothing_complains(house: WebHouse, phone: BrowserContext) -> None:
    page = phone.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(house.address)
    say(page, "全部")
    expect(page.get_by_role("button", name="不清楚")).to_be_visible()
    hosts = {re.sub(r"^\w+://([^/]+).*", r"\1", url) for url in asked if not url.startswith(("blob:", "data:"))}
    assert hosts == {house.host}
    assert complaints == []


def test_what_is_written_is_never_run(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    say(page, "<img src=x onerror=document.title='hacked'><script>document.title='hacked'</script>")
    expect(page.locator(".row-bot", has_text="<script>")).to_be_visible()
    assert page.title() != "hacked"


def test_the_page_loads_one_small_script_and_nothing_else(house: WebHouse, phone: BrowserContext) -> None:
    page = opened(phone, house)
    scripts = set(re.findall(r'(?:src|href)="(/assets/[^"]+\.js)"', (DIST / "index.html").read_text()))
    loaded = {
        Path(url).name
        for url in page.evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
        if url.endswith(".js")
    }
    assert loaded == {Path(script).name for script in scripts}
    size = sum(len(gzip.compress((DIST / script.lstrip("/")).read_bytes(), 9)) for script in scripts)
    assert size < SCRIPT_LIMIT_BYTES


def test_without_scripts_there_is_the_emergency_number(house: WebHouse, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(house.address)
    expect(page.get_by_role("link", name="120")).to_have_attribute("href", "tel:120")
    expect(page.get_by_role("heading", name="杏林示范医院")).to_be_visible()
    context.close()


def test_a_text_over_the_limit_stays_in_the_box(
    database: None, phone: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINGLIN_TEXT_MAX_CHARS", "20")
    get_settings.cache_clear()
    with web_house() as house:
        page = opened(phone, house)
        expect(page.get_by_role("button", name="发烧", exact=True)).to_be_visible()
        box = page.get_by_role("textbox", name="输入消息")
        box.fill("疼" * 25)
        expect(page.get_by_text("太长了，请删到 20 字以内")).to_be_visible()
        expect(page.get_by_role("button", name="发送", exact=True)).to_be_disabled()
        box.press("Enter")
        expect(box).to_have_value("疼" * 25)
        page.context.close()
