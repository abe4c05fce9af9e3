"""What the patient is asked about a lesion after its photo, and what was said of it already.

The phone model takes age, site, itch, grew, hurt, changed, bleed, elevation (``vision.skin.network.History``); what is
not known stays out. With psoriasis the patient's own part of the score is asked instead: palms of area, itch.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from care.texts import catalogue, text

Value = str | float | bool
Answers = Mapping[str, Value]

LESION = ("grew", "changed", "bleed", "itch", "hurt", "elevation", "site", "age_years")
PSORIASIS = ("palms", "itch_0_10")
NUMBERS = frozenset({"age_years", "palms", "itch_0_10"})
LIMITS = {"age_years": 120.0, "palms": 100.0, "itch_0_10": 10.0}
UNKNOWN = "unknown"

_PSORIASIS = re.compile("银屑病|牛皮癣")
_NO = r"(?:不(?:怎么|太|会)?|没(?:有)?(?:怎么)?|无|未)"
_SAID = {
    "itch": "痒",
    "hurt": "疼|痛",
    "bleed": "出血|流血|出过血|流过血|渗血",
    "grew": "长大|变大|大了|越来越大|长得快",
    "changed": "变了|变化|变样|变黑|变深|颜色变|变色|变形",
    "elevation": "凸|鼓起|高出|隆起|摸得到",
}
_SITES = (
    ("scalp", "头皮|头顶|头发里"),
    ("nose", "鼻"),
    ("lip", "嘴唇|唇"),
    ("ear", "耳"),
    ("neck", "脖子|颈|脖"),
    ("face", "脸|面部|面颊|额头|下巴|眼角|眉"),
    ("forearm", "前臂|小臂"),
    ("hand", "手背|手心|手指|手掌|手腕|手上"),
    ("foot", "脚|足"),
    ("thigh", "大腿|小腿|腿"),
    ("arm", "胳膊|上臂|手臂|肩"),
    ("chest", "胸"),
    ("abdomen", "肚子|腹|腰侧"),
    ("back", "背|后腰|腰"),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One offered answer; ``value`` goes into a button's payload."""

    value: str
    title: str


def questions(*, psoriasis: bool) -> tuple[str, ...]:
    """The ids of the questions, in the order in which they are asked."""
    return PSORIASIS if psoriasis else LESION


def question_text(question: str) -> str:
    return text(f"skin.ask.{question}.text")


def options(question: str) -> tuple[Option, ...]:
    """The offered answers of a question, "不清楚" always the last."""
    prefix = f"skin.ask.{question}.options."
    named = [Option(key.removeprefix(prefix), title) for key, title in catalogue().items() if key.startswith(prefix)]
    if not named:
        named = [Option("yes", text("skin.ask.yes")), Option("no", text("skin.ask.no"))]
    return (*named, Option(UNKNOWN, text("skin.ask.unknown")))


def value_of(question: str, answer: str) -> Value | None:
    """An answer as the engine takes it; None for "unknown" and for what is no answer."""
    if question in NUMBERS:
        try:
            number = float(answer)
        except ValueError:
            return None
        return number if 0 <= number <= LIMITS[question] else None
    if question == "site":
        return answer if answer in {site for site, _ in _SITES} else None
    return {"yes": True, "no": False}.get(answer)


def is_psoriasis(said: Iterable[str]) -> bool:
    """Whether the patient names the disease: the clinician's form then needs the patient's own part."""
    return any(_PSORIASIS.search(one) for one in said)


def already_said(said: Sequence[str], *, age_years: float | None = None) -> dict[str, Value]:
    """What earlier words answer: the later one counts where they contradict each other."""
    known: dict[str, Value] = {} if age_years is None else {"age_years": float(age_years)}
    for one in said:
        known |= heard_in(one)
    return known


def heard_in(said: str) -> dict[str, Value]:
    """What one message says of a lesion: "不痒，但是长大了" is itch no, grew yes."""
    found: dict[str, Value] = {}
    for question, words in _SAID.items():
        if re.search(f"{_NO}(?:{words})", said):
            found[question] = False
        elif re.search(words, said):
            found[question] = True
    site = next((site for site, words in _SITES if re.search(words, said)), None)
    return found if site is None else {**found, "site": site}
