"""``xinglin mask``: what of each text is personal, how sensitive it is, and the text as it may be shown."""

from typing import Any

from cli.jsonl import Line, process_standard_streams
from records.masking import find_personal, shown_form
from records.masking.replace import replace_spans
from records.sensitivity import classify


def mask_line(line: Line) -> dict[str, Any]:
    """``{"text": ..., "spans": [[start, end, kind], ...], "level": 1..5, "sensitive": [[start, end, category], ...]}``;
    offsets are characters of the input's text."""
    spans = find_personal(line.text)
    told = classify(line.text)
    return {
        "text": replace_spans(line.text, spans, shown_form),
        "spans": [[span.start, span.end, str(span.kind)] for span in spans],
        "level": int(told.level),
        "sensitive": [[span.start, span.end, span.category] for span in told.spans],
    }


def mask() -> None:
    """Mask personal data: {"text": ...} a line in; {"text": masked, "spans": [[start, end, kind]], "level": 1 to 5,
    "sensitive": [[start, end, category]]} a line out."""
    process_standard_streams(mask_line)
