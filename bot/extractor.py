"""Entities by the house's own rules (``language.extraction``), the same that the house uses outside Rasa."""

import os
from datetime import datetime
from typing import Any, Dict, List, Text
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from language.extraction import extract
from language.mentions import Mention


def entity_of(mention: Mention) -> Text:
    """The entity's name: the mention's kind, but ``absent_symptom`` for a denied symptom."""
    return "absent_symptom" if mention.kind == "symptom" and mention.negated else mention.kind


def entities_of(text: Text, *, now: datetime) -> List[Dict[Text, Any]]:
    """Rasa's form of everything that ``extract`` finds in ``text``."""
    return [
        {"entity": entity_of(found), "start": found.start, "end": found.end, "value": found.value, "text": found.text}
        for found in extract(text, now=now)
    ]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MedicalEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Symptoms with negation, parts of the body, ages, dates ...: see ``language.extraction``."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._zone = ZoneInfo(config["timezone"] or os.environ.get("XINGLIN_TIMEZONE", "Asia/Shanghai"))

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """``timezone``: in which "明天" is meant; empty for ``XINGLIN_TIMEZONE``."""
        return {"timezone": ""}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MedicalEntityExtractor":
        """A component ready for use: nothing is learnt."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """The messages with their entities."""
        now = datetime.now(self._zone)
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = self.add_extractor_name(entities_of(text, now=now))
                message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
