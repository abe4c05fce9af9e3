"""What patients send: looked at by the vision process, kept encrypted, put before a person."""

from care.media.judgement import Judgement, judge, lost, unchecked
from care.media.receiving import answer, keep
from care.media.vision import Answer, Inspection, NotAnalysed, PhotoNotReadable, VisionAway, VisionClient

__all__ = [
    "Answer",
    "Inspection",
    "Judgement",
    "NotAnalysed",
    "PhotoNotReadable",
    "VisionAway",
    "VisionClient",
    "answer",
    "judge",
    "keep",
    "lost",
    "unchecked",
]
