"""``xinglin mask``: what of each text is personal, and the text as it may be shown."""

from typing import Any

from cli.jsonl import Line, process_standard_streams
from records.masking import find_personal, shown_form
from records.masking.replace import replace_spans


def mask_line(line: Line) -> dict[str, Any]:
    """``{"text": ..., "spans": [[start, end, kind], ...]}``; offsets are characters of the input's text."""
    spans = find_personal(line.text)
    return {
        "text": replace_spans(line.text, spans, shown_form),
        "spans": [[span.start, span.end, str(span.kind)] for span in spans],
    }


def mask() -> None:
    """Mask personal data: {"text": ...} a line in, {"text": masked, "spans": [[start, end, kind]]} a line out."""
    process_standard_streams(mask_line)
