"""Videos as phones make them and break them: each gets a clear answer."""

import contextlib
import io
import socket
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from vision.rehab import clip as clips
from vision.rehab.clip import Clip, ClipRefused
from vision.rehab.exercise import exercise
from vision.rehab.gate import Problem
from vision.rehab.reading import watch

Draw = Callable[[int], np.ndarray]


def plain(number: int, *, width: int = 160, height: int = 120) -> np.ndarray:
    """A moving square: a cartoon in which nobody is."""
    picture = np.full((height, width, 3), 200, np.uint8)
    left = (number * 5) % (width - 30)
    picture[40:70, left : left + 30] = (255, 0, 0)
    return picture


def made(
    path: Path,
    *,
    frames: int,
    rate: int = 15,
    draw: Draw = plain,
    codec: str = "libx264",
    times: list[int] | None = None,
) -> Path:
    with av.open(str(path), "w") as written:
        stream = written.add_stream(codec, rate=rate)
        first = draw(0)
        stream.width, stream.height, stream.pix_fmt = first.shape[1], first.shape[0], "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.gop_size = 10
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(draw(number), format="rgb24")
            frame.pts = times[number] if times else number * 1000 // rate
            frame.time_base = Fraction(1, 1000)
            written.mux(stream.encode(frame))
        written.mux(stream.encode())
    return path


def read(path: Path) -> tuple[Clip, list[np.ndarray]]:
    clip = Clip(path)
    return clip, [picture for _, picture in clip.frames()]


def test_a_clip_in_which_nobody_is_says_so(tmp_path: Path) -> None:
    found = watch(made(tmp_path / "cartoon.mp4", frames=30), exercise("squat")).assessment
    assert found.problem is Problem.NOBODY
    assert found.form == "not_assessable"


def test_a_clip_in_the_dark_says_that_it_is_dark(tmp_path: Path) -> None:
    night = made(tmp_path / "night.mp4", frames=30, draw=lambda _: np.full((120, 160, 3), 6, np.uint8))
    assert watch(night, exercise("squat")).assessment.problem is Problem.TOO_DARK


def test_four_frames_are_too_short(tmp_path: Path) -> None:
    assert watch(made(tmp_path / "short.mp4", frames=4), exercise("squat")).assessment.problem is Problem.TOO_SHORT


def test_sound_without_a_picture_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "voice.mp4"
    with av.open(str(path), "w") as written:
        stream = written.add_stream("aac", rate=16000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        written.mux(stream.encode(frame))
        written.mux(stream.encode())
    assert watch(path, exercise("squat")).assessment.problem is Problem.NO_VIDEO


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a video", b"\x00" * 4096], ids=["empty", "zip", "zeros"])
def test_what_is_no_video_at_all_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(content)
    assert watch(path, exercise("squat")).assessment.problem is Problem.DAMAGED


def test_what_is_damaged_in_the_middle_is_read_around(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    whole = made(
        tmp_path / "whole.ts",
        frames=90,
        draw=lambda number: (plain(number) // 2 + noise.integers(0, 100, (120, 160, 3))).astype(np.uint8),
    )
    content = bytearray(whole.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6000] = bytes(noise.integers(0, 256, 6000, dtype=np.uint8))
    (tmp_path / "broken.ts").write_bytes(content)
    clip, pictures = read(tmp_path / "broken.ts")
    assert len(pictures) > 30
    assert clip.times[-1] > 5


def test_a_file_cut_off_at_its_end_is_damaged_or_shorter_never_a_crash(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole.mp4", frames=60).read_bytes()
    for share in (0.3, 0.6, 0.9):
        (tmp_path / "cut.mp4").write_bytes(whole[: int(len(whole) * share)])
        assert watch(tmp_path / "cut.mp4", exercise("squat")).assessment.problem is not None


def test_variable_frame_rates_keep_their_times(tmp_path: Path) -> None:
    times = [0, 66, 133, 200, 700, 1200, 1266, 1333, 1400, 1900, 1966, 2033]
    clip, _ = read(made(tmp_path / "variable.mp4", frames=len(times), times=times))
    assert clip.times[-1] == pytest.approx(2.033, abs=0.01)


@pytest.mark.parametrize(("rate", "seconds", "most"), [(30, 10, 160), (30, 3, 95), (60, 10, 160), (240, 3, 95)])
def test_so_many_frames_are_looked_at_whatever_the_rate(tmp_path: Path, rate: int, seconds: int, most: int) -> None:
    clip, pictures = read(made(tmp_path / "clip.mp4", frames=rate * seconds, rate=rate))
    assert 0.85 * most < len(pictures) <= most
    assert clip.duration == pytest.approx(seconds, abs=0.2)


def test_of_ten_minutes_only_the_beginning_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "MOST_S", 2.0)
    clip, _ = read(made(tmp_path / "long.mp4", frames=90))
    assert clip.cut_short
    assert clip.duration <= 2.0


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "MOST_PIXELS", 100 * 100)
    with pytest.raises(ClipRefused, match="too_many_pixels"):
        read(made(tmp_path / "huge.mp4", frames=5))


def test_a_clip_filmed_upright_with_a_turned_phone_is_turned_back(tmp_path: Path) -> None:
    """The phone writes a rotation into the track header's matrix instead of turning the pixels."""
    path = made(tmp_path / "phone.mp4", frames=10)
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 4 + 20 + 8 + 8  # version and flags, times and ids, reserved, layer and volume
    quarter = (0, 0x10000, 0, -0x10000 & 0xFFFFFFFF, 0, 0, 0, 0, 0x40000000)
    content[at : at + 36] = b"".join(value.to_bytes(4, "big") for value in quarter)
    path.write_bytes(content)
    clip, pictures = read(path)
    assert clip.size == (120, 160)
    # The square is seen at the left of the first picture: a quarter turn clockwise brings it to the top.
    red = pictures[0][:, :, 0].astype(int) - pictures[0][:, :, 1]
    rows, columns = np.nonzero(red > 100)
    assert rows.mean() < 40
    assert columns.mean() > 60


def test_frames_come_from_an_open_file_too(tmp_path: Path) -> None:
    content = made(tmp_path / "clip.mp4", frames=20).read_bytes()
    assert len(list(Clip(io.BytesIO(content)).frames())) > 10


def sockets() -> set[str]:
    """This process's open sockets, those of native code too."""
    links = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            links.add(str(descriptor.readlink()))
    return {link for link in links if link.startswith("socket:")}


def test_no_network_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MediaPipe 1.x reports usage to its maker; the pinned one opens no socket."""

    def refuse(*_: object, **__: object) -> Iterator[None]:
        raise AssertionError("a socket was opened")

    before = sockets()
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert watch(made(tmp_path / "clip.mp4", frames=20), exercise("squat")).assessment.problem is Problem.NOBODY
    assert sockets() == before
