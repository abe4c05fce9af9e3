"""How often the consent gate errs: health messages that would pass without consent, general ones that would be asked.

``XINGLIN_DATA`` has real questions to doctors (measure only, nothing is printed of them). The general sentences are the
training sentences of the general intents, so that figure is an optimistic one.
"""

import asyncio
import gzip
import json
import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from care.consent import is_general
from care.consent.general import GENERAL_INTENTS
from channels.rasa import RasaClient
from deploy.trial import trial_house
from settings import ROOT, get_settings

MOST = 1200  # of each set
_ANNOTATED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def questions(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Names and texts of the sets of health messages."""
    for name, file, key in (
        ("department_questions_dev", "department_questions_dev.jsonl", "text"),
        ("department_questions_train", "department_questions_train.jsonl.gz", "text"),
        ("symptom_to_department_dev", "symptom_to_department_dev.jsonl", "text"),
        ("paediatric_dialogues_dev", "paediatric_dialogues_dev.jsonl.gz", "self_repo"),
    ):
        path = data / "triage" / file
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)[key] for line in lines]
        yield name, random.Random(1).sample(texts, min(MOST, len(texts)))


def general_sentences() -> list[str]:
    """The sentences that general intents are trained on."""
    found = []
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if block.get("intent") in GENERAL_INTENTS:
                lines = [line[2:] for line in block["examples"].splitlines() if line.startswith("- ")]
                found += [_ANNOTATED.sub(r"\1", line) for line in lines]
    return random.Random(1).sample(found, min(MOST, len(found)))


async def passing(rasa: RasaClient, texts: list[str]) -> tuple[int, float]:
    """How many of the texts would pass, and the median seconds of one look."""
    passed, times = 0, []
    for text in texts:
        started = time.perf_counter()
        meaning = await rasa.meaning(text)
        times.append(time.perf_counter() - started)
        passed += is_general(text, intent=meaning.intent, confidence=meaning.confidence, entities=meaning.entities)
    return passed, sorted(times)[len(times) // 2]


async def measure(address: str) -> None:
    rasa = RasaClient(address=address, timeout_s=20)
    for name, texts in questions(get_settings().data):
        passed, seconds = await passing(rasa, texts)
        print(f"{name:<28} {len(texts):5} health messages, {passed:3} pass without consent, {seconds * 1000:.1f} ms")
    texts = general_sentences()
    passed, seconds = await passing(rasa, texts)
    print(f"{'general sentences':<28} {len(texts):5} sentences, {len(texts) - passed:3} asked, {seconds * 1000:.1f} ms")
    await rasa.close()


def main() -> None:
    if not get_settings().data.is_dir():
        raise SystemExit(f"no data folder at {get_settings().data}: set XINGLIN_DATA")
    with tempfile.TemporaryDirectory() as folder, trial_house(Path(folder) / "var") as house:
        asyncio.run(measure(house.settings.rasa_address))


if __name__ == "__main__":
    main()
