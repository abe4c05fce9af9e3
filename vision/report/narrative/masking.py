"""Who a narrative is about is taken out of its text before it leaves: names behind the words that announce one, and
long numbers (telephone, identity, records). Sizes and doses have fewer figures."""

import re

_NAMED = re.compile(
    r"(患者|病人|病员|患儿|产妇|姓名[:：]?|家属|联系人[:：]?|[父母夫妻子女]亲?[:：])([\u4e00-\u9fff])[\u4e00-\u9fff·]{1,3}"
    r"(?=[,，。;；、(（]|[男女]|因|于|以|系|为|$)"
)
_WORDS = frozenset("于因以系为有无在自由入出住主诉病患一二三目今昨前后曾既现未已术")
_LONG_NUMBER = re.compile(r"(?<![\d.])\d{7,}[xX]?")


def masked(text: str) -> str:
    """The text with names as "王某" and numbers of seven and more figures as "***"."""
    return _LONG_NUMBER.sub("***", _NAMED.sub(_surname_only, text))


def _surname_only(found: re.Match[str]) -> str:
    """ "患者王小明" becomes "患者王某"; "患者因咳嗽" names nobody."""
    return found[0] if found[2] in _WORDS else f"{found[1]}{found[2]}某"
