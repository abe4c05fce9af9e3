"""``make run``: prepares this installation and runs the house until Ctrl-C.

Every step says what it does and is skipped when it was done before.
"""

import asyncio
import base64
import contextlib
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
from dbos import DBOS

from care.staff import FIRST_CLINICIAN, FIRST_OFFICER, ensure_first_accounts
from channels.rasa import RasaClient
from deploy import model
from deploy.processes import Process, house, tracker_key_file
from deploy.supervisor import Supervisor
from hospital.demo import seed
from records.database import session_scope
from records.migrate import upgrade
from records.vault import VaultKeyError, get_vault
from settings import Settings, get_settings

GATEWAY_WITHIN_S = 60.0
ASSISTANT_WITHIN_S = 180.0


class NotReady(Exception):
    """One sentence that says why the house cannot start."""


def say(line: str = "") -> None:
    print(line, flush=True)  # noqa: T201


@contextlib.contextmanager
def step(number: int, total: int, title: str) -> Iterator[None]:
    """Say what is being done and how long it took."""
    print(f"[{number}/{total}] {title} …", end="", flush=True)  # noqa: T201
    started = time.monotonic()
    try:
        yield
    except BaseException:
        say(" ✗")
        raise
    say(f" 好了（{time.monotonic() - started:.0f} 秒）")


def check_ports(settings: Settings) -> None:
    """Every port that the house listens on must be free; raises :class:`NotReady` naming the one that is not."""
    ports = {
        "XINGLIN_PORT": (settings.host, settings.port),
        "XINGLIN_RASA_PORT": ("127.0.0.1", settings.rasa_port),
        "XINGLIN_ACTIONS_PORT": ("127.0.0.1", settings.actions_port),
    }
    for name, (host, port) in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise NotReady(
                    f"端口 {port} 已被占用。请关掉占用它的程序，或换一个：{name}={port + 1} make run"
                ) from error


def prepare_folders(settings: Settings) -> None:
    """The folder of everything that is kept, for this user alone, and the keys that need to be there."""
    for folder in ("", "keys", "log", "run", "models", "media", "spool", "cache"):
        (settings.var / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        # The set-up makes some of them first, with the rights that this user's files have.
        (settings.var / folder).chmod(0o700)
    key = tracker_key_file(settings)
    if not key.exists():
        write_private(key, base64.b64encode(secrets.token_bytes(32)).decode())


def write_private(path: Path, content: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    temporary.replace(path)


# What each of the first accounts is for.
FIRST_ACCOUNTS = {FIRST_OFFICER: "管账号，看不到患者", FIRST_CLINICIAN: "医生，看患者"}


def first_passwords(settings: Settings) -> dict[str, str]:
    """Make the first accounts once; their passwords as long as they are not changed in the console."""
    with session_scope() as session:
        for username, password in ensure_first_accounts(session).items():
            write_private(settings.first_password(username), password)
    files = {username: settings.first_password(username) for username in FIRST_ACCOUNTS}
    return {username: file.read_text().strip() for username, file in files.items() if file.exists()}


def prepare(settings: Settings) -> dict[str, str]:
    """Everything that must be there before the first process starts; returns the first passwords still valid."""
    check_ports(settings)
    with step(1, 4, "准备数据库"):
        prepare_folders(settings)
        upgrade()
        with session_scope() as session:
            get_vault().prepare(session)
        # Here, so that gateway and worker never make the tables at the same moment.
        DBOS.migrate(settings.jobs_url)
    with step(2, 4, "准备示范医院（科室、医生、28 天号源）"), session_scope() as session:
        seed(session)
    passwords = first_passwords(settings)
    if model.is_current(settings):
        say("[3/4] 助手模型没有变化，直接使用")
    else:
        with step(3, 4, "训练助手模型（第一次约 1–3 分钟）"):
            model.train(settings)
    return passwords


async def wait_for_gateway(settings: Settings) -> None:
    """Returns when the gateway serves; raises :class:`NotReady` when it does not in time."""
    deadline = time.monotonic() + GATEWAY_WITHIN_S
    async with httpx.AsyncClient(trust_env=False) as http:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                answer = await http.get(f"http://127.0.0.1:{settings.port}/healthz", timeout=5.0)
                if answer.status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.3)
    raise NotReady(f"网关没有启动，详情见 {settings.var / 'log' / 'gateway.log'}")


async def wait_for_assistant(settings: Settings) -> bool:
    """Whether Rasa became ready in time."""
    rasa = RasaClient(address=settings.rasa_address, timeout_s=5.0)
    try:
        deadline = time.monotonic() + ASSISTANT_WITHIN_S
        while time.monotonic() < deadline:
            if await rasa.ready():
                return True
            await asyncio.sleep(0.5)
        return False
    finally:
        await rasa.close()


async def welcome(settings: Settings, passwords: Mapping[str, str], more: Sequence[tuple[str, str]]) -> None:
    """Wait until the house serves and say where."""
    await wait_for_gateway(settings)
    say(" 好了")
    say()
    for name, address in (("患者对话", f"{settings.base_url}/"), ("工作台  ", f"{settings.base_url}/console"), *more):
        say(f"  {name}   {address}")
    for username, purpose in FIRST_ACCOUNTS.items():
        told = f"密码 {passwords[username]}" if username in passwords else "密码已修改"
        say(f"  工作台账号 {username:<7} {told}   （{purpose}）")
    say("  第一次登录时用手机上的验证器扫码绑定动态码；密码或手机丢了：make admin，或 .venv/bin/xinglin staff --help")
    if settings.noncommercial_weights:
        say("  皮肤照片的权重用 HAM10000（CC BY-NC 4.0）训练，只能非商业使用（XINGLIN_NONCOMMERCIAL_WEIGHTS）")
    say()
    say("  按 Ctrl-C 停止。助手正在加载，加载完之前由人工答复 …")
    if await wait_for_assistant(settings):
        say("  助手已就绪。")
    else:
        say(f"  助手还没有就绪，详情见 {settings.var / 'log' / 'rasa.log'}；期间由人工答复。")


async def serve(settings: Settings, passwords: Mapping[str, str], more: Sequence[tuple[str, str, Process]]) -> int:
    """Run every process until a signal comes; returns the exit code."""
    processes = [*house(settings), *(process for _, _, process in more)]
    supervisor = Supervisor(processes, logs=settings.var / "log", say=lambda line: say(f"  ! {line}"))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop)
    print("[4/4] 启动各进程 …", end="", flush=True)  # noqa: T201
    addresses = [(name, address) for name, address, _ in more]
    running = asyncio.create_task(supervisor.run(), name="processes")
    greeting = asyncio.create_task(welcome(settings, passwords, addresses), name="welcome")
    await asyncio.wait({running, greeting}, return_when=asyncio.FIRST_COMPLETED)
    failed: BaseException | None = None
    if greeting.done() and (failed := greeting.exception()):
        supervisor.stop()
    await running
    greeting.cancel()
    say("\n已停止所有进程。")
    if failed:
        raise failed
    return 0


def main(more: Sequence[tuple[str, str, Process]] = ()) -> int:
    """Prepare and run; ``more`` are processes beside the house, each with its name and address to say."""
    settings = get_settings()
    os.umask(0o077)
    try:
        passwords = prepare(settings)
        return asyncio.run(serve(settings, passwords, more))
    except (NotReady, model.TrainingFailed, VaultKeyError) as error:
        print(f"\n✗ {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        say("\n已停止。")
        return 130


if __name__ == "__main__":
    sys.exit(main())
