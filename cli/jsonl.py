"""JSON lines in, JSON lines out, one for one and in order: what every measuring subcommand shares.

A line that cannot be read gives ``{"error": ..., "line": n}`` in its place and the rest goes on, so that the
n-th answer always belongs to the n-th line. An error never repeats the line: it may hold personal data.
"""

import json
import sys
from collections.abc import Callable, Iterable
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PROGRESS_EVERY = 1000


class Line(BaseModel):
    """One line of input. Unknown fields are let pass: measuring sets carry their answers beside the text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    age_years: float | None = Field(default=None, ge=0, le=150)
    sex: str | None = None


def read_line(raw: str | bytes, shape: type[BaseModel] = Line) -> Any:
    """The parsed line, a ``shape``; raises ``ValueError`` with a message that quotes nothing of it."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        return shape.model_validate_json(text)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'line'}: {problem['type']}"
            for problem in error.errors(include_input=False, include_context=False, include_url=False)
        )
        raise ValueError(problems) from None


def answer_line(
    raw: str | bytes, *, number: int, answer: Callable[[Any], dict[str, Any]], shape: type[BaseModel] = Line
) -> dict[str, Any]:
    """The answer to one line, or the error that stands in its place."""
    try:
        line = read_line(raw, shape)
    except ValueError as error:
        return {"error": f"line {number}: {error}", "line": number}
    try:
        return answer(line)
    except Exception as error:  # one failed line must not lose the thousand behind it
        return {"error": f"line {number}: {type(error).__name__}", "line": number}


def process(
    lines: Iterable[str | bytes],
    *,
    answer: Callable[[Any], dict[str, Any]],
    out: IO[str],
    progress: IO[str],
    shape: type[BaseModel] = Line,
) -> int:
    """Answer each line to ``out``; returns how many gave an error. A blank line is a line, and an error."""
    count = failed = 0
    for raw in lines:
        count += 1
        result = answer_line(raw, number=count, answer=answer, shape=shape)
        failed += "error" in result
        out.write(json.dumps(result, ensure_ascii=False) + "\n")
        out.flush()
        if count % PROGRESS_EVERY == 0:
            progress.write(f"{count} lines\n")
            progress.flush()
    progress.write(f"{count} lines done, {failed} with an error\n")
    return failed


def process_standard_streams(answer: Callable[[Any], dict[str, Any]], shape: type[BaseModel] = Line) -> None:
    """``process`` from stdin to stdout, both UTF-8 whatever the locale says."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    process(sys.stdin.buffer, answer=answer, out=sys.stdout, progress=sys.stderr, shape=shape)
