"""Is a symptom said not to be there? ("不发烧", "没有呕吐", "咳嗽倒没有", "无发热、咳嗽")

Only what extraction needs of a symptom just found. ``language.assertion`` reads the rest (past, question, whose).
"""

import re

# From the negating word to the symptom: words that change nothing, then the symptom.
_FILLER = (
    r"(?:有|过|再|会|怎么|太|很|大|是|啥|什么|任何|明显|出现|觉得|感觉|感到|见|到|见到|"
    r"发现|发生|特别|老|常|经常|怎样|咋|咋个|伴|伴有|曾|的|存在)"
)
_NEGATOR = r"(?:从来没有|从来没|从来不|从没|并没有|并没|并未|没得|没有|没|冇|无|未|否认|不|唔|莫得|排除)"
_JOIN = r"(?:、|和|或者|或是|或|及|以及|跟|与|还有|也没|也不|也没有)"
_BEFORE = re.compile(rf"({_NEGATOR})({_FILLER}{{0,3}})$")
_AFTER = re.compile(
    r"[,，]?(?:倒|也|都|是|就|这些|现在|暂时|一直|什么的|的症状|症状|的情况|情况)*"
    r"(?:没有了|没了|没有|没得|没|无|消失了|消失|好了|退了|停了|止住了)(?=$|[,，。.；;、!！\s了]|也|但|就是|只)"
)
_JOINED = re.compile(rf"^\s*{_JOIN}\s*{_FILLER}{{0,2}}$")
_ADJACENT = ("无", "否认", "未", "排除")
# 有没有 / 是不是 / 会不会 / 疼不疼 ask; 忍不住 / 止不住 / 好不容易 / 不得不 / 要不 / 差不多 do not deny.
_ASKING = re.compile(r"(?:有没有|有没得|(\w)不(?:\1))$")
_NOT_DENYING = re.compile(
    r"(?:忍不住|止不住|控制不住|好不|差不多|要不|不得不|不是不|并不是没有|不是没有|对不|是不|动不动就)$"
)
_LOOKBACK = 14
_LOOKAHEAD = 14


def negator_before(text: str, start: int) -> str:
    """The negating word that governs the symptom at ``start``, or ""."""
    window = text[max(0, start - _LOOKBACK) : start]
    found = _BEFORE.search(window)
    if not found:
        return ""
    # A不A asks ("会不会吐", "是不是发烧"): the character before 不/没 comes again after it.
    head, tail = window[: found.start(1)], window[found.end(1) :]
    if head and head[-1] == (tail[:1] or text[start : start + 1]):
        return ""
    upto = window[: found.end(1)]
    if _ASKING.search(upto) or _NOT_DENYING.search(upto):
        return ""
    return found.group(1)


def negated_after(text: str, end: int) -> bool:
    """True for "咳嗽没有", "发烧倒是没有", "烧退了"; false for a question ("发烧没有？")."""
    found = _AFTER.match(text, end, end + _LOOKAHEAD)
    if not found:
        return False
    following = text[found.end() : found.end() + 1]
    asks = following in ("?", "？", "吗", "呢", "嘛") or (following == "" and found.end() - end <= len("没有"))
    return not (asks and found.group().lstrip(",，") in ("没有", "没", "没得"))


def continues(text: str, end: int, start: int, *, negator: str) -> bool:
    """Does the denial of a symptom that ends at ``end`` reach the next one at ``start``?"""
    between = text[end:start]
    if not between:
        return negator in _ADJACENT
    return bool(_JOINED.match(between))
