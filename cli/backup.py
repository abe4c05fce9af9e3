"""``xinglin backup``: make, list and verify backups. ``docs/operations.md`` tells an operator what to do when."""

import sys
from pathlib import Path
from typing import Annotated

import typer

backup = typer.Typer(help="备份：做一份、列出、检验。", invoke_without_command=True, no_args_is_help=False)

PASSPHRASE_MIN_CHARS = 12
Passphrase = Annotated[
    bool, typer.Option("--passphrase", help="另用口令加密；口令从终端或标准输入读入，不出现在命令行里")
]


@backup.callback()
def make(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="放备份的文件夹，默认 XINGLIN_BACKUP_DIR 或 var/backups")] = None,
    passphrase: Passphrase = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="连同主密钥一起备份，只用口令加密；请与其他备份分开存放")
    ] = False,
) -> None:
    """做一份备份；系统可以照常运行。"""
    if context.invoked_subcommand is not None:
        return
    from records.backup import BackupFailed, make_backup  # noqa: PLC0415
    from records.backup.keeping import folder_of, noted  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    try:
        path, manifest = make_backup(
            settings,
            to=to or folder_of(settings),
            opener=opener(ask=passphrase or with_keys, new=True),
            with_keys=with_keys,
        )
        noted(path, manifest)
    except BackupFailed as error:
        fail(error)
    typer.echo(f"已备份：{path}")
    _describe(manifest)
    if with_keys:
        typer.echo("这一份里有主密钥：知道口令的人就能打开全部内容，请与其他备份分开、离线保存。")
    else:
        typer.echo("主密钥不在备份里，请另外保存：没有它，恢复出来的个人信息谁也打不开（见 docs/operations.md）。")


@backup.command("list")
def show(folder: Annotated[Path | None, typer.Option("--in", help="放备份的文件夹")] = None) -> None:
    """列出已有的备份，最早的在前。"""
    from records.backup import archives, made_at  # noqa: PLC0415
    from records.backup.keeping import folder_of  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    settings = get_settings()
    found = archives(folder or folder_of(settings))
    for path in found:
        made = made_at(path)
        assert made is not None
        size = path.stat().st_size / 1024 / 1024
        typer.echo(f"{made.astimezone(settings.zone):%Y-%m-%d %H:%M:%S}  {size:10.1f} MB  {path}")
    if not found:
        typer.echo("还没有备份。", err=True)


@backup.command()
def verify(archive: Path, passphrase: Passphrase = False) -> None:
    """从头到尾检验一份备份，什么也不写。"""
    from records import backup as backups  # noqa: PLC0415

    try:
        manifest = backups.verify(archive, opener(ask=passphrase))
    except backups.BackupFailed as error:
        fail(error)
    typer.echo(f"完好：{archive}")
    _describe(manifest)


def opener(*, ask: bool, new: bool = False):  # type: ignore[no-untyped-def]
    """What this operator can open an archive with: the key file of the settings, and a passphrase when asked for."""
    from records.backup import Opener  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    passphrase = _passphrase(new=new) if ask else get_settings().backup_passphrase.get_secret_value()
    return Opener(key_file=get_settings().backup_key, passphrase=passphrase)


def _passphrase(*, new: bool) -> str:
    if sys.stdin.isatty():
        given: str = typer.prompt("口令", hide_input=True, confirmation_prompt=new)
    else:
        given = sys.stdin.readline().rstrip("\n")
    if new and len(given) < PASSPHRASE_MIN_CHARS:
        typer.echo(f"口令至少 {PASSPHRASE_MIN_CHARS} 个字符", err=True)
        raise typer.Exit(1)
    return given


def fail(error: Exception):  # type: ignore[no-untyped-def]
    """Say it in one sentence and end with 1."""
    typer.echo(f"✗ {error}", err=True)
    raise typer.Exit(1)


def _describe(manifest) -> None:  # type: ignore[no-untyped-def]
    databases = "，".join(f"{name} {manifest.rows(name)} 行" for name in manifest.databases)
    typer.echo(f"  {databases}；媒体 {manifest.media} 个，共 {manifest.size / 1024 / 1024:.1f} MB（压缩前）")
    if manifest.media_missing:
        typer.echo(f"  注意：有 {manifest.media_missing} 个媒体文件已经不在了")
