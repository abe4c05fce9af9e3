"""``xinglin emergency``: the emergency screen over JSON lines, and the check of its data."""

import sys
from collections import Counter
from typing import Annotated, Any

import typer

from cli.jsonl import Line, process_standard_streams


def emergency(
    *,
    check: Annotated[bool, typer.Option(help="Check the data a clinician may change, and say what is wrong.")] = False,
) -> None:
    """Screen each line's text: alarm, doubt, urgency, flags (ids) and their names."""
    if check:
        sys.exit(checked())
    from care.emergency.screen import screen  # noqa: PLC0415 (not before it is asked for)

    def answer(line: Line) -> dict[str, Any]:
        found = screen(line.text, age_years=line.age_years, sex=line.sex)
        return {
            "alarm": found.alarm,
            "doubt": found.doubt,
            "urgency": found.urgency,
            "flags": [flag.id for flag in found.flags],
            "names": [flag.name for flag in found.flags],
        }

    process_standard_streams(answer)


def checked() -> int:
    """Read red flags, signs and the list of who is on duty as the house reads them; 0 when all can be used."""
    from care.emergency.flags import HERE, RedFlagsInvalid, load  # noqa: PLC0415
    from care.emergency.on_duty import OURS, OnDutyInvalid, read  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    duty_file = get_settings().on_duty or OURS
    wrong = 0
    try:
        flags = load(HERE / "red_flags.yaml", HERE / "signs.yaml").flags
    except RedFlagsInvalid as error:
        typer.echo(f"不能用：{error}", err=True)
        wrong = 1
    else:
        urgencies = Counter(flag.urgency for flag in flags)
        shares = "，".join(f"{urgency} {count}" for urgency, count in urgencies.items())
        typer.echo(f"红旗 {len(flags)} 条（{shares}），每条都有出处和建议")
    try:
        duty = read(duty_file)
    except OnDutyInvalid as error:
        typer.echo(f"不能用：{error}", err=True)
        wrong = 1
    else:
        steps = " → ".join(f"{step.after_s} 秒 {step.name}" for step in duty.steps)
        typer.echo(f"值班名单：{steps}，每 {duty.again_every_s} 秒再催")
    return wrong
