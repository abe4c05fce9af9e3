"""``xinglin report``: items, kind and quality of photographed or printed reports; run in vision's own environment."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from settings import ROOT

PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"


def report(
    files: Annotated[list[Path], typer.Argument(help="报告的照片、截图或 PDF")],
    together: Annotated[bool, typer.Option(help="这些文件是同一份报告的几张照片，合成一份")] = False,
    name: Annotated[str | None, typer.Option(help="应该是谁的报告；只比较，不写出")] = None,
    out: Annotated[Path | None, typer.Option(help="放标注了读数的页面的文件夹")] = None,
) -> None:
    """A JSON line a report: {"items", "kind", "patient", "quality", ...}."""
    if not PYTHON.exists():
        typer.echo("影像环境还没有准备好：先运行 make setup", err=True)
        raise typer.Exit(2)
    command = [str(PYTHON), "-m", "vision.report"]
    if together:
        command.append("--together")
    if name is not None:
        command += ["--name", name]
    if out is not None:
        command += ["--out", str(out.resolve())]
    # Files are opened from where the caller stands; the module is found from the project's folder.
    command += ["--", *(str(path.resolve()) for path in files)]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stdout)  # noqa: S603  (our own interpreter)
    raise typer.Exit(done.returncode)
