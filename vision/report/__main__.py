"""``python -m vision.report FILE...``: a JSON line a report. Takes files of one's own; what patients send goes through
the service, whose workers are confined."""

import argparse
import json
import sys
from pathlib import Path

from vision.report.drawing import page_png
from vision.report.merging import merge
from vision.report.reading import Reader


def main() -> int:
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--together", action="store_true", help="the files are photos of one report: one line for all")
    parser.add_argument("--name", help="whose report it should be, to be compared with the name on it")
    parser.add_argument("--out", type=Path, help="a folder for the pages with what was read drawn on them")
    asked = parser.parse_args()
    reader, reports = Reader(), []
    for path in asked.files:
        try:
            with path.open("rb") as file:
                read = reader.read(file, name=asked.name)
        except OSError as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)  # noqa: T201
            return 2
        if asked.out is not None:
            asked.out.mkdir(parents=True, exist_ok=True)
            for number, picture in enumerate(read.pages):
                (asked.out / f"{path.stem}.{number}.png").write_bytes(page_png(picture, read.report.items, number))
        if asked.together:
            reports.append(read.report)
        else:
            _tell({"file": str(path), **read.report.as_json()})
    if reports:
        _tell({"files": [str(path) for path in asked.files], **merge(reports).as_json()})
    return 0


def _tell(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
