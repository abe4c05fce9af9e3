"""``python -m vision.skin FILE...``: a JSON line a photo. Takes files of one's own; what patients send goes through the
service, whose workers are confined."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from vision.skin.answering import NotAPhoto, findings, history_of, pictures, read
from vision.skin.network import Kind, WeightsOff
from vision.skin.route import Asked


def main() -> int:
    parser = argparse.ArgumentParser(prog="skin", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.PHONE)
    parser.add_argument("--history", type=Asked.model_validate_json, help="JSON, as of vision.skin.network.History")
    parser.add_argument("--coin-mm", type=float, help="diameter of the coin in the photos")
    parser.add_argument("--commercial", action="store_true", help="no weights that are for non-commercial use alone")
    parser.add_argument("--out", type=Path, help="a folder for mask, overlay and heat map")
    asked = parser.parse_args()
    _silence_native_code()
    for path in asked.files:
        print(json.dumps({"file": str(path), **_line(path, asked)}, ensure_ascii=False), flush=True)  # noqa: T201
    return 0


def _line(path: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """What is said of one file, refused by the gate or not: findings with ``mask``, ``overlay``, ``heat`` (paths,
    None without --out), or why it is no photo."""
    nothing: dict[str, Any] = {"probabilities": None, "risk": None, "mask": None}
    history = None if asked.history is None else history_of(asked.history.model_dump())
    try:
        with path.open("rb") as file:
            one = read(file, kind=asked.kind, history=history, non_commercial=not asked.commercial, anyway=True)
    except NotAPhoto as why:
        return {**nothing, "quality": {"ok": False, "problem": str(why)}}
    except OSError:
        return {**nothing, "quality": {"ok": False, "problem": "no_file"}}
    except WeightsOff:
        return {**nothing, "quality": None, "problem": "weights_off"}
    told = findings(one, coin_mm=asked.coin_mm) | dict.fromkeys(("mask", "overlay", "heat"))
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        for name, data in pictures(one).items():
            written = asked.out / f"{path.stem}.{name}.png"
            written.write_bytes(data)
            told[name] = str(written)
    return told


def _silence_native_code() -> None:
    """MediaPipe's native part writes notices to stderr that no setting turns off."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    sys.exit(main())
