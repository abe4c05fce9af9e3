"""The small language in which signs are written, and finding them fast.

    胸口..疼      a gap of at most 4 characters within a clause
    胸口…疼       a gap of at most 12 characters within a sentence, commas allowed
    (疼|痛)       one of these; ? after a character or ( ) makes it optional
    <胸>          any of the words under ``words: 胸:``
    =胸痛         the whole message is this, punctuation and particles aside

and, for those who know regular expressions, ``[ ]``, ``\\d``, ``{m,n}``, ``(?!…)`` and ``(?<!…)``.

A pattern becomes a regular expression. Before any is tried, the characters of a piece of text are compared with those a
pattern cannot do without; most patterns are ruled out by that, which makes screening fast whatever their number.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

# No gap reaches over a negation ("嘴没歪"), save over words that only look like one.
_NO_NEGATION = r"从?来?没这么|从?来?没有这么|不小心|不停地?|不断|不住地?|不知道?怎么|不知为[何啥]|不得不|没法|不能"
NEAR_GAP = rf"(?:{_NO_NEGATION}|[^，,。！？!?；;：:\n不没无未]){{0,4}}?"
FAR_GAP = r"[^。！？!?；;\n没无未]{0,12}?"
WHOLE_START = r"\A(?:你好|您好|医生|大夫|请问|在吗|急|我|他|她|[，,。！？!?\s~])*"
WHOLE_END = r"(?:怎么办|了|啊|呀|呢|吧|的|求助|求救|在线等|急|[，,。！？!?；;\s~.…])*\Z"
DIGITS = frozenset("0123456789")


class PatternInvalid(ValueError):
    """A pattern that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern: its expression, and for each part that must be there the characters it may begin with."""

    source: str
    expression: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    whole: bool


@dataclass(slots=True)
class _Part:
    expression: str
    needs: list[frozenset[str]] = field(default_factory=list)


class _Parser:
    """Recursive descent over one pattern."""

    def __init__(self, source: str, words: Mapping[str, Sequence[str]]) -> None:
        self._source, self._words, self._at = source, words, 0

    def parse(self) -> _Part:
        part = self._choices()
        if self._at < len(self._source):
            raise PatternInvalid(f"a stray {self._source[self._at]!r}")
        return part

    def _choices(self) -> _Part:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        if not all(branch.expression for branch in branches):
            raise PatternInvalid("an empty choice: write ( )? instead")
        expression = "|".join(branch.expression for branch in branches)
        if all(branch.needs for branch in branches):
            return _Part(expression, [frozenset().union(*(branch.needs[0] for branch in branches))])
        return _Part(expression)

    def _sequence(self) -> _Part:
        whole = _Part("")
        while self._at < len(self._source) and self._source[self._at] not in "|)":
            part = self._item()
            whole.expression += part.expression
            whole.needs += part.needs
        return whole

    def _item(self) -> _Part:
        if self._take("…"):
            return _Part(FAR_GAP)
        if self._source.startswith("..", self._at):
            self._at += 2
            return _Part(NEAR_GAP)
        part = self._atom()
        quantifier = re.compile(r"[?*+]\??|\{\d*,?\d*\}\??").match(self._source, self._at)
        if quantifier:
            self._at = quantifier.end()
            part.expression += quantifier.group()
            if not quantifier.group().startswith("+"):
                part.needs = []
        return part

    def _atom(self) -> _Part:
        if self._take("("):
            return self._group()
        if self._take("<"):
            return self._word()
        if self._take("["):
            return self._characters()
        character = self._source[self._at]
        if character in ">]{}?*+":
            raise PatternInvalid(f"a stray {character!r}")
        self._at += 1
        if character == "\\":
            escaped = self._source[self._at : self._at + 1]
            self._at += 1
            return _Part("\\" + escaped, [DIGITS if escaped == "d" else frozenset(escaped)])
        if character == ".":
            return _Part(r"[^。！？!?；;\n]")
        return _Part(re.escape(character), [frozenset(character)])

    def _group(self) -> _Part:
        look = next((mark for mark in ("?!", "?=", "?<!", "?<=") if self._source.startswith(mark, self._at)), "")
        self._at += len(look)
        inner = self._choices()
        if not self._take(")"):
            raise PatternInvalid("a ( without its )")
        if look:
            return _Part(f"({look}{inner.expression})")
        return _Part(f"(?:{inner.expression})", inner.needs)

    def _word(self) -> _Part:
        end = self._source.find(">", self._at)
        name = self._source[self._at : end]
        if end < 0 or name not in self._words:
            raise PatternInvalid(f"there is no word <{name}>")
        self._at = end + 1
        # Longest first: an expression takes the first choice that fits.
        choices = sorted(set(self._words[name]), key=lambda choice: (-len(choice), choice))
        return _Part(f"(?:{'|'.join(map(re.escape, choices))})", [frozenset(choice[0] for choice in choices)])

    def _characters(self) -> _Part:
        end = self._source.find("]", self._at)
        inner = self._source[self._at : end]
        if end < 0 or not inner:
            raise PatternInvalid("a [ without its ]")
        self._at = end + 1
        plain = not inner.startswith("^") and "-" not in inner and "\\" not in inner
        return _Part(f"[{inner}]", [frozenset(inner)] if plain else [])

    def _take(self, mark: str) -> bool:
        if not self._source.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True


def parse(source: str, words: Mapping[str, Sequence[str]]) -> Pattern:
    """The pattern written as ``source``; raises :class:`PatternInvalid`."""
    whole = source.startswith("=")
    part = _Parser(source[1:] if whole else source, words).parse()
    if not part.needs:
        raise PatternInvalid(f"{source!r} has nothing that must be there")
    expression = f"{WHOLE_START}(?:{part.expression}){WHOLE_END}" if whole else part.expression
    try:
        return Pattern(source, re.compile(expression), tuple(dict.fromkeys(part.needs)), whole)
    except re.error as error:
        raise PatternInvalid(f"{source!r}: {error}") from error


class Finder:
    """Finds the patterns of many signs in a text.

    Each pattern waits under the rarest of the parts it cannot do without, so that a text wakes only the patterns whose
    rarest part it has; of these, those that miss another part are ruled out by one comparison of bits.
    """

    def __init__(self, signs: Mapping[str, Sequence[Pattern]]) -> None:
        entries = [(name, pattern) for name, patterns in signs.items() for pattern in patterns]
        used = Counter(character for _, pattern in entries for need in pattern.needs for character in need)
        groups: dict[frozenset[str], int] = {}
        self._bits: dict[str, int] = {}
        self._waiting: dict[str, list[int]] = {}
        self._entries: list[tuple[int, str, re.Pattern[str], bool]] = []
        for place, (name, pattern) in enumerate(entries):
            required = 0
            for characters in pattern.needs:
                required |= groups.setdefault(characters, 1 << len(groups))
            self._entries.append((required, name, pattern.expression, pattern.whole))
            rarest = min(pattern.needs, key=lambda need: sum(used[character] for character in need))
            for character in rarest:
                self._waiting.setdefault(character, []).append(place)
        for characters, bit in groups.items():
            for character in characters:
                self._bits[character] = self._bits.get(character, 0) | bit

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Each ``(sign, start, end)`` in ``text``, per piece of at most a few sentences; overlaps are kept."""
        for begin, end in _pieces(text):
            entire = end - begin == len(text)
            seen, awake = 0, set[int]()
            for character in set(text[begin:end]):
                seen |= self._bits.get(character, 0)
                awake.update(self._waiting.get(character, ()))
            missing = ~seen
            for place in awake:
                required, name, expression, whole = self._entries[place]
                if required & missing or (whole and not entire):
                    continue
                for match in islice(expression.finditer(text, begin, end), MOST_IN_PIECE):
                    yield name, match.start(), match.end()


MOST_IN_PIECE = 10  # of one pattern: nobody says one thing more often in two lines
PIECE = 160  # characters; a piece ends at the end of a sentence where there is one
OVERLAP = 40  # what two pieces of one endless sentence share, so that nothing is cut in two


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    length, begin = len(text), 0
    while True:
        end = min(begin + PIECE, length)
        if end == length:
            yield begin, end
            return
        cut = max(text.rfind(mark, begin + PIECE // 2, end) for mark in "。！？!?；;\n")
        if cut > 0:
            yield begin, cut + 1
            begin = cut + 1
        else:
            yield begin, end
            begin = end - OVERLAP
