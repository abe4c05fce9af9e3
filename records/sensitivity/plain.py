"""A text as the words are looked up in it: disguises undone, with the way back to the text itself."""

import re
import unicodedata
from dataclasses import dataclass

from records.masking.normal import normalise

_HAN = r"一-鿿"
# What is put between the characters of a word so that no filter finds it; between digits it may mean something.
_FILLING = re.compile(rf"(?<=[{_HAN}])[ \t*·•._\-~'\"`^|/\\+=#]{{1,4}}(?=[{_HAN}a-z])|(?<=[a-z])[*·_]{{1,3}}(?=[a-z])")
# The traditional characters of our words only, as a table of all of them would be a library; and the ends of clauses.
_SIMPLIFIED = str.maketrans(
    ",;!?愛憂鬱殺傷體檢測產墮強姦暴亂讀險戒藥癮麻靈夢聽覺雙極癥懼慮遺傳歷陽洩離變態殘輕鬼異狂憶攣慾夠懷",
    "，；！？爱忧郁杀伤体检测产堕强奸暴乱读险戒药瘾麻灵梦听觉双极症惧虑遗传历阳泄离变态残轻鬼异狂忆挛欲够怀",
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in lower case, half width and simplified characters, without gaps inside words.

    ``places[i]`` is where its i-th character stands in the original; None where no character was left out.
    """

    text: str
    places: list[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that ``text[start:end]`` came from; ``start < end``."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def plain(text: str) -> Plain:
    """``text`` as the words are matched in it. Takes time in proportion to its length."""
    normal = "".join(_folded(character) for character in normalise(text).translate(_SIMPLIFIED))
    gaps = [match.span() for match in _FILLING.finditer(normal)]
    if not gaps:
        return Plain(normal, None)
    kept: list[int] = []
    last = 0
    for start, end in gaps:
        kept.extend(range(last, start))
        last = end
    kept.extend(range(last, len(normal)))
    return Plain("".join(normal[place] for place in kept), kept)


def _folded(character: str) -> str:
    """One character for one: small letters, Roman numerals as letters ("HⅠV")."""
    if "Ⅰ" <= character <= "ⅿ":
        return unicodedata.normalize("NFKC", character).lower()[0]
    small = character.lower()
    return small if len(small) == 1 else character
