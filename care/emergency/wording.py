"""Bringing what a patient typed or dictated into the form in which red flags are written.

Full-width and compatibility forms become plain ones, traditional characters simplified, slips of typing and of voice
recognition their usual word (``wording.yaml``); masking tokens become one neutral character. The screen works on this
form only; the stored message is not changed.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

_TOKEN = re.compile(r"⟦[^⟦⟧]{0,200}⟧")
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe0e\ufe0f\u00ad]")
_BREAKS = re.compile("[\r\u2028\u2029\u0085\v\f]+")
_REPEATED = re.compile(r"([痛疼晕吐血抽])\1+")
# A few letters that touch a Chinese character on either side.
_SYLLABLE = re.compile(r"(?<=[\u4e00-\u9fff])[a-z]{2,5}(?![a-z])|(?<![a-z])[a-z]{2,5}(?=[\u4e00-\u9fff])")
_SHORT = 3  # a run of characters this short beside a space belongs to what is on its other side


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[int, str], re.Pattern[str], dict[str, str], dict[str, str]]:
    content: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "wording.yaml").read_text(encoding="utf-8"))
    traditional = "".join(content["traditional"].split())
    simplified = "".join(content["simplified"].split())
    if len(traditional) != len(simplified):
        raise ValueError("wording.yaml: traditional and simplified differ in length")
    slips = {str(slip): right for right, found in content["slips"].items() for slip in found}
    longest_first = sorted(slips, key=lambda slip: (-len(slip), slip))
    return (
        {ord(old): new for old, new in zip(traditional, simplified, strict=True)},
        re.compile("|".join(re.escape(slip) for slip in longest_first)),
        slips,
        {str(syllable): str(character) for syllable, character in content["syllables"].items()},
    )


def plain(text: str) -> str:
    """``text`` in the form in which red flags are written; linear in its length, never raises."""
    characters, slips, right, syllables = _tables()
    shown = unicodedata.normalize("NFKC", _TOKEN.sub("某", text)).lower()
    shown = _BREAKS.sub("\n", _INVISIBLE.sub("", shown)).translate(characters)
    shown = _join_spaced(shown)
    shown = _SYLLABLE.sub(lambda found: syllables.get(found.group(), found.group()), shown)
    for _ in range(2):  # the second time for a slip beside a slip: 凶口通 -> 胸口通 -> 胸口痛
        shown = slips.sub(lambda found: right[found.group()], shown)
    return _REPEATED.sub(r"\1", shown)


def _join_spaced(text: str) -> str:
    """A space between Chinese words reads as a comma, unless it cuts a short word off its neighbour ("胸口 疼")."""
    if " " not in text and not _SPACES.search(text):
        return text
    pieces = _SPACES.split(text)
    joined = [pieces[0]]
    for left, right in pairwise(pieces):
        if not left or not right:
            joined.append(right)
        elif left[-1].isascii() and left[-1].isalpha() and right[0].isascii():
            joined.append(" " + right)
        elif len(left) <= _SHORT or len(right) <= _SHORT - 1:
            joined.append(right)
        else:
            joined.append("," + right)
    return "".join(joined)
