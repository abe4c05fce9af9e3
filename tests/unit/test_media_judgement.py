"""What a patient is told of each kind of file."""

import pytest

from care.media import Inspection, judge
from settings import Settings

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "content_type", "size", "problem", "accepted", "part"),
    [
        ("photo", "image/png", 1, None, True, "医生会看"),
        ("video", "video/mp4", 1, None, True, "视频已收到"),
        ("voice", "audio/amr", 1, None, True, "语音已收到"),
        ("document", "application/pdf", 1, None, True, "文件已收到"),
        ("photo", "image/png", 21 * MIB, None, False, "20 MB"),
        ("video", "video/mp4", 101 * MIB, None, False, "100 MB"),
        ("voice", "audio/amr", 3 * MIB, None, False, "2 MB"),
        ("document", "application/pdf", 21 * MIB, None, False, "20 MB"),
        ("unknown", "application/octet-stream", 200 * MIB, "too_many_bytes", False, "100 MB"),
        ("photo", "image/png", 1, "damaged", False, "打不开"),
        ("photo", "image/png", 1, "too_many_pixels", False, "尺寸太大"),
        ("photo", "image/png", 1, "unsafe", False, "安全"),
        ("document", "application/pdf", 1, "encrypted", False, "密码"),
        ("unknown", "application/x-empty", 0, "empty", False, "空的"),
        ("unknown", "application/zip", 1, None, False, "压缩包"),
        (
            "unknown",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            1,
            None,
            False,
            "PDF",
        ),
        ("unknown", "application/x-elf", 1, None, False, "看不了"),
        ("hologram", "x/y", 1, None, False, "看不了"),  # a newer vision may know more kinds
    ],
)
def test_judgement(
    *, kind: str, content_type: str, size: int, problem: str | None, accepted: bool, part: str, installation: Settings
) -> None:
    """NMPA 2021 No. 47: a file is said to be seen by a person; nothing in it is judged towards the patient."""
    inspection = Inspection(kind=kind, content_type=content_type, size=size, problem=problem)
    judged = judge(inspection, installation)
    assert (judged.accepted, part in judged.sentence) == (accepted, True), judged.sentence
