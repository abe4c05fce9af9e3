"""``xinglin triage``: urgency and departments for JSON lines of complaints, or one complaint explained."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

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


def explanation(line: Line) -> dict[str, Any]:
    """How the answer to ``line`` came about, as data (see :class:`care.triage.explain.Explanation`)."""
    from care.triage import Evidence  # noqa: PLC0415
    from care.triage.explain import explain  # noqa: PLC0415

    return asdict(explain(Evidence((line.text,), age_years=line.age_years, sex=line.sex)))


def triage(
    text: Annotated[str | None, typer.Argument(help="One complaint, with --explain; without it: JSON lines.")] = None,
    *,
    explain: Annotated[bool, typer.Option("--explain", help="Say how the answer came about.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The explanation of one complaint as JSON.")] = False,
    age: Annotated[float | None, typer.Option(min=0, max=150, help="Age in years, with a complaint.")] = None,
    sex: Annotated[str | None, typer.Option(help="female or male, with a complaint.")] = None,
) -> None:
    """JSON lines {"text", "age_years"?, "sex"?} in; {"urgency", "departments"} out, one for one.

    With --explain: what led to the answer, for reading when TEXT is given, else a JSON line for each line.
    """
    if text is None:
        process_standard_streams(explanation if explain else answer)
        return
    line = Line(text=text, age_years=age, sex=sex)
    if as_json or not explain:
        typer.echo(json.dumps(explanation(line) if explain else answer(line), ensure_ascii=False, indent=2))
        return
    from care.triage import Evidence  # noqa: PLC0415
    from care.triage.explain import explain as how  # noqa: PLC0415
    from cli.explained import lines  # noqa: PLC0415

    typer.echo("\n".join(lines(how(Evidence((line.text,), age_years=line.age_years, sex=line.sex)))))
