"""``xinglin triage``: urgency and departments for JSON lines of complaints, from the text alone."""

from typing import Any

from cli.jsonl import Line, process_standard_streams


def answer(line: Line) -> dict[str, Any]:
    """``urgency`` and ``departments``, best first; probabilities sum to at most 1. No question is asked."""
    from care.triage import Evidence, assess  # noqa: PLC0415  (heavy: the model is read)

    found = assess(Evidence((line.text,), age_years=line.age_years, sex=line.sex))
    return {
        "urgency": str(found.urgency),
        "departments": [
            {"name": one.name, "parent": one.parent, "probability": one.probability} for one in found.departments
        ],
    }


def triage() -> None:
    """JSON lines {"text", "age_years"?, "sex"?} in; {"urgency", "departments"} out, one for one."""
    process_standard_streams(answer)
