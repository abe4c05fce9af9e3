"""Which level a text is of, and which of its clauses must not be read by everybody.

A statement is of level 5 whether it affirms or denies: "我没有艾滋病" tells about somebody's HIV status as much as
"我有艾滋病" does, and that a person speaks of it at all is what the standard protects. Only a general question that
nobody is tied to ("艾滋病怎么传播") stays readable, at level 4. In doubt a clause is hidden: triage reads it all the
same.
"""

import re
from collections.abc import Iterable, Iterator

from records.sensitivity.levels import Classified, SensitiveSpan, Sensitivity
from records.sensitivity.lexicon import Lexicon, lexicon
from records.sensitivity.plain import plain

_TOKEN = re.compile(r"⟦[^⟦⟧]*⟧")
_SENTENCE = re.compile(r"[^。！？\n\r]+")
_CLAUSE = re.compile(r"[^，；。！？\n\r]+")
_LEAST_READABLE = 2  # characters of a request that are worth keeping


def classify(text: str) -> Classified:
    """The level of what one person wrote, and its clauses of level 5; offsets into ``text``.

    Never raises, whatever the text, and takes time in proportion to its length. Masking tokens belong to no clause.
    """
    if not text.strip():
        return Classified(Sensitivity.PUBLIC)
    words = lexicon()
    read = plain(text)
    clear = _TOKEN.sub(_blank, read.text)
    if not words.words.search(clear):
        return Classified(Sensitivity.RESTRICTED if words.infections.search(clear) else Sensitivity.PERSONAL)
    clear = words.aside.sub(_blank, clear)
    found = (SensitiveSpan(*read.original(start, end), kind) for start, end, kind in _hidden(clear, words))
    if spans := tuple(_merged(text, found)):
        return Classified(Sensitivity.SPECIAL, spans)
    restricted = words.infections.search(clear) or words.words.search(clear)
    return Classified(Sensitivity.RESTRICTED if restricted else Sensitivity.PERSONAL)


def _blank(match: re.Match[str]) -> str:
    """Of the same length, and in no word; it ends a clause where a token stood."""
    return "\n" * len(match[0]) if match[0].startswith("⟦") else "\0" * len(match[0])


def _hidden(text: str, words: Lexicon) -> Iterator[tuple[int, int, str]]:
    for sentence in _SENTENCE.finditer(text):
        general = words.general.search(text, *sentence.span()) and not words.personal.search(text, *sentence.span())
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            start, end = clause.span()
            found = words.words.finditer(text, start, end)
            hits = [hit for hit in found if not general or str(hit.lastgroup).endswith("_telling")]
            if hits:
                category = str(hits[0].lastgroup).partition("_")[0]
                yield (*_without_requests(text, start, end, hits, words), category)


def _without_requests(text: str, start: int, end: int, hits: list[re.Match[str]], words: Lexicon) -> tuple[int, int]:
    """The clause less its greeting and its request ("…想挂皮肤科的号"), which say nothing of the kind."""
    first, last = min(hit.start() for hit in hits), max(hit.end() for hit in hits)
    if (lead := words.leads.match(text, start, end)) and lead.end() <= first:
        start = lead.end()
    if (request := words.requests.search(text, last, end)) and end - request.start() >= _LEAST_READABLE:
        end = request.start()
    while text[start] == " ":
        start += 1
    while text[end - 1] == " ":
        end -= 1
    return start, end


def _merged(text: str, spans: Iterable[SensitiveSpan]) -> Iterator[SensitiveSpan]:
    """Neighbours as one: between "查出了" and "梅毒" nothing is left to read."""
    last: SensitiveSpan | None = None
    for span in spans:
        if last is not None and not text[last.end : span.start].strip(" ，,、；;\t"):
            last = SensitiveSpan(last.start, span.end, last.category)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
