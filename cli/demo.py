"""``xinglin demo``: invented cases for trying the console. Refuses a house that has patients."""

from typing import Annotated

import typer

demo = typer.Typer(no_args_is_help=True, help="Invented data, to try the house with: never beside real patients.")


@demo.command()
def cases(
    count: Annotated[int, typer.Option(min=1, max=200_000, help="How many.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed invents the same people.")] = 1,
    beside: Annotated[bool, typer.Option(help="Even where somebody has written to this house.")] = False,
) -> None:
    """Open so many invented cases, of people who do not exist."""
    from sqlalchemy import select  # noqa: PLC0415

    from care.cases.demo import DEMO, add_invented  # noqa: PLC0415
    from records.database import session_scope, utc_now  # noqa: PLC0415
    from records.migrate import upgrade  # noqa: PLC0415
    from records.patients import Account  # noqa: PLC0415

    upgrade()
    with session_scope() as session:
        if not beside and session.scalar(select(Account.id).where(Account.channel != DEMO).limit(1)) is not None:
            raise typer.BadParameter("somebody has written to this house; --beside adds invented people all the same")
        add_invented(session, count, now=utc_now(), seed=seed)
    typer.echo(f"{count} cases", err=True)


@demo.callback()
def _group() -> None:
    """Invented data, to try the house with."""
