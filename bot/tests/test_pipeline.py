"""Words, entities and intents, as Rasa runs them."""

from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import yaml
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.classifier import LinearIntents
from bot.extractor import MedicalEntityExtractor, entities_of
from bot.features import features, made_alike
from bot.tokenizer import MedicalTokenizer
from language.tokens import tokenize

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=timezone.utc)
TOKEN = "⟦ID:0a1b2c3d4e5f6071:450**1990⟧"


def _features(text: str) -> "list[str]":
    return features(text, [word for word, _ in tokenize(text)], entities_of(text, now=NOW))


def test_tokens_have_their_places() -> None:
    message = Message.build(text=f"我脑壳痛 {TOKEN}")
    MedicalTokenizer(MedicalTokenizer.get_default_config()).process([message])
    tokens = message.get("text_tokens")
    assert [token.text for token in tokens] == ["我", "脑壳痛", TOKEN]
    assert all(message.get(TEXT)[token.start : token.end] == token.text for token in tokens)


def test_entities_in_rasas_form() -> None:
    message = Message.build(text=f"不发烧，头疼三天，{TOKEN}")
    MedicalEntityExtractor(MedicalEntityExtractor.get_default_config()).process([message])
    found = {(entity["entity"], entity["value"]) for entity in message.get(ENTITIES)}
    assert {("absent_symptom", "发热"), ("symptom", "头痛"), ("duration", "3"), ("personal", TOKEN)} <= found
    assert all(entity["extractor"] == "MedicalEntityExtractor" for entity in message.get(ENTITIES))


def test_entities_are_made_alike() -> None:
    first, second = ("挂明天的心内科", "挂周五的皮肤科")
    assert made_alike(first, entities_of(first, now=NOW)) == made_alike(second, entities_of(second, now=NOW))


def test_a_saved_model_says_the_same(tmp_path: Path) -> None:
    examples = [
        *(("你好", "greet"), ("您好", "greet"), ("再见", "goodbye")),
        *(("拜拜", "goodbye"), ("挂号", "book"), ("挂个号", "book")),
    ]
    model = LinearIntents.fit([_features(t) for t, _ in examples], [i for _, i in examples], strength=30, seed=1)
    model.save(tmp_path)
    again = LinearIntents.load(tmp_path)
    for text, intent in examples:
        probabilities = again.probabilities(_features(text))
        assert again.labels[int(np.argmax(probabilities))] == intent
        assert np.allclose(probabilities, model.probabilities(_features(text)))
        assert abs(float(probabilities.sum()) - 1) < 1e-5


def test_what_was_never_seen_is_not_sure() -> None:
    model = LinearIntents.fit([["a"], ["b"], ["c"]], ["x", "y", "z"], strength=30, seed=1)
    assert float(model.probabilities(["unknown"]).max()) < 0.5


def test_two_intents_are_enough() -> None:
    model = LinearIntents.fit([["a"], ["b"]], ["x", "y"], strength=30, seed=1)
    assert model.labels[int(np.argmax(model.probabilities(["b"])))] == "y"


def test_every_intent_has_enough_examples_and_none_is_given_to_two() -> None:
    seen: "dict[str, str]" = {}
    counts: "dict[str, int]" = {}
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = line[2:].strip()
                assert seen.setdefault(text, block["intent"]) == block["intent"], text
                counts[block["intent"]] = counts.get(block["intent"], 0) + 1
    assert len(counts) >= 28
    assert min(counts.values()) >= 40
