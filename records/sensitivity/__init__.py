"""How sensitive a text is (GB/T 39725-2020, levels 1 to 5), and what of it must not be read by everybody."""

from records.sensitivity.classify import classify
from records.sensitivity.levels import Classified, SensitiveSpan, Sensitivity
from records.sensitivity.opening import house, opened_for
from records.sensitivity.tokens import SHOWN, Sealed, holds, level_of, open_tokens, seal_sensitive

__all__ = [
    "SHOWN",
    "Classified",
    "Sealed",
    "SensitiveSpan",
    "Sensitivity",
    "classify",
    "holds",
    "house",
    "level_of",
    "open_tokens",
    "opened_for",
    "seal_sensitive",
]
