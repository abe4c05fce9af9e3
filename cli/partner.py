"""``xinglin partner``: credentials of outside systems."""

from datetime import timedelta
from typing import Annotated

import typer

partner = typer.Typer(name="partner", help="院外系统的凭据：发放、停用、列出。", no_args_is_help=True)

REFUSED = 1


@partner.command()
def add(
    name: str,
    *,
    purpose: Annotated[str, typer.Option(help="用途：booking、follow_up、consultation、research")],
    fields: Annotated[str, typer.Option(help="允许的字段，逗号分隔；xinglin partner fields 列出全部")],
    unmasked: Annotated[bool, typer.Option(help="给出原文而不是脱敏后的；默认脱敏")] = False,
    per_minute: Annotated[int, typer.Option(min=1, help="每分钟最多几次")] = 60,
    days: Annotated[int, typer.Option(min=1, max=3650, help="有效天数")] = 365,
) -> None:
    """Give NAME a credential, printed once and kept nowhere."""
    from care.consent import Purpose  # noqa: PLC0415 (not before it is asked for)
    from care.partners import PartnerExists, UnknownField  # noqa: PLC0415
    from care.partners import add as add_partner  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    try:
        with session_scope() as session:
            made = add_partner(
                session,
                actor=operator(),
                name=name,
                purpose=Purpose(purpose),
                fields=[one.strip() for one in fields.split(",") if one.strip()],
                masked=not unmasked,
                per_minute=per_minute,
                valid_for=timedelta(days=days),
            )
    except PartnerExists:
        typer.echo(f"已有这个名字：{name}", err=True)
    except UnknownField as error:
        typer.echo(f"没有这些字段：{error}", err=True)
    except ValueError:
        typer.echo("用途或字段不对；用途：booking、follow_up、consultation、research", err=True)
    else:
        typer.echo(made.token)
        return
    raise typer.Exit(REFUSED)


@partner.command()
def revoke(name: str) -> None:
    """End NAME's credential now."""
    from care.partners import NoSuchPartner  # noqa: PLC0415
    from care.partners import revoke as revoke_partner  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    try:
        with session_scope() as session:
            revoke_partner(session, actor=operator(), name=name)
    except NoSuchPartner:
        typer.echo(f"没有这个名字：{name}", err=True)
        raise typer.Exit(REFUSED) from None
    typer.echo(f"已停用：{name}")


@partner.command("list")
def list_partners() -> None:
    """Every credential: purpose, fields, until when."""
    from sqlalchemy import select  # noqa: PLC0415

    from records.database import read_scope  # noqa: PLC0415
    from records.partners import Partner  # noqa: PLC0415

    with read_scope() as session:
        for one in session.scalars(select(Partner).order_by(Partner.name)):
            ended = "已停用" if one.revoked_at else f"到 {one.expires_at:%Y-%m-%d}"
            shown = "脱敏" if one.masked else "原文"
            typer.echo(f"{one.name}  {one.id}  {one.purpose}  {shown}  {ended}  {','.join(one.fields)}")


@partner.command()
def fields() -> None:
    """The fields a credential can have."""
    from care.partners import FIELDS  # noqa: PLC0415

    for field in FIELDS:
        typer.echo(field)
