"""``xinglin password NAME``: a new password for somebody who works in the console."""

import typer

from care.staff import NoSuchStaff, reset_password
from cli.operator import operator
from records.database import session_scope


def password(username: str) -> None:
    """Give NAME a new random password and end all of their sessions."""
    try:
        with session_scope() as session:
            made = reset_password(session, username=username, actor=operator())
    except NoSuchStaff:
        typer.echo(f"没有这个账号：{username}", err=True)
        raise typer.Exit(1) from None
    typer.echo(made)
