"""The service over its socket: what it tells, what it refuses, what it survives."""

import ast
import io
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from PIL import Image, ImageStat

from vision.service import MAX_BYTES
from vision.tests.files import archive, bomb, chunk, heic, movie, pdf, photo

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def told(service: httpx.Client, data: bytes) -> dict[str, object]:
    answer = service.post("/inspect", content=data)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def workers(pid_of: Path) -> list[int]:
    """The processes of this test's service (and of no other) that look at files."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            owner = Path(f"/proc/{parent}/cmdline").read_bytes()
        except OSError:
            continue
        if b"vision.worker" in line and b"inspect" in line and str(pid_of).encode() in owner:
            found.append(int(folder.name))
    return found


def test_health(service: httpx.Client) -> None:
    assert service.get("/health").json()["workers"] == 2


def test_only_this_user_may_open_the_socket(socket_path: Path) -> None:
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (photo(), {"kind": "photo", "width": 320, "height": 200, "problem": None}),
        (photo(exif={0x0112: 6}), {"width": 200, "height": 320}),  # the camera was held upright
        (heic(), {"content_type": "image/heic", "width": 64, "height": 48, "problem": None}),
        (photo("AVIF"), {"width": 320, "height": 200, "problem": None}),
        (movie(), {"kind": "video", "width": 640, "height": 480, "duration_s": 7.0, "problem": None}),
        (movie(late=True), {"kind": "video", "duration_s": 7.0, "problem": None}),  # tables at the end, as phones write
        (movie(handler=b"soun"), {"kind": "voice", "content_type": "audio/mp4", "problem": None}),
        (b"\x1a\x45\xdf\xa3webm...A_OPUS", {"kind": "voice", "content_type": "audio/webm"}),
        (pdf(3), {"kind": "document", "pages": 3, "problem": None}),
        (pdf(encrypted=True), {"problem": "encrypted"}),
        (archive(), {"kind": "unknown", "content_type": "application/zip"}),
        (b"", {"kind": "unknown", "problem": "empty", "size": 0}),
        (photo()[:2000], {"kind": "photo", "problem": "damaged"}),
        (movie()[:200], {"kind": "video", "problem": "damaged"}),
        (pdf()[:-10], {"problem": "damaged"}),
        (bomb(), {"kind": "photo", "problem": "too_many_pixels"}),
        (b"\xff\xd8\xff" + b"\0" * 100, {"kind": "photo", "problem": "damaged"}),
    ],
)
def test_inspect(service: httpx.Client, data: bytes, expected: dict[str, object]) -> None:
    found = told(service, data)
    assert {name: found[name] for name in expected} == expected


def test_a_clean_photo_keeps_its_pixels_and_loses_the_rest(service: httpx.Client) -> None:
    data = photo(exif={0x0112: 6, 0x010F: "SomePhone", 0x8825: 0})
    assert b"SomePhone" in data
    answer = service.post("/sanitise", content=data + b"tail after the picture")
    assert answer.headers["content-type"] == "image/jpeg"
    clean = Image.open(io.BytesIO(answer.content))
    assert clean.size == (200, 320)
    assert dict(clean.getexif()) == {}
    assert [part for part in (b"SomePhone", b"tail", b"Exif") if part in answer.content] == []
    before, after = (ImageStat.Stat(picture.convert("L")).mean[0] for picture in (Image.open(io.BytesIO(data)), clean))
    assert abs(before - after) < 1


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "BMP", "AVIF"])
def test_every_photo_format_becomes_jpeg(service: httpx.Client, form: str) -> None:
    answer = service.post("/sanitise", content=photo(form))
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"


def test_a_large_photo_is_made_smaller_and_transparency_white(service: httpx.Client) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (6000, 3000), (255, 0, 0, 0)).save(written, "PNG")
    clean = Image.open(io.BytesIO(service.post("/sanitise", content=written.getvalue()).content))
    assert clean.size == (4096, 2048)
    assert clean.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "status", "problem"),
    [
        (archive(), 415, "no_photo"),
        (bomb(), 413, "too_many_pixels"),
        (photo()[:1500], 422, "damaged"),
        (b"", 415, "no_photo"),
    ],
)
def test_sanitise_refuses(service: httpx.Client, data: bytes, status: int, problem: str) -> None:
    answer = service.post("/sanitise", content=data)
    assert (answer.status_code, answer.json()) == (status, {"problem": problem})


def test_too_many_bytes(service: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BYTES // (1 << 20) + 2):
            yield b"\0" * (1 << 20)

    answer = service.post("/inspect", content=endless())
    assert (answer.status_code, answer.json()) == (413, {"problem": "too_many_bytes"})
    assert service.get("/health").status_code == 200


def test_a_stuck_worker_is_replaced(service: httpx.Client, socket_path: Path) -> None:
    """A file that never ends: one answer says unsafe, the next file is read as ever."""
    before = workers(socket_path)
    assert len(before) == 2
    for pid in before:
        os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda data: told(service, data), [photo(), movie()]))
    assert [(one["kind"], one["problem"]) for one in found] == [("photo", "unsafe"), ("video", "unsafe")]
    assert not set(workers(socket_path)) & set(before)
    assert told(service, photo())["problem"] is None
    assert service.get("/health").json()["lost"] >= 2


def test_a_killed_worker_comes_back(service: httpx.Client, socket_path: Path) -> None:
    for pid in workers(socket_path):
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    for _ in range(3):
        assert told(service, photo())["problem"] is None


def test_limits_are_set_on_every_worker(service: httpx.Client, socket_path: Path) -> None:
    told(service, photo())
    for pid in workers(socket_path):
        limits = {line[:26].strip(): line[26:].split() for line in Path(f"/proc/{pid}/limits").read_text().splitlines()}
        assert limits["Max address space"][0] == str(1536 * 1024 * 1024)
        assert limits["Max file size"][0] == "0"
        assert limits["Max core file size"][0] == "0"
        assert b"PATH=" not in Path(f"/proc/{pid}/environ").read_bytes().split(b"PYTHONPATH=")[0]


def test_spent_cpu_ends_a_worker() -> None:
    """The CPU limit is real, whatever the clock says."""
    code = "from vision.worker import allow_cpu\nallow_cpu(1)\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=30, check=False)
    assert ended.returncode == -signal.SIGXCPU


def test_broken_files_cost_nothing(service: httpx.Client) -> None:
    """Good files with bytes changed anywhere: always an answer, never an error of the service."""
    dice = random.Random(11)
    good = [photo("JPEG"), photo("PNG"), photo("WEBP"), photo("GIF"), heic(), movie(), movie(late=True), pdf()]
    for turn in range(160):
        data = bytearray(good[turn % len(good)])
        for _ in range(dice.randint(1, 20)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        assert told(service, bytes(data[: dice.randint(1, len(data))] if turn % 3 == 0 else data))["content_type"]
        assert service.post("/sanitise", content=bytes(data)).status_code in {200, 413, 415, 422}
    assert service.get("/health").json()["workers"] == 2


def test_a_png_that_lies_about_its_rows(service: httpx.Client) -> None:
    lying = photo("PNG")[:33] + chunk(b"IDAT", b"x\x9c" + b"\0" * 50) + chunk(b"IEND", b"")
    assert told(service, lying)["problem"] == "damaged"


def test_it_imports_nothing_of_the_house() -> None:
    house = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} - {"vision"}
    imported = set()
    for file in HERE.parent.rglob("*.py"):
        if ".venv" not in file.parts:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    imported.add((node.module or "").partition(".")[0])
    assert "vision" in imported
    assert not imported & house
