"""``make bench-report``: items on generated sheets by level, on real ones beside other engines, speed and memory.

Runs in ``vision/.venv``. Fonts beyond the machine's own come from the folder ``XINGLIN_FONTS``; the real sheets from
the data folder, and are skipped, said so, where it is missing. A peer's lines are measured where ``--peer`` names a
file that ``python -m bench.report_peer`` wrote in an environment with that engine.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import mean, median
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from bench.report_peer import read_lines
from bench.report_score import Expected, Score, as_expected, plain, scored
from vision.pictures import sanitise
from vision.report.items import Item
from vision.report.lines import Line
from vision.report.reading import Reader
from vision.report.sheets.fonts import typefaces
from vision.report.sheets.photographing import LEVELS, photographed
from vision.report.sheets.printing import Layout, Sheet, layouts, print_sheet
from vision.report.upright import read_upright
from vision.sniff import sniff

DATA = Path(os.environ.get("XINGLIN_DATA", "../shared/data")) / "report"
TARGETS = {"clean": 0.97, "photo": 0.93, "hard": 0.70}
SEED = 20_26


def as_file(picture: np.ndarray) -> BytesIO:
    """The house's copy of an RGB picture that a patient sent."""
    return as_kept(cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes())


def as_kept(content: bytes) -> BytesIO:
    """A patient's photo as the house keeps and reads it: its pixels alone, compressed once more."""
    return BytesIO(sanitise(BytesIO(content), sniff(content).content_type))


def expected_of(sheet: Sheet) -> list[Expected]:
    return [Expected(row.name, row.value, row.unit, row.range) for row in sheet.truth]


def made(layout: Layout, level: str, turn: int) -> tuple[Sheet, np.ndarray]:
    """One photo of one sheet; the same for the same arguments and fonts."""
    random = Random(SEED + 1000 * layout.id + 17 * turn + LEVELS.index(level))
    faces = typefaces()
    sheet = print_sheet(layout, faces[(layout.id + 5 * turn) % len(faces)], random)
    return sheet, photographed(sheet.picture, level, random)


def generated(reader: Reader, *, turns: int, held_out: bool, levels: tuple[str, ...], show: bool) -> None:
    """Items exact by level and by layouts that were, and were not, seen in development."""
    print(f"generated: {len(layouts())} layouts, {len(typefaces())} fonts ({', '.join(t.name for t in typefaces())})")
    for level in levels:
        for kept in (False, True) if held_out else (False,):
            whole, problems, started = Score(), Counter[str](), time.monotonic()
            for layout in layouts():
                if layout.held_out is not kept:
                    continue
                for turn in range(turns):
                    sheet, picture = made(layout, level, turn)
                    report = reader.read(as_file(picture)).report
                    one = scored(report.items, expected_of(sheet))
                    whole.add(one)
                    problems[str(report.quality.problem or "read")] += 1
                    if show and not kept:
                        print(f"  {level} layout {layout.id} {sheet.typeface.name}: {one.exact}/{one.items}")
                        print("".join(f"    {note}\n" for note in one.notes), end="")
            target = f" (target {TARGETS[level]})"
            print(
                f"generated {level:5} {'held out' if kept else 'seen':8}: exact {whole.share('exact'):.3f}{target}, "
                f"name and value {whole.share('named'):.3f}, asked back {whole.share('asked'):.4f}, "
                f"wrong and not asked {whole.share('wrong'):.4f}, of {whole.items} items; "
                f"fields { ({name: round(n / whole.items, 3) for name, n in whole.by_field.items()}) }; "
                f"{dict(problems)}; {time.monotonic() - started:.0f} s"
            )


def real(reader: Reader, peer: Path | None, *, show: bool) -> None:
    """The real sheets: items with the right name and value, averaged over sheets, beside bare text lines and a peer's
    lines with the same assembly."""
    labels = json.loads((DATA / "labels.json").read_text("utf-8"))
    peers = {} if peer is None else read_lines(json.loads(peer.read_text("utf-8")))
    shares: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    totals: dict[str, Score] = defaultdict(Score)
    for name, label in sorted(labels.items()):
        truth, spared = as_expected(label["items"]), [row["name"] for row in label.get("partial_items", ())]
        content = as_kept((DATA / name).read_bytes()).getvalue()
        whole = reader.read(BytesIO(content))
        ways: dict[str, list[Item]] = {"ours": list(whole.report.items)}
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        bare = reader.engine.read(picture, reader.engine.detect(picture))
        if name in peers:
            ways["peer, same assembly"] = list(reader.page_of_lines(picture, peers[name]).items)
        for way, items in ways.items():
            score = scored(items, truth, spared=spared)
            totals[way].add(score)
            shares[way][label["sheet"]].append(score.share("named"))
            if show:
                print(
                    f"  {name} {way}: {score.named}/{score.items}, wrong {score.wrong}, {whole.report.quality.problem}"
                )
                print("".join(f"    {note}\n" for note in score.notes), end="")
        shares["bare text lines"][label["sheet"]].append(in_lines(bare, truth))
        if name in peers:
            shares["peer's bare lines"][label["sheet"]].append(in_lines(peers[name], truth))
    for way, by_sheet in shares.items():
        averaged = mean(mean(one) for one in by_sheet.values())
        total = totals.get(way)
        more = (
            ""
            if total is None
            else (
                f"; wrong and not asked {total.share('wrong'):.4f}, asked {total.share('asked'):.3f} of {total.items}"
            )
        )
        print(f"real sheets, {way}: name and value {averaged:.3f} over {len(by_sheet)} sheets (target 0.90){more}")


def in_lines(lines: list[Line], truth: list[Expected]) -> float:
    """What a reader of bare text lines gets: a row of text that has the name and, right behind it, the value."""
    ordered = sorted(lines, key=lambda line: (round(line.middle[1] / max(1.0, 0.8 * line.height)), line.middle[0]))
    texts = [plain(line.text) for line in ordered]
    found = 0
    for item in truth:
        name, value = plain(item.name), plain(item.value)
        places = [n for n, text in enumerate(texts) if name and name in text]
        found += any(texts[n].partition(name)[2].startswith(value) or value in texts[n + 1 : n + 3] for n in places)
    return found / max(1, len(truth))


def speed(reader: Reader) -> None:
    """The whole reading against the engine alone, page by page in one run, and memory in a process of its own."""
    whole, bare = [], []
    for layout in layouts()[:5]:
        _, picture = made(layout, "photo", 0)
        page = np.ascontiguousarray(picture[:, :, ::-1])
        reader.engine.read(page, reader.engine.detect(page))  # warm
        started = time.monotonic()
        _, lines = read_upright(reader.engine, page)
        bare.append(time.monotonic() - started)
        started = time.monotonic()
        reader.read(as_file(picture))
        whole.append(time.monotonic() - started)
        del lines
    ratio = median(a / b for a, b in zip(whole, bare, strict=True))
    with TemporaryDirectory() as folder:
        for number, layout in enumerate(layouts()[:3]):
            Path(folder, f"{number}.jpg").write_bytes(as_file(made(layout, "photo", 0)[1]).getvalue())
        command = [sys.executable, "-m", "bench.report", "--only", "one", "--pages", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    print(
        f"speed: {median(whole):.2f} s a page, {ratio:.2f} of the engine alone ({cores} cores, load {load:.1f}); "
        f"memory of a process that reads three pages {done.stdout.strip()} MB"
    )


def one(folder: Path) -> None:
    """The pages in a folder, and this process' highest memory in MB: made elsewhere, for making them takes more."""
    reader = Reader()
    for page in sorted(folder.iterdir()):
        reader.read(BytesIO(page.read_bytes()))
    # The system's ru_maxrss starts at what the process that began this one held.
    highest = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"))
    print(int(highest[1]) // 1024 if highest else "unknown")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.report")
    parser.add_argument("--only", choices=("generated", "real", "speed", "one"))
    parser.add_argument("--pages", type=Path, help="what `--only one` reads")
    parser.add_argument("--turns", type=int, default=1, help="sheets a layout and level")
    parser.add_argument("--level", choices=LEVELS, action="append")
    parser.add_argument("--seen", action="store_true", help="leave the held-out layouts alone")
    parser.add_argument("--show", action="store_true", help="what went wrong, of layouts that may be looked at")
    parser.add_argument("--peer", type=Path)
    asked = parser.parse_args()
    if asked.only == "one":
        one(asked.pages)
        return 0
    reader = Reader()
    if asked.only in {None, "generated"}:
        levels = tuple(asked.level or LEVELS)
        generated(reader, turns=asked.turns, held_out=not asked.seen, levels=levels, show=asked.show)
    if asked.only in {None, "real"}:
        if (DATA / "labels.json").exists():
            real(reader, asked.peer, show=asked.show)
        else:
            print(f"real sheets: not measured, no data at {DATA}")
    if asked.only in {None, "speed"}:
        speed(reader)
    return 0


if __name__ == "__main__":
    sys.exit(main())
