"""Logs are kept for six months and no longer, and no process loses the file that it writes to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from care.retention import delete_old_logs, rotate_logs

NIGHT = datetime(2026, 11, 22, 2, tzinfo=UTC)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_process_goes_on_writing_into_its_file(tmp_path: Path) -> None:
    log = tmp_path / "gateway.log"
    with log.open("ab", buffering=0) as process:
        process.write(b"yesterday\n")
        [aside] = rotate_logs(tmp_path, now=NIGHT)
        process.write(b"today\n")
    assert aside.read_bytes() == b"yesterday\n"
    assert log.read_bytes() == b"today\n"
    assert aside.stat().st_mode & 0o077 == 0


def test_twice_a_day_overwrites_nothing(tmp_path: Path) -> None:
    for content in ("one", "two"):
        (tmp_path / "worker.log").write_text(content)
        rotate_logs(tmp_path, now=NIGHT)
    assert names(tmp_path) == ["worker-20261122-1.log", "worker-20261122.log", "worker.log"]
    assert (tmp_path / "worker-20261122.log").read_text() == "one"


@pytest.mark.parametrize(
    ("age_days", "kept"),
    [
        (0, True),
        (182, True),
        (183, True),  # the law's six months are whole
        (184, False),
        (400, False),
    ],
)
def test_six_months_and_no_longer(tmp_path: Path, age_days: int, kept: bool) -> None:
    written = NIGHT - timedelta(days=age_days)
    log = tmp_path / f"rasa-{written:%Y%m%d}.log"
    log.write_text("x")
    delete_old_logs(tmp_path, now=NIGHT)
    assert log.exists() is kept


def test_what_is_no_dated_log_stays(tmp_path: Path) -> None:
    for name in ("gateway.log", "notes-20200101.txt", "a-20201399.log"):
        (tmp_path / name).write_text("x")
    assert delete_old_logs(tmp_path, now=NIGHT) == []


def test_an_empty_log_makes_no_file(tmp_path: Path) -> None:
    (tmp_path / "vision.log").touch()
    assert rotate_logs(tmp_path, now=NIGHT) == []
