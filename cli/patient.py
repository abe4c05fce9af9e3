"""``xinglin patient``: what somebody may ask for about their own data, done for them at the counter."""

import json
import os
from pathlib import Path

import typer

patient = typer.Typer(help="Consents, export and erasure of one account.", no_args_is_help=True)

REASON = typer.Option(..., help="Who asked, and how they proved who they are; stands in the audit, masked.")


@patient.command("consents")
def show_consents(account: str) -> None:
    """What ACCOUNT agrees to now, one JSON line a purpose."""
    from care.consent import standing  # noqa: PLC0415
    from records.database import read_scope  # noqa: PLC0415

    with read_scope() as session:
        for grant in standing(session, account).grants:
            shown = {"purpose": str(grant.purpose), "since": grant.given_at.isoformat(), "guardian": grant.guardian}
            typer.echo(json.dumps(shown, ensure_ascii=False))


@patient.command("export")
def export_data(
    account: str, to: Path, reason: str = REASON, with_sensitive: bool = typer.Option(False, help="Level 5 too.")
) -> None:
    """Write all data of ACCOUNT to the zip TO, in clear; TO must not exist and is for you alone."""
    from care.rights import collect, write_copy  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.audit import Action, audit  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415
    from records.patients import Account  # noqa: PLC0415

    try:
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        typer.echo(f"{to}: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    with session_scope() as session:
        if session.get(Account, account) is None:
            to.unlink()
            typer.echo("There is no account with this id.", err=True)
            raise typer.Exit(1)
        audit(
            session,
            actor=operator(),
            action=Action.MAKE_EXPORT,
            patient=account,
            subject=f"account:{account}",
            reason=reason,
            details={"with_sensitive": int(with_sensitive)},
        )
        write_copy(session, collect(session, account, with_sensitive=with_sensitive, actor=operator()), to)


@patient.command("erase")
def erase_data(
    account: str, reason: str = REASON, yes: bool = typer.Option(False, help="Do it; else only say what.")
) -> None:
    """Say what would be erased and what the law keeps; with --yes, have the worker do it."""
    from care.rights import ask, plan_erasure  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415
    from records.patients import Account  # noqa: PLC0415
    from records.rights import RequestKind  # noqa: PLC0415

    with session_scope() as session:
        if session.get(Account, account) is None:
            typer.echo("There is no account with this id.", err=True)
            raise typer.Exit(1)
        plan = plan_erasure(session, account)
        shown = {
            "messages": plan.messages,
            "media": plan.media,
            "dialogue_until": plan.dialogue_until.isoformat() if plan.dialogue_until else None,
            "records_until": plan.records_until.isoformat() if plan.records_until else None,
            "held": plan.held,
        }
        if plan.held:
            typer.echo(json.dumps(shown))
            raise typer.Exit(1)
        if yes:
            shown["request"] = ask(session, account, RequestKind.ERASURE, actor=operator(), reason=reason).id
        typer.echo(json.dumps(shown))
