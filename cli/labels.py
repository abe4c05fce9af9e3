"""``xinglin labels``: what clinicians made of findings, masked, for the next training."""

import json
import sys

import typer

labels = typer.Typer(no_args_is_help=True, help="What clinicians made of findings.")


@labels.command()
def export() -> None:
    """JSON lines on stdout, one a label, oldest first; nobody is named, nothing of level 5; audited."""
    from care.cases.grading import exported  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.audit import Action, audit  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415
    from records.vault import get_vault  # noqa: PLC0415

    with session_scope() as session:
        rows = list(exported(session, get_vault()))
        audit(
            session,
            actor=operator(),
            action=Action.EXPORT_LABELS,
            patient=None,
            subject="labels:all",
            details={"count": len(rows)},
        )
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


@labels.callback()
def _group() -> None:
    """What clinicians made of findings."""
