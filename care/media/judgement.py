"""Whether a file is taken, and what the patient is told of it."""

from dataclasses import dataclass

from care.media.vision import Inspection
from care.texts import text
from settings import Settings

MEBIBYTE = 1024 * 1024
_ARCHIVES = frozenset(
    {"application/zip", "application/vnd.rar", "application/x-7z-compressed", "application/gzip"},
)
_OFFICE = ("application/vnd.openxmlformats-officedocument", "application/x-ole-storage")


@dataclass(frozen=True, slots=True)
class Judgement:
    """``accepted`` files are kept as ``kind`` and seen by a person; ``sentence`` is what the patient reads."""

    accepted: bool
    kind: str
    content_type: str
    sentence: str


def judge(inspection: Inspection, settings: Settings) -> Judgement:
    """What to do with a file of which vision has said what it is. The bytes decide, not what the sender claimed."""
    if inspection.problem == "too_many_bytes":
        return _too_large(inspection, settings.video_max_bytes)
    if inspection.problem is not None:
        return _refused(inspection, inspection.problem)
    limit = {
        "photo": settings.photo_max_bytes,
        "video": settings.video_max_bytes,
        "voice": settings.voice_max_bytes,
        "document": settings.file_max_bytes,
    }.get(inspection.kind)
    if limit is None:
        return _refused(inspection, _why_not(inspection.content_type))
    if inspection.size > limit:
        return _too_large(inspection, limit)
    return Judgement(True, inspection.kind, inspection.content_type, text(f"media.accepted.{inspection.kind}"))


def unchecked(kind: str) -> Judgement:
    """For a file that vision could not look at because it is away: kept as it is, never opened here, for a person."""
    return Judgement(True, kind, "application/octet-stream", text("media.accepted.unchecked"))


def lost(sentence: str = "") -> Judgement:
    """For a file whose bytes never came; ``sentence`` says why, where somebody knows."""
    return Judgement(False, "unknown", "application/octet-stream", sentence or text("media.refused.lost"))


def _why_not(content_type: str) -> str:
    if content_type in _ARCHIVES:
        return "archive"
    return "office" if content_type.startswith(_OFFICE) else "other"


def _refused(inspection: Inspection, why: str) -> Judgement:
    return Judgement(False, inspection.kind, inspection.content_type, text(f"media.refused.{why}"))


def _too_large(inspection: Inspection, limit: int) -> Judgement:
    sentence = text("media.refused.too_large", limit=limit // MEBIBYTE)
    return Judgement(False, inspection.kind, inspection.content_type, sentence)
