"""Intents by a linear model over words, character n-grams and entity kinds: as good as DIET here, and far faster.

Logistic regressions on TF-IDF, one a label. What is stored is numbers and a list of features, never a pickle.
"""

import json
from collections import Counter
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional, Sequence, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.extractor import entities_of
from bot.features import features
from language.tokens import tokenize


class LinearIntents:
    """The model itself, without Rasa: feature counts in, probabilities of ``labels`` out."""

    def __init__(
        self,
        labels: Sequence[Text],
        vocabulary: Dict[Text, int],
        idf: np.ndarray,
        weights: np.ndarray,
        bias: np.ndarray,
    ) -> None:
        self.labels = list(labels)
        self._vocabulary = vocabulary
        self._idf = idf
        self._weights = weights  # one row a feature, one column a label
        self._bias = bias

    @classmethod
    def fit(
        cls, documents: Sequence[Sequence[Text]], labels: Sequence[Text], *, strength: float, seed: int
    ) -> "LinearIntents":
        """Learn from documents' features and their labels; ``strength`` is the inverse of the regularisation."""
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression

        seen = Counter(feature for document in documents for feature in set(document))
        least = 2 if len(documents) > 200 else 1  # noqa: PLR2004 - rare features of a large set are noise
        vocabulary = {
            feature: at for at, feature in enumerate(sorted(f for f, count in seen.items() if count >= least))
        }
        frequency = np.array([seen[feature] for feature in vocabulary], dtype=np.float32)
        idf = (np.log((1 + len(documents)) / (1 + frequency)) + 1).astype(np.float32)
        model = cls(sorted(set(labels)), vocabulary, idf, np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
        rows, columns, values = [], [], []
        for row, document in enumerate(documents):
            places, weights = model._vector(document)
            rows += [row] * len(places)
            columns += list(places)
            values += list(weights)
        matrix = csr_matrix((values, (rows, columns)), shape=(len(documents), len(vocabulary)), dtype=np.float32)
        # One label against the rest: seconds where the multinomial solver takes minutes, and no worse.
        learner = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", random_state=seed)
        learner.fit(matrix, np.array(labels))
        coefficients, intercept = learner.coef_, learner.intercept_
        if len(learner.classes_) == 2:  # noqa: PLR2004 - scikit-learn keeps one row for two classes
            coefficients, intercept = np.vstack([-coefficients, coefficients]), np.concatenate([-intercept, intercept])
        model.labels = [str(label) for label in learner.classes_]
        model._weights = np.ascontiguousarray(coefficients.T.astype(np.float32))
        model._bias = intercept.astype(np.float32)
        return model

    def _vector(self, document: Sequence[Text]) -> "tuple[np.ndarray, np.ndarray]":
        vocabulary = self._vocabulary
        counts = Counter(place for place in map(vocabulary.get, document) if place is not None)
        places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * self._idf[places]
        length = float(np.linalg.norm(weights))
        return places, (weights / length if length else weights)

    def probabilities(self, document: Sequence[Text]) -> np.ndarray:
        """One probability a label, in the order of ``labels``."""
        places, weights = self._vector(document)
        scores = weights @ self._weights[places] + self._bias if len(places) else np.zeros_like(self._bias)
        # Balanced classes make several labels likely at once, so that the shares of their sigmoids are all small and
        # most messages would fall back. The softmax keeps the order and tells sure from unsure.
        scores = np.exp(scores - scores.max())
        return scores / scores.sum()

    def save(self, folder: Any) -> None:
        """Write into ``folder`` (a ``Path``)."""
        (folder / "features.json").write_text(
            json.dumps({"labels": self.labels, "features": list(self._vocabulary)}, ensure_ascii=False),
            encoding="utf-8",
        )
        np.savez_compressed(folder / "numbers.npz", idf=self._idf, weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, folder: Any) -> "LinearIntents":
        """Read what ``save`` wrote."""
        known = json.loads((folder / "features.json").read_text(encoding="utf-8"))
        with np.load(folder / "numbers.npz", allow_pickle=False) as numbers:
            vocabulary = {feature: at for at, feature in enumerate(known["features"])}
            return cls(known["labels"], vocabulary, numbers["idf"], numbers["weights"], numbers["bias"])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(GraphComponent, IntentClassifier):
    """Rasa's side of ``LinearIntents``. Needs ``MedicalTokenizer`` and ``MedicalEntityExtractor`` before it."""

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[LinearIntents] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> List[Type]:
        """What must stand before it in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """The packages this component needs."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """``strength``: inverse of the regularisation; ``ranking_length``: how many intents are told, best first."""
        return {"strength": 30.0, "random_state": 42, "ranking_length": 5}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramIntentClassifier":
        """A component that has learnt nothing yet."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramIntentClassifier":
        """The component as it was trained; a model without it is refused (``ValueError``), never guessed at."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearIntents.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents of the examples."""
        now = datetime.now(timezone.utc)
        documents, labels = [], []
        for example in training_data.intent_examples:
            text = example.get(TEXT)
            if text and example.get(INTENT):
                documents.append(features(text, [word for word, _ in tokenize(text)], entities_of(text, now=now)))
                labels.append(example.get(INTENT))
        self._model = LinearIntents.fit(
            documents, labels, strength=float(self._config["strength"]), seed=int(self._config["random_state"])
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """The messages with their intent and the ranking of the likeliest."""
        assert self._model is not None, "loaded or trained before use"
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            tokens = message.get(TOKENS_NAMES[TEXT])
            words = [token.text for token in tokens] if tokens is not None else [word for word, _ in tokenize(text)]
            probabilities = self._model.probabilities(features(text, words, message.get(ENTITIES, [])))
            best = np.argsort(-probabilities)[: int(self._config["ranking_length"])]
            ranking = [{"name": self._model.labels[at], "confidence": float(probabilities[at])} for at in best]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
