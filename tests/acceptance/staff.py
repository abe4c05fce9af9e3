"""People at the console of a running house: each test's own, so that nobody waits for another's next code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from care.staff import add_staff
from records.database import engine_for
from records.staff import EVERY_DEPARTMENT, Role
from settings import Settings
from tests.authenticator import Authenticator

_numbers = count(1)


@dataclass
class Person:
    """Somebody with an account, and their device once they have enrolled it."""

    username: str
    password: str
    device: Authenticator | None = None

    def code(self) -> str:
        assert self.device is not None
        return self.device.code()


def hired(settings: Settings, role: Role = Role.CLINICIAN, *departments: str, once: bool = False) -> Person:
    """A new account in the house of these settings: a clinician of every department, unless said otherwise."""
    username = f"{role.value}-{next(_numbers)}"
    with _session(settings) as session:
        _, password = add_staff(
            session, username=username, role=role, departments=departments or (EVERY_DEPARTMENT,), once=once
        )
    return Person(username, password)


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    with Session(engine_for(settings.records_url)) as session, session.begin():
        yield session


def give_password(page: Page, person: Person, password: str | None = None) -> None:
    """The first step, in the page."""
    page.get_by_label("账号").fill(person.username)
    page.get_by_label("密码", exact=True).fill(password or person.password)
    page.get_by_role("button", name="登录", exact=True).click()


def enrol(page: Page, person: Person) -> list[str]:
    """Take the secret that stands under the QR code into a device, prove it, keep the recovery codes."""
    secret = page.locator(".enrol-secret code").inner_text().replace(" ", "")
    person.device = Authenticator(secret)
    page.get_by_label("验证器显示的 6 位数字").fill(person.code())
    page.get_by_role("button", name="绑定").click()
    codes = page.get_by_role("list", name="恢复码").get_by_role("listitem")
    expect(codes).to_have_count(10)
    kept = codes.all_inner_texts()
    page.get_by_label("我已经保存好了").check()
    page.get_by_role("button", name="继续").click()
    return kept


def sign_in(page: Page, person: Person) -> None:
    """Every step in the page, up to the console."""
    give_password(page, person)
    if person.device is None:
        enrol(page, person)
    else:
        page.get_by_label("手机验证器上的 6 位数字").fill(person.code())
    expect(page.get_by_role("button", name="退出")).to_be_visible()
