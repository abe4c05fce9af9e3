"""``xinglin skin``: classes, risk, mask and measurements for photos of one's own; run in vision's own environment."""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from settings import ROOT

PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"


class Kind(StrEnum):
    """How the photo was taken."""

    PHONE = "phone"
    DERMOSCOPY = "dermoscopy"


def skin(
    files: Annotated[list[Path], typer.Argument(help="照片文件")],
    *,
    kind: Annotated[Kind, typer.Option(help="手机照片或皮肤镜照片")] = Kind.PHONE,
    history: Annotated[
        str | None, typer.Option(help='病史 JSON，如 {"age_years": 60, "site": "face", "grew": true}')
    ] = None,
    coin_mm: Annotated[float | None, typer.Option(help="照片里硬币的直径（毫米）")] = None,
    commercial: Annotated[bool, typer.Option(help="不用仅限非商业用途的模型")] = False,
    out: Annotated[Path | None, typer.Option(help="放掩膜、轮廓图和热力图的文件夹")] = None,
) -> None:
    """A JSON line a photo: {"probabilities", "risk", "quality", "mask", "abcd", ...}."""
    if not PYTHON.exists():
        typer.echo("影像环境还没有准备好：先运行 make setup", err=True)
        raise typer.Exit(2)
    command = [str(PYTHON), "-m", "vision.skin", "--kind", kind]
    for name, value in (("--history", history), ("--coin-mm", coin_mm), ("--out", out and out.resolve())):
        if value is not None:
            command += [name, str(value)]
    if commercial:
        command.append("--commercial")
    # Files are opened from where the caller stands; the module is found from the project's folder.
    command += ["--", *(str(path.resolve()) for path in files)]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stdout)  # noqa: S603  (our own interpreter)
    raise typer.Exit(done.returncode)
