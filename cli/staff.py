"""``xinglin staff``: the console's accounts, for who runs the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

staff = typer.Typer(name="staff", help="工作台账号：新建、列出、停用、启用、重置。", no_args_is_help=True)

REFUSED = 1
ROLES = "岗位：clinician（医生）、nurse、agent（客服）、operator（运维）、security_officer、auditor"


@staff.command()
def add(
    username: str,
    *,
    role: Annotated[str, typer.Option(help=ROLES)],
    name: Annotated[str, typer.Option(help="姓名")] = "",
    departments: Annotated[str, typer.Option(help="科室，逗号分隔；* 表示所有科室（医生、护士）")] = "",
    groups: Annotated[str, typer.Option(help="接哪些技能组的对话，逗号分隔；不写就接所有组的")] = "",
    capacity: Annotated[int, typer.Option(min=0, max=50, help="同时接几个对话；0 按全院的")] = 0,
) -> None:
    """Make an account; prints its password, good for one sign-in."""
    from care.seats import NoSuchGroup, group  # noqa: PLC0415 (not before it is asked for)
    from care.seats import groups as every_group  # noqa: PLC0415
    from care.staff import add_staff  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415
    from records.staff import Role  # noqa: PLC0415

    if role not in set(Role):
        _refuse(f"没有这个岗位：{role}；{ROLES}")
    try:
        of_groups = [group(one).id for one in _listed(groups)]
    except NoSuchGroup as unknown:
        there_are = "、".join(f"{one.id}（{one.name}）" for one in every_group())
        _refuse(f"没有这个组：{unknown}；组：{there_are}")
    with _said(), session_scope() as session:
        _, password = add_staff(
            session,
            username=username,
            role=Role(role),
            name=name,
            departments=_listed(departments),
            skill_groups=of_groups,
            seat_capacity=capacity,
            actor=operator(),
        )
    typer.echo(password)


@staff.command("list")
def list_() -> None:
    """Every account: name, role, departments, whether the second factor is enrolled, its seat where that has groups or
    a capacity of its own, whether it is closed."""
    from sqlalchemy import select  # noqa: PLC0415

    from care.staff.factors import enrolled  # noqa: PLC0415
    from records.database import read_scope  # noqa: PLC0415
    from records.staff import Staff  # noqa: PLC0415

    with read_scope() as session:
        for row in session.scalars(select(Staff).order_by(Staff.username)):
            factor = "统一认证" if row.provider_subject else "已绑定" if enrolled(session, row.id) else "未绑定"
            seat = f"  组：{','.join(row.skill_groups)}" if row.skill_groups else ""
            seat += f"  最多 {row.seat_capacity} 个对话" if row.seat_capacity else ""
            closed = "  已停用" if row.disabled_at else ""
            departments = ",".join(row.departments)
            typer.echo(f"{row.username}  {row.role}  {row.name}  {departments}  动态码{factor}{seat}{closed}")


@staff.command()
def disable(username: str) -> None:
    """Close an account and end its sessions."""
    from care.staff import disable_staff, named  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    with _said(), session_scope() as session:
        disable_staff(session, named(session, username).id, actor=operator())


@staff.command()
def enable(username: str) -> None:
    """Open a closed account again."""
    from care.staff import enable_staff, named  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    with _said(), session_scope() as session:
        enable_staff(session, named(session, username).id, actor=operator())


@staff.command()
def reset(username: str, *, factor: Annotated[bool, typer.Option(help="连动态码一起重置：手机丢了")] = False) -> None:
    """Print a new password, good for one sign-in, and end every session; with --factor another device is enrolled
    then."""
    from care.staff import named, reset_factor, reset_password  # noqa: PLC0415
    from cli.operator import operator  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415

    with _said(), session_scope() as session:
        if factor:
            reset_factor(session, named(session, username).id, actor=operator())
        password = reset_password(session, username=username, actor=operator())
    typer.echo(password)


def _listed(words: str) -> list[str]:
    return [one.strip() for one in words.split(",") if one.strip()]


@contextmanager
def _said() -> Iterator[None]:
    """A sentence for what cannot be done."""
    from care.staff import NameTaken, NameUnusable, NoSuchStaff  # noqa: PLC0415

    try:
        yield
    except NoSuchStaff as error:
        _refuse(f"没有这个账号：{error}")
    except NameTaken:
        _refuse("这个账号名已经有人用了")
    except NameUnusable:
        _refuse("账号名用小写字母、数字、点和横线，2 到 64 位")


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(REFUSED) from None
