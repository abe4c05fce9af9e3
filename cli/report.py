"""``xinglin report``: items, kind and quality of photographed or printed reports; run in vision's own environment."""

import json
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
    fhir: Annotated[bool, typer.Option(help="每份报告一行 FHIR R4（DiagnosticReport 和 Observation）")] = False,
) -> None:
    """A JSON line a report: {"items", "kind", "patient", "quality", ...}; with --fhir a Bundle, without level 5."""
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
    told = subprocess.PIPE if fhir else sys.stdout
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=told)  # noqa: S603  (our own interpreter)
    if fhir:
        _tell_as_fhir(done.stdout)
    raise typer.Exit(done.returncode)


def _tell_as_fhir(lines: bytes) -> None:
    from care.report.fhir import as_json, bundle_of  # noqa: PLC0415
    from care.report.items import report_of  # noqa: PLC0415

    for line in lines.splitlines():
        data = json.loads(line)
        name = str(data.get("file") or data.get("files"))
        typer.echo(as_json(bundle_of(report_of(name, data))))
