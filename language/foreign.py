"""Is a message written in another language than Chinese?"""

import re

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{2,}")
LEAST_WORDS = 3
"""Words; fewer may be a name, a drug or an abbreviation (CT, ok)."""


def is_foreign(text: str) -> bool:
    """Whether ``text`` has several words and no Chinese character; masking tokens are no words."""
    clear = re.sub(r"⟦[^⟦⟧]{0,200}⟧", " ", text)
    return not _HAN.search(clear) and len(_WORD.findall(clear)) >= LEAST_WORDS
