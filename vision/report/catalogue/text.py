"""One spelling of what is printed: full width, look-alikes and ornaments that say nothing."""

import re
import unicodedata

# What stands before a name and is no part of it: marks of accreditation or of mutual recognition, running numbers.
_ORNAMENT = re.compile(r"^(?:[\s*★☆●○◆◇▲△▪■□·•.,、:;]+|\(?\d{1,3}[.、)]\s*(?=\D)|\d{1,3}\s+(?=\D)|#(?=\D))+")
_TRAILING = re.compile(r"[\s*★☆:;,、.…_]+$")
_DROPPED = re.compile(r"[^0-9a-z%#+/\u0370-\u03ff\u4e00-\u9fff]")
# Each group is one character to OCR; none of them tells two items apart.
_ALIKE = (
    "0oq 1li| 白自臼 未末 人入 日曰 干千 土士 大太犬 见贝 己已巳 嗜啫 碱硷 粘黏 素索 脂酯 体休 抗杭坑 尿屎 血皿 酐酊酥 "
    "钠纳 谷各 丙内 肌肥 蛋蚤 酶酹 粒拉 胞脆 铁轶 淋琳 球俅 红虹 细绌 板扳 腺腙 泌沁 糖搪 氧氛 镁铗 磷璘 钙钨 氯氣 "
    "胆担 管菅 菌茵 单単 状壮"
)
_LOOK_ALIKES = str.maketrans({char: group[0] for group in _ALIKE.split() for char in group})
_SAME = str.maketrans(
    {
        "µ": "μ",
        "∝": "α",
        "ɑ": "α",
        "ß": "β",
        "в": "β",
        "﹣": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "【": "(",
        "】": ")",
        "[": "(",
        "]": ")",
        "〔": "(",
        "〕": ")",
        "「": "(",
        "」": ")",
    }
)


def half_width(text: str) -> str:
    """NFKC, with one kind of bracket and one kind of dash. Superscripts lose their height: ``10⁹`` becomes ``109``."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).translate(_SAME))


def trimmed(name: str) -> str:
    """A name without the marks and numbers before it and the colon behind it."""
    text = half_width(name).strip()
    text = _ORNAMENT.sub("", text)
    return _TRAILING.sub("", text)


def key(name: str) -> str:
    """What names are compared by: lower case without blanks, brackets, dots and dashes."""
    return _DROPPED.sub("", trimmed(name).lower())


def folded(name_key: str) -> str:
    """A key in which characters that OCR takes for each other are one: 0 and O, 1 and l and I, 白 and 自."""
    return name_key.translate(_LOOK_ALIKES)


def with_points(text: str) -> str:
    """Characters that OCR takes for a decimal point made one."""
    return re.sub(r"(?<=\d)\s*[,，。、·';:˙∙•]\s*(?=\d)", ".", text)
