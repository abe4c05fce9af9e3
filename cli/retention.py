"""``xinglin retention``: legal holds, and what the retention clocks let go."""

import json
from datetime import timedelta

import typer

retention = typer.Typer(help="Retention clocks: what is due, legal holds.", no_args_is_help=True)


@retention.command("report")
def report_due() -> None:
    """Write down what is due now and print it: rows by table, nothing personal."""
    from care.retention import report  # noqa: PLC0415
    from records.database import session_scope, utc_now  # noqa: PLC0415

    with session_scope() as session:
        made = report(session, now=utc_now())
        typer.echo(json.dumps({"report": made.id, "due": made.due, "held": made.held}, ensure_ascii=False))


@retention.command("run")
def run_due() -> None:
    """Remove what was reported long enough ago, is still due and not held; the assistant must be running."""
    from care.retention import run  # noqa: PLC0415
    from channels.data_jobs import forget_conversation  # noqa: PLC0415
    from records.database import utc_now  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    announced_for = timedelta(days=get_settings().retention_announce_days)
    removed = run(now=utc_now(), announced_for=announced_for, forget=forget_conversation)
    shown = {"removed": removed.rows, "accounts": removed.accounts, "left": removed.left}
    typer.echo(json.dumps(shown, ensure_ascii=False))
    if removed.left:
        raise typer.Exit(1)


@retention.command("hold")
def place_hold(account: str, reason: str = typer.Option(..., help="Why; it stands in the audit, masked.")) -> None:
    """Keep everything of ACCOUNT until the hold is released, whatever the clocks and the patient say."""
    from care.retention import HoldWithoutReason, NoSuchAccount, hold  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    try:
        with session_scope() as session:
            placed = hold(session, account, reason=reason, actor=operator())
            typer.echo(json.dumps({"hold": placed.id, "account": account}))
    except (NoSuchAccount, HoldWithoutReason) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@retention.command("release")
def release_holds(account: str, reason: str = typer.Option(..., help="Why; it stands in the audit, masked.")) -> None:
    """Release every hold on ACCOUNT."""
    from care.retention import HoldWithoutReason, release  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    try:
        with session_scope() as session:
            released = release(session, account, reason=reason, actor=operator())
    except HoldWithoutReason as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps({"released": released}))
