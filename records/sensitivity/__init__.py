"""How sensitive a text is (GB/T 39725-2020, levels 1 to 5), and what of it must not be read by everybody."""

from records.sensitivity.classify import classify
from records.sensitivity.levels import Classified, SensitiveSpan, Sensitivity

__all__ = ["Classified", "SensitiveSpan", "Sensitivity", "classify"]
