"""``xinglin emergency``: the emergency screen over JSON lines."""

from typing import Any

from cli.jsonl import Line, process_standard_streams


def emergency() -> None:
    """Screen each line's text: alarm, urgency, flags (ids) and their names."""
    from care.emergency.screen import screen  # noqa: PLC0415 (not before it is asked for)

    def answer(line: Line) -> dict[str, Any]:
        found = screen(line.text, age_years=line.age_years, sex=line.sex)
        return {
            "alarm": found.alarm,
            "urgency": found.urgency,
            "flags": [flag.id for flag in found.flags],
            "names": [flag.name for flag in found.flags],
        }

    process_standard_streams(answer)
