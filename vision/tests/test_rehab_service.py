"""A clip through the service: confined worker, findings, pictures."""

import json
import re
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import httpx
import pytest

from vision.tests.test_rehab_clips import made


def parts(response: httpx.Response) -> dict[str, bytes]:
    head = f"Content-Type: {response.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + response.content)
    found: dict[str, bytes] = {}
    for part in whole.get_payload():
        assert isinstance(part, Message)
        name = re.search(r'name="(\w+)"', str(part["Content-Disposition"]))
        assert name
        found[name[1]] = part.get_payload(decode=True)  # type: ignore[assignment]
    return found


def test_a_clip_without_anybody_is_answered_with_why(service: httpx.Client, tmp_path: Path) -> None:
    clip = made(tmp_path / "clip.mp4", frames=20).read_bytes()
    response = service.post("/rehab", params={"exercise": "squat"}, content=clip)
    assert response.status_code == 200
    findings = json.loads(parts(response)["findings"])
    assert (findings["gate"]["problem"], findings["side"]) == ("nobody", "both")
    assert "video" not in parts(response)


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00\x18ftypmp42" + b"x" * 500, b"GIF89a" + b"\xff" * 200])
def test_bytes_that_are_no_clip_cost_no_worker(service: httpx.Client, content: bytes) -> None:
    response = service.post("/rehab", params={"exercise": "plank"}, content=content)
    assert json.loads(parts(response)["findings"])["gate"]["problem"] in {"damaged", "no_video", "too_short", "nobody"}


@pytest.mark.parametrize(("exercise", "side"), [("shoulder_abduction", "right"), ("squat", "both")])
def test_the_side_is_looked_at_where_an_exercise_has_one(
    service: httpx.Client, tmp_path: Path, exercise: str, side: str
) -> None:
    clip = made(tmp_path / "clip.mp4", frames=20).read_bytes()
    response = service.post("/rehab", params={"exercise": exercise, "side": "right"}, content=clip)
    assert json.loads(parts(response)["findings"])["side"] == side


def test_an_exercise_that_there_is_not(service: httpx.Client) -> None:
    assert service.post("/rehab", params={"exercise": "dancing"}, content=b"x").status_code == 404


@pytest.mark.parametrize(
    "asked", [{"target": "-5"}, {"target": "nan"}, {"hold_s": "0"}, {"target": "999"}, {"side": "up"}]
)
def test_a_prescription_that_cannot_be_is_refused(service: httpx.Client, asked: dict[str, str]) -> None:
    assert service.post("/rehab", params={"exercise": "squat", **asked}, content=b"x").status_code == 422
