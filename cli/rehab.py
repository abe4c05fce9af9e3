"""``xinglin rehab``: repetitions, faults and a score for clips of one's own; run in vision's own environment."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from settings import ROOT

PYTHON = ROOT / "vision" / ".venv" / "bin" / "python"


def rehab(
    files: Annotated[list[Path], typer.Argument(help="视频文件")],
    exercise: Annotated[str, typer.Option(help="动作名，如 squat、sit_to_stand、shoulder_abduction")],
    side: Annotated[str, typer.Option(help="要练的一侧：left、right；分不出左右的动作（如深蹲）不看它")] = "both",
    out: Annotated[Path | None, typer.Option(help="放骨架视频和角度曲线的文件夹")] = None,
) -> None:
    """A JSON line a clip: {"repetitions", "score", "form", "gate", ...}."""
    if not PYTHON.exists():
        typer.echo("影像环境还没有准备好：先运行 make setup", err=True)
        raise typer.Exit(2)
    command = [str(PYTHON), "-m", "vision.rehab", "--exercise", exercise, "--side", side]
    if out is not None:
        command += ["--out", str(out.resolve())]
    # Files are opened from where the caller stands; the module is found from the project's folder.
    command += ["--", *(str(path.resolve()) for path in files)]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=sys.stdout)  # noqa: S603  (our own interpreter)
    raise typer.Exit(done.returncode)
