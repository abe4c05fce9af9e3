"""``xinglin audit``: verify the chain, read it, sign a checkpoint, move old rows into an archive."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

audit = typer.Typer(name="audit", help="审计：核对、查看、检查点、归档。", no_args_is_help=True)

# Exit codes of ``verify``.
UNSOUND, CANNOT = 1, 2

PathOption = Annotated[Path | None, typer.Option(help="默认用设置里的位置")]


@audit.command()
def verify(checkpoints: PathOption = None, public_key: PathOption = None, archive: PathOption = None) -> None:
    """Hash every row again and compare with the signed checkpoints; says which row is wrong. Exit code 1: not sound.

    With --archive FILE it is that archive that is verified, not the database.
    """
    from records.audit.archive import AuditArchiveError, read_archive, span, within  # noqa: PLC0415 (not before it is asked for)
    from records.audit.checkpoints import CheckpointFile, public_key_beside, read_checkpoints  # noqa: PLC0415
    from records.audit.signing import SigningKeyError, load_public_keys  # noqa: PLC0415
    from records.audit.verifying import stored_rows  # noqa: PLC0415
    from records.audit.verifying import verify as verify_rows  # noqa: PLC0415
    from records.database import engine  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    file = checkpoints or get_settings().checkpoints_file
    key = public_key or public_key_beside(file)
    given = checkpoints is not None or public_key is not None
    try:
        signed = CheckpointFile()
        if file.exists() or given or archive:
            keys = load_public_keys(key)
            signed = read_checkpoints(file, keys)
            if checkpoints is not None and not checkpoints.exists():
                raise SigningKeyError(f"there is no checkpoint file at {checkpoints}")
        rows = read_archive(archive, keys) if archive else stored_rows(engine())
    except (SigningKeyError, AuditArchiveError) as error:
        typer.echo(f"无法核对：{error}", err=True)
        raise typer.Exit(CANNOT) from None
    known = signed.checkpoints
    if archive:
        known = within(known, *span(archive))
    found = verify_rows(rows, checkpoints=known)
    for problem in signed.problems:
        typer.echo(problem)
    for finding in found.findings:
        typer.echo(f"第 {finding.seq} 行：{finding.what}")
    if found.count > len(found.findings):
        typer.echo(f"……另有 {found.count - len(found.findings)} 处")
    typer.echo(f"核对了 {found.rows} 行（第 {found.first} 到 {found.last} 行），{found.checkpoints} 个检查点")
    if not known:
        typer.echo("没有检查点：末尾被截断、整条链被改写都看不出来")
    if not found.sound or signed.problems:
        typer.echo("不可信")
        raise typer.Exit(UNSOUND)
    typer.echo("完好")


@audit.command()
def show(
    patient: Annotated[str, typer.Option(help="账号编号：关于这位患者的")] = "",
    actor: Annotated[str, typer.Option(help="谁做的：员工账号、合作方、账号编号")] = "",
    since: Annotated[datetime | None, typer.Option(help="从这一刻起（医院所在时区）")] = None,
    action: Annotated[str, typer.Option(help="做了什么，如 reveal")] = "",
    limit: Annotated[int, typer.Option(min=1, help="最多几行，取最近的")] = 200,
) -> None:
    """Readable lines, the oldest first. Looking is recorded too."""
    from cli.operator import operator  # noqa: PLC0415
    from records.audit.reading import line, looked_at  # noqa: PLC0415
    from records.database import session_scope  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    zone = get_settings().zone
    from_when = since.replace(tzinfo=zone).astimezone(UTC) if since else None
    with session_scope() as session:
        rows = looked_at(
            session, by=operator(), patient=patient, actor=actor, since=from_when, action=action, limit=limit
        )
        lines = [line(row, zone) for row in rows]
    for one in lines:
        typer.echo(one)


@audit.command()
def checkpoint() -> None:
    """Sign the chain's last row now."""
    from records.audit.checkpoints import head, write_checkpoint  # noqa: PLC0415
    from records.database import read_scope  # noqa: PLC0415

    with read_scope() as session:
        at = head(session)
    if at is None:
        typer.echo("还没有审计记录")
        return
    written = write_checkpoint(at)
    typer.echo(f"检查点 {written.n}：第 {written.seq} 行，{written.hash_name} {written.hash}")


@audit.command()
def key() -> None:
    """Print the public key that verifies the checkpoints: hand it to the auditor."""
    from records.audit.signing import load_signer, public_pem  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    typer.echo(public_pem(load_signer(get_settings().audit_key)).decode(), nl=False)


@audit.command()
def archive(
    to: Annotated[Path, typer.Option(help="放归档文件的文件夹")],
    older_than_days: Annotated[int, typer.Option(min=1, help="早于多少天的移出，至少 183")] = 183,
) -> None:
    """Move old rows into a signed file; the chain goes on from a signed base."""
    from cli.operator import operator  # noqa: PLC0415
    from records.audit.archive import AuditArchiveError, archive  # noqa: PLC0415
    from records.database import utc_now  # noqa: PLC0415

    try:
        done = archive(before=utc_now() - timedelta(days=older_than_days), folder=to, actor=operator())
    except AuditArchiveError as error:
        typer.echo(f"没有归档：{error}", err=True)
        raise typer.Exit(UNSOUND) from None
    typer.echo(f"第 {done.first} 到 {done.last} 行已移到 {done.file}" if done else "没有这么早的记录")
