"""``xinglin staff`` and ``make admin``: accounts for who runs the machine, each change a row of the audit."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from cli.main import app
from deploy import admin
from records.database import engine, session_scope
from records.staff import Role, Staff
from settings import get_settings
from tests.console_client import Console, trail

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(database: None) -> Run:
    """One command; its exit code and what it printed."""

    def running(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["staff", *words])
        return done.exit_code, (done.stdout + done.stderr).strip()

    return running


def test_an_account_from_the_command_line_signs_in(run: Run) -> None:
    code, password = run("add", "li.na", "--role", "nurse", "--name", "李娜", "--departments", "皮肤科, 骨科")
    assert code == 0
    console = Console()
    assert console.sign_in(password, "li.na").json()["next"] == "password"
    console.post("/sign-in/password", {"new": "nobody else knows it"})
    me = console.get("/me").json()
    assert (me["role"], me["name"], me["departments"]) == ("nurse", "李娜", ["皮肤科", "骨科"])
    (row,) = [row for row in trail() if row.action == "add_staff"]
    assert row.actor_id.startswith("cli:")
    assert run("list") == (0, "li.na  nurse  李娜  皮肤科,骨科  动态码已绑定")

    assert run("disable", "li.na")[0] == 0
    assert console.get("/me").status_code == httpx.codes.UNAUTHORIZED
    assert "已停用" in run("list")[1]
    assert run("enable", "li.na")[0] == 0
    code, fresh = run("reset", "li.na")
    assert Console().sign_in(fresh, "li.na").json()["next"] == "password", "the device is still known"
    code, fresh = run("reset", "li.na", "--factor")
    assert Console().post("/sign-in", {"username": "li.na", "password": fresh}).json()["next"] == "enrol"
    assert {row.action for row in trail()} >= {"disable_staff", "enable_staff", "reset_password", "reset_factor"}


def test_an_account_is_made_with_its_seat(run: Run) -> None:
    words = ("add", "yibao", "--role", "agent", "--groups", "insurance, booking", "--capacity", "2")
    assert run(*words)[0] == 0
    assert run("list") == (0, "yibao  agent      动态码未绑定  组：insurance,booking  最多 2 个对话")
    with session_scope() as session:
        made = session.scalars(select(Staff).where(Staff.username == "yibao")).one()
        assert (made.skill_groups, made.seat_capacity) == (["insurance", "booking"], 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["add", "li.na", "--role", "agent", "--groups", "x"],
            "没有这个组：x；组：front（总服务台）、triage（导诊组）",
        ),
        (["add", "Li Na", "--role", "nurse"], "小写字母"),
        (["add", "li.na", "--role", "chief"], "没有这个岗位"),
        (["disable", "nobody"], "没有这个账号：nobody"),
        (["reset", "nobody"], "没有这个账号：nobody"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, words: list[str], said: str) -> None:
    code, printed = run(*words)
    assert code == 1
    assert said in printed


def test_a_name_is_given_once(run: Run) -> None:
    run("add", "li.na", "--role", "nurse")
    assert run("add", "li.na", "--role", "agent") == (1, "这个账号名已经有人用了")


def test_make_admin_makes_the_first_accounts_and_later_lets_admin_in_again(
    installation: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """On an installation that has not even tables yet."""
    if engine().dialect.name == "postgresql":
        pytest.skip("migrates a fresh SQLite file")
    assert admin.main() == 0
    file = get_settings().first_password("admin")
    password = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert password in capsys.readouterr().out
    officer = Console()
    assert officer.sign_in(password, "admin").json()["me"]["role"] == Role.SECURITY_OFFICER
    with session_scope() as session:
        session.query(Staff).filter_by(username="admin").one().disabled_at = session.query(Staff).first().created_at  # type: ignore[union-attr]

    assert admin.main() == 0
    (told,) = [line for line in capsys.readouterr().out.splitlines() if "一次性密码" in line]
    assert not file.exists()
    assert officer.get("/me").status_code == httpx.codes.UNAUTHORIZED
    answer = Console().post("/sign-in", {"username": "admin", "password": told.split()[-1]})
    assert answer.json()["next"] == "enrol"
    engine().dispose()
