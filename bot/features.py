"""What the intent classifier sees of a message: words, character n-grams with entities made alike, entity kinds."""

import re
from typing import Any, Iterable, List, Mapping, Sequence, Text, Tuple

# One private-use character stands for each kind, so that an n-gram reaches over it: 挂 + department + 的号.
_KINDS = (
    *("symptom", "absent_symptom", "body_part", "duration", "severity", "temperature", "age", "sex", "pregnancy"),
    *("date", "time_of_day", "department", "doctor", "kinship", "ordinal", "personal", "amount", "insurance_scheme"),
)
_STANDS_FOR = {kind: chr(0xE000 + index) for index, kind in enumerate(_KINDS)}
# A clause that is hidden here is part of a complaint: where it stands, examples with a symptom tell what is wanted.
_LIKE = {"sensitive": "symptom"}
_STANDS_FOR |= {kind: _STANDS_FOR[other] for kind, other in _LIKE.items()}
_SPACE = re.compile(r"\s+")
_LONGEST = 400  # characters read: what somebody wants stands at the beginning or the end of a long message
_SHORT, _MIDDLE = 4, 12
_SIZES = (1, 2, 3, 4)


def _shortened(text: Text) -> Text:
    return text if len(text) <= _LONGEST else text[: _LONGEST // 2] + text[-_LONGEST // 2 :]


def made_alike(text: Text, entities: Sequence[Mapping[Text, Any]]) -> Text:
    """``text`` with one character for each entity (the longest where they overlap)."""
    pieces: List[Text] = []
    position = 0
    for entity in sorted(entities, key=lambda found: (found["start"], -found["end"])):
        if entity["start"] < position or entity["entity"] not in _STANDS_FOR:
            continue
        pieces.append(text[position : entity["start"]])
        pieces.append(_STANDS_FOR[entity["entity"]])
        position = entity["end"]
    pieces.append(text[position:])
    return "".join(pieces)


def features(text: Text, words: Iterable[Text], entities: Sequence[Mapping[Text, Any]]) -> List[Text]:
    """The features of one message, with repetitions."""
    found = [f"w:{word}" for word in words]
    found += [f"ww:{first}|{second}" for first, second in _pairs([word[2:] for word in found])]
    line = "^" + _SPACE.sub(" ", _shortened(made_alike(text, entities).lower())) + "$"
    for size in _SIZES:
        found += [f"e:{line[at : at + size]}" for at in range(len(line) - size + 1)]
    found += [f"k:{kind}" for kind in {_LIKE.get(entity["entity"], entity["entity"]) for entity in entities}]
    found.append("l:short" if len(text) <= _SHORT else "l:middle" if len(text) <= _MIDDLE else "l:long")
    return found


def _pairs(words: Sequence[Text]) -> Iterable[Tuple[Text, Text]]:
    return zip(("^", *words), (*words, "$"), strict=True)
