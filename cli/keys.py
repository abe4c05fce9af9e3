"""``xinglin keys``: how the keys stand, and new ones while the house runs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

keys = typer.Typer(help="密钥：看状态、换新（不停机）。", no_args_is_help=True)

CLASSES = {"normal": "普通", "sensitive": "第 5 级"}
COUNTED = {
    "wrapped": "数据密钥改由新主密钥保护",
    "data_keys": "换新的数据密钥",
    "vault_entry": "重新加密的原文",
    "media": "重新加密的文件",
    "account.address_sealed": "重新加密的地址",
    "wechat_token.value": "重新加密的微信令牌",
    "data_keys_dropped": "作废的旧数据密钥",
    "masters_retired": "作废的旧主密钥",
    "failed": "没有成功",
}
STATES = {
    "ENQUEUED": "排队，等后台工人",
    "PENDING": "进行中",
    "SUCCESS": "完成",
    "ERROR": "出错",
    "CANCELLED": "已取消",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "多次中断后放弃",
}


@keys.command()
def status() -> None:
    """List the master keys, what still needs them, and how far the latest renewal is. Exit code 1: a key is missing."""
    from records.keys import VaultKeyError  # noqa: PLC0415
    from records.vault import get_vault  # noqa: PLC0415
    from records.vault.job import latest_renewal  # noqa: PLC0415
    from records.vault.retiring import status as key_status  # noqa: PLC0415

    try:
        found = key_status(get_vault())
    except VaultKeyError as error:
        raise _fails(error) from None
    for master in found.masters:
        state = "使用中" if master.active else "旧"
        earlier = f"，直接加密的旧数据 {master.earlier} 条" if master.earlier else ""
        typer.echo(
            f"主密钥 {master.id}  {CLASSES[master.key_class]}  {state}  保护 {master.data_keys} 个数据密钥{earlier}"
        )
    typer.echo(
        f"数据密钥 {found.data_keys} 个，属于 {found.owners} 个账号（含医院自己）；其中待作废 {found.outdated} 个"
    )
    if (renewal := latest_renewal()) is not None:
        typer.echo(f"最近一次换新：{STATES.get(renewal.state, renewal.state)}")
        for name, count in renewal.counts.items():
            if count:
                typer.echo(f"  {COUNTED.get(name, name)} {count}")
    for missing in found.missing:
        typer.echo(f"缺少主密钥 {missing}：请把它的文件放回去", err=True)
    if found.missing:
        raise typer.Exit(1)


@keys.command()
def rotate(
    data: Annotated[bool, typer.Option("--data", help="连数据密钥一起换，并重新加密所有内容。")] = False,
    keep_old: Annotated[bool, typer.Option("--keep-old", help="用完后不作废旧主密钥（旧备份还要用它时）。")] = False,
) -> None:
    """Make new master keys the active ones; the worker then renews everything that depends on the old ones."""
    from cli.operator import operator  # noqa: PLC0415
    from deploy.tracker_key import add_tracker_key  # noqa: PLC0415
    from records.keys import VaultKeyError  # noqa: PLC0415
    from records.vault import get_vault  # noqa: PLC0415
    from records.vault.rotating import rotate_keys  # noqa: PLC0415
    from settings import get_settings  # noqa: PLC0415

    try:
        made = rotate_keys(get_vault(), actor=operator(), data_keys=data, retire=not keep_old, now=datetime.now(UTC))
        add_tracker_key(get_settings())
    except VaultKeyError as error:
        raise _fails(error) from None
    for key_class, master_id in made.items():
        typer.echo(f"新主密钥 {master_id}（{CLASSES[key_class]}）已启用")
    typer.echo("后台工人正在换新，用 xinglin keys status 看进度。请另存一份新的密钥文件。")
    if not keep_old:
        typer.echo("旧主密钥不再被使用后会作废；换新之前的备份要用旧密钥文件恢复，请留好它的副本。")


def _fails(error: Exception) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(1)
