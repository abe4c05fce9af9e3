"""What patients send: looked at by the vision process, kept encrypted, put before a person."""

from care.media.judgement import Judgement, judge, lost, unchecked
from care.media.receiving import answer, keep
from care.media.vision import Inspection, PhotoNotReadable, VisionAway, VisionClient

__all__ = [
    "Inspection",
    "Judgement",
    "PhotoNotReadable",
    "VisionAway",
    "VisionClient",
    "answer",
    "judge",
    "keep",
    "lost",
    "unchecked",
]
