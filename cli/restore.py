"""``xinglin restore``: an archive brought back into an empty folder (and an empty PostgreSQL, where one is set)."""

from pathlib import Path
from typing import Annotated

import typer

from cli.backup import Passphrase, fail, opener


def restore(
    archive: Path,
    into: Annotated[Path, typer.Option(help="恢复到哪个文件夹（必须不存在或为空），以后用 XINGLIN_VAR 指向它")],
    key_file: Annotated[Path | None, typer.Option(help="备份密钥文件，默认按设置")] = None,
    passphrase: Passphrase = False,
) -> None:
    """先检验整份备份，再恢复到空文件夹；任何一步不对，就什么都不留下。"""
    from dataclasses import replace  # noqa: PLC0415

    from records import backup  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    opening = opener(ask=passphrase)
    if key_file is not None:
        opening = replace(opening, key_file=key_file)
    try:
        restored = backup.restore(archive, into=into, opener=opening, settings=get_settings())
    except backup.BackupFailed as error:
        fail(error)
    typer.echo(f"已恢复到 {restored.folder}")
    typer.echo(
        f"  记录 {restored.manifest.rows()} 行，媒体 {restored.manifest.media} 个，与备份时一致；"
        f"审计链 {restored.audit_rows} 行，完整"
    )
    if restored.migrated:
        typer.echo("  数据库已升级到当前版本。")
    if not restored.with_keys:
        typer.echo(f"  主密钥不在备份里：启动前请把另外保存的 keys 文件夹放到 {restored.folder / 'keys'}。")
    typer.echo(f"  启动：XINGLIN_VAR={restored.folder} make run")
