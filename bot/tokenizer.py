"""Words by rjieba with the medical lexicon."""

from typing import Any, Dict, List, Optional, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from language.tokens import tokenize


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MedicalTokenizer(Tokenizer):
    """Tokens of ``language.tokens``; a masking token stays one."""

    @staticmethod
    def supported_languages() -> Optional[List[Text]]:
        """Chinese only: the dictionary is Chinese."""
        return ["zh"]

    @staticmethod
    def required_packages() -> List[Text]:
        """The packages this component needs."""
        return ["rjieba"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Rasa's settings of every tokenizer, left as they are."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        """The words of one attribute of the message."""
        return self._apply_token_pattern([Token(word, start) for word, start in tokenize(message.get(attribute))])
