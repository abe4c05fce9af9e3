"""Our pipeline against Rasa's stock Chinese one, in one run: intents, entities, time, memory (``make bench-nlu``).

Run in Rasa's environment from the root: ``bot/.venv/bin/python -m bench.nlu``. Both pipelines are trained and asked
through Rasa itself, on the same folds. The stock one is jieba + word and character CountVectors + DIET.

Entities: ``bench/nlu_entities.jsonl`` is labelled by hand. DIET cannot learn from so few, so it is given every example
of ``data/nlu`` annotated by our extractor to learn from; both are then judged on the labelled file, which neither was
made from. A found entity counts when its kind is right and its place overlaps; values are judged for ours only.
"""

import argparse
import asyncio
import csv
import json
import logging
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("LOG_LEVEL", "ERROR")

import yaml

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("XINGLIN_DATA", ROOT.parent / "shared" / "data"))
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

Example = tuple[str, str]


def stock(epochs: int) -> list[dict[str, Any]]:
    """Rasa's pipeline for Chinese."""
    return [
        {"name": "JiebaTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": 1},
    ]


def ours() -> list[dict[str, Any]]:
    """What ``config.yml`` ships, without the fallback: the likeliest intent is judged, not the threshold."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return [part for part in pipeline if part["name"] != "FallbackClassifier"]


def house_examples() -> list[Example]:
    """Every example of ``data/nlu`` with its intent."""
    examples = []
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            examples += [(line[2:].strip(), block["intent"]) for line in block["examples"].splitlines()]
    return examples


def cmid_examples(limit: int) -> list[Example]:
    """CMID's questions with their 13 intents, ``limit`` of them drawn by chance (0: all)."""
    with (DATA / "intent" / "medical_question_intents_train.csv").open(encoding="utf-8") as file:
        examples = [(row["text"], row["label_class"]) for row in csv.DictReader(file) if row["text"].strip()]
    return drawn(examples, limit)


def drawn(examples: list[Example], limit: int) -> list[Example]:
    """``limit`` of the examples, drawn by chance; all of them for 0."""
    return random.Random(1).sample(examples, limit) if 0 < limit < len(examples) else examples


def trained(
    pipeline: list[dict[str, Any]], examples: Sequence[Example], folder: Path, *, annotated: bool = False
) -> Path:
    """A model of Rasa's, trained on the examples; ``annotated`` adds our extractor's entities to them."""
    from rasa.model_training import train_nlu

    config = {"recipe": "default.v1", "assistant_id": "bench", "language": "zh", "pipeline": pipeline}
    (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    rows: list[dict[str, Any]] = []
    for text, intent in examples:
        row: dict[str, Any] = {"text": text, "intent": intent}
        if annotated:
            row["entities"] = _apart(text)
        rows.append(row)
    data = folder / "nlu.json"
    data.write_text(json.dumps({"rasa_nlu_data": {"common_examples": rows}}, ensure_ascii=False), encoding="utf-8")
    return Path(train_nlu(str(folder / "config.yml"), str(data), str(folder)))


def _apart(text: str) -> list[dict[str, Any]]:
    """Our extractor's entities without those inside another: DIET takes no overlap."""
    from bot.extractor import entities_of

    kept: list[dict[str, Any]] = []
    for found in sorted(entities_of(text, now=NOW), key=lambda entity: (entity["start"], -entity["end"])):
        if not kept or found["start"] >= kept[-1]["end"]:
            kept.append({key: found[key] for key in ("start", "end", "value", "entity")})
    return kept


def loaded(model: Path) -> Any:
    """Rasa's agent with the model."""
    from rasa.core.agent import Agent

    return Agent.load(str(model))


def ask(agent: Any, texts: Sequence[str]) -> tuple[list[dict[str, Any]], list[float]]:
    """What the agent makes of each text, and how many milliseconds each took."""

    async def run() -> tuple[list[dict[str, Any]], list[float]]:
        answers, times = [], []
        for text in texts:
            began = time.perf_counter()
            answers.append(await agent.parse_message(text))
            times.append((time.perf_counter() - began) * 1000)
        return answers, times

    return asyncio.run(run())


def intents(name: str, examples: Sequence[Example], *, folds: int, epochs: int) -> None:
    """Cross-validate both pipelines on the same folds and print the figures."""
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold

    labels = [intent for _, intent in examples]
    guesses: dict[str, list[str]] = {"ours": [""] * len(examples), "stock": [""] * len(examples)}
    times: dict[str, list[float]] = {"ours": [], "stock": []}
    training: dict[str, float] = {"ours": 0.0, "stock": 0.0}
    for fold, (train, test) in enumerate(
        StratifiedKFold(folds, shuffle=True, random_state=1).split(examples, labels), start=1
    ):
        for side, pipeline in (("ours", ours()), ("stock", stock(epochs))):
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                model = trained(pipeline, [examples[at] for at in train], Path(folder))
                training[side] += time.perf_counter() - began
                answers, taken = ask(loaded(model), [examples[at][0] for at in test])
            times[side] += taken[5:]  # the first ones warm the caches up
            for at, answer in zip(test, answers, strict=True):
                guesses[side][at] = answer["intent"]["name"] or ""
        print(f"  {name}: fold {fold} of {folds} done", file=sys.stderr, flush=True)
    print(f"{name}: {len(examples)} examples, {len(set(labels))} intents, {folds} folds, DIET {epochs} epochs")
    for side in ("ours", "stock"):
        macro = f1_score(labels, guesses[side], average="macro", zero_division=0)
        weighted = f1_score(labels, guesses[side], average="weighted", zero_division=0)
        middle = statistics.median(times[side])
        print(
            f"  {side:5}  intent F1 macro {macro:.3f}  weighted {weighted:.3f}  median {middle:.2f} ms a message"
            f"  training {training[side] / folds:.1f} s a fold"
        )
    ratio = statistics.median(times["stock"]) / statistics.median(times["ours"])
    print(f"  ours is {ratio:.1f} times as fast", flush=True)


def entities(examples: Sequence[Example], *, epochs: int) -> None:
    """Judge both on the labelled sentences; print F1, and how much memory and time each takes to start."""
    lines = (ROOT / "bench" / "nlu_entities.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines if line]
    print(f"entities: {len(labelled)} labelled sentences, {sum(len(row['entities']) for row in labelled)} entities")
    with tempfile.TemporaryDirectory() as folder:
        for side, pipeline in (("ours", ours()), ("stock", stock(epochs))):
            place = Path(folder) / side
            place.mkdir()
            model = trained(pipeline, examples, place, annotated=side == "stock")
            if side == "ours":
                from bot.extractor import entities_of

                # At a fixed moment, so that "明天" has one answer; the component reads the clock.
                found = [entities_of(row["text"], now=NOW) for row in labelled]
            else:
                found = [answer["entities"] for answer in ask(loaded(model), [row["text"] for row in labelled])[0]]
            _print_entities(side, labelled, found)
            began, memory = _start(model)
            print(f"  {side:5}  start {began:.1f} s, {memory:.0f} MB in memory", flush=True)


def _print_entities(side: str, labelled: list[dict[str, Any]], found: list[list[dict[str, Any]]]) -> None:
    # Parts of the body are left out: ours tells "头" of "头疼" besides the symptom, the labels name symptoms.
    right = values = told = wanted = 0
    for row, entities_found in zip(labelled, found, strict=True):
        truth = row["entities"]
        spans = [one for one in entities_found if one["entity"] != "body_part"]
        wanted += len(truth)
        told += len(spans)
        free = list(truth)
        for one in spans:
            match: dict[str, Any] | None = next(
                (t for t in free if t["kind"] == one["entity"] and t["start"] < one["end"] and one["start"] < t["end"]),
                None,
            )
            if match:
                free.remove(match)
                right += 1
                values += match["value"] == one["value"]
    precision, recall = right / max(1, told), right / max(1, wanted)
    score = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"  {side:5}  entity F1 {score:.3f}  precision {precision:.3f}  recall {recall:.3f}", end="")
    print(f"  value right {values / max(1, right):.3f}" if side == "ours" else "")


def _start(model: Path) -> tuple[float, float]:
    """Seconds until a fresh process can answer, and its largest memory in MB."""
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-m", "bench.nlu", "--start", str(model)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - began, float(told.stdout.strip().splitlines()[-1])


def _quiet() -> None:
    """Rasa's log lines cost time and drown the figures."""
    from rasa.utils.log_utils import configure_structlog

    logging.disable(logging.WARNING)
    configure_structlog(logging.ERROR)


def main() -> None:
    """Print the figures; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation")
    parser.add_argument("--epochs", type=int, default=100, help="of DIET; 100 is its usual number")
    parser.add_argument("--house", type=int, default=0, help="how many of our examples (0: all)")
    parser.add_argument("--cmid", type=int, default=0, help="how many of CMID's questions (0: all)")
    parser.add_argument("--only", choices=["house", "cmid", "entities"], help="one part of the three")
    parser.add_argument("--start", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    _quiet()
    if chosen.start:
        ask(loaded(Path(chosen.start)), ["你好"])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    examples = drawn(house_examples(), chosen.house)
    if chosen.only in (None, "house"):
        intents("house intents", examples, folds=chosen.folds, epochs=chosen.epochs)
    if chosen.only in (None, "entities"):
        entities(examples, epochs=chosen.epochs)
    if chosen.only in (None, "cmid"):
        if DATA.is_dir():
            intents("CMID", cmid_examples(chosen.cmid), folds=chosen.folds, epochs=chosen.epochs)
        else:
            print(f"CMID: no data folder at {DATA}: set XINGLIN_DATA to measure")


if __name__ == "__main__":
    main()
