"""Names as people say them in passing: a surname alone, a nickname, behind a relative, in a signature, in letters."""

import re
from collections.abc import Iterator

import rjieba

from records.masking.lexicon import name_lexicon

_HAN = r"一-鿿"
_KIN = (
    r"(?:儿子|女儿|闺女|孩子|宝宝|孙子|孙女|外孙女?|侄子|侄女|老公|老婆|丈夫|妻子|爱人|老伴|媳妇|妈妈?|母亲|爸爸?|父亲|奶奶|爷爷"
    r"|外婆|外公|姥姥|姥爷|哥哥?|弟弟?|姐姐?|妹妹?|朋友|同事|同学|邻居|室友|家属|对象|男友|女友)"
)
_BEHIND_KIN = re.compile(rf"{_KIN}(?:的?(?:名字|小名))?[是叫,]? ?")
_ROLE = re.compile(r"(?:就诊人|联系人|挂号人|预约人|投诉人|患者|病人|家属)(?:选|选择|改成|换成|写的是|是)? ?")
_FOR_WHOM = re.compile(r"(?:给|帮|替|为|找) ?(?=[一-鿿]{2,4}(?:挂|预约|约|看|取|查|办|登记|缴费|报名|改|退))")
_WRITTEN = re.compile(r"(?:写的是|名字写成|登记的是|查一下|查下|查查|帮我查|改成|真名叫?|大名叫?) ?")
_CALLED = re.compile(r"(?:小名|乳名|昵称|网名)(?:是|叫|:)? ?(?P<name>[一-鿿]{2,3}?)(?=[ ,。!?;\n的]|$|大名)")
_CALL_ME = re.compile(rf"(?:叫我|喊我|我是|我叫) ?(?P<name>[小老][{_HAN}])(?=[ ,。!?;\n就吧啊呀的]|$)")
_SURNAME = re.compile(rf"(?:我|本人|免贵|患者|他|她)姓 ?(?P<name>[{_HAN}]{{1,2}}?)(?=[ ,。!?;\n的名叫]|$)")
_ADDRESSED = re.compile(r"(?:先生|女士|小姐|太太)(?!们|说得)")
_ADDRESSED_BEFORE = re.compile(rf"(?:^|[^{_HAN}]|[是叫找给帮替为跟向的])$")
_THEIRS = re.compile(
    rf"(?:^|[ ,。!?;\n查看取])(?P<name>[{_HAN}]{{2,3}})的"
    r"(?:检查|检验|化验|报告|预约|片子|病历|结果|挂号|号|费用|就诊|缴费)"
)
_SIGNED = re.compile(rf"(?:\n ?|-{{1,3}} ?|敬上[:,]? ?|此致 ?敬礼\s*)(?P<name>[{_HAN}]{{2,3}})\s*$")
_AGED = re.compile(r"今年|[\d一二两三四五六七八九十]{1,3}个?[岁月]")
_DOUBLED_NOT = frozenset("痛疼哥姐弟妹爸妈爷奶婆公天常总慢刚往偏整痒晕拉宝星人时处年月个次多少好大早晚轻深白红黑热冷")
_NICKNAME_NOT = frozenset("时便腿腹学孩肠脑手脚二三声儿个感病姐妹朋区伙组女子米心区号题事气吃睡腰肚")

# Surnames in Pinyin; a name in letters is one of them and one or two syllables, each with a capital or all in capitals.
_PINYIN_SURNAME = (
    r"(?:Wang|Li|Zhang|Liu|Chen|Yang|Huang|Zhao|Zhou|Wu|Xu|Sun|Hu|Zhu|Gao|Lin|He|Guo|Ma|Luo|Liang|Song|Zheng|Xie|Han|Tang|Feng|Yu|Dong"
    r"|Xiao|Cheng|Cao|Yuan|Deng|Fu|Shen|Zeng|Peng|Lu|Su|Jiang|Cai|Jia|Ding|Wei|Xue|Ye|Yan|Pan|Du|Dai|Xia|Zhong|Tian|Ren|Fan|Fang|Shi"
    r"|Yao|Tan|Liao|Zou|Xiong|Jin|Hao|Kong|Bai|Cui|Kang|Mao|Qiu|Qin|Gu|Hou|Shao|Meng|Long|Wan|Duan|Lei|Qian|Yin|Ouyang|Sima)"
)
_SYLLABLE = (
    r"(?:(?:[BPMFDTNLGKHJQXRZCSWY]|Zh|Ch|Sh)?(?:iang|iong|uang|ian|iao|ing|uan|uai|ang|eng|ong|ai|ei|ao|ou|an|en|ia|ie|iu|in|ua|uo"
    r"|ui|un|ue|a|e|i|o|u))"
)
_PINYIN = re.compile(
    rf"(?<![A-Za-z]){_PINYIN_SURNAME} {_SYLLABLE}{_SYLLABLE.replace('[BPM', '[bpm').lower()}?(?![A-Za-z])"
)
_PINYIN_CAPITALS = re.compile(_PINYIN.pattern, re.IGNORECASE)
_LETTERS_BEFORE = re.compile(
    r"(?:姓名|名字|拼音|name|i am|i'm|我叫|我是|名叫|call me)(?:拼音)?(?: is)?[ :]{0,2}$", re.IGNORECASE
)
_WINDOW = 16
_SHORT = 2


def find_said_names(text: str) -> Iterator[tuple[int, int]]:
    """Places of names in a normalised text."""
    for cue in (_BEHIND_KIN, _ROLE, _WRITTEN, _FOR_WHOM):
        for mark in cue.finditer(text):
            if end := _full_name_end(text, mark.end()):
                yield mark.end(), end
    yield from _nicknames(text)
    yield from _surnames(text)
    for pattern in (_THEIRS, _SIGNED):
        for mark in pattern.finditer(text):
            if _full_name_end(text, mark.start("name")) == mark.end("name"):
                yield mark.span("name")
    yield from _in_letters(text)


def _nicknames(text: str) -> Iterator[tuple[int, int]]:
    for mark in _BEHIND_KIN.finditer(text):
        if _is_nickname(text[mark.end() : mark.end() + 5], called=mark[0].rstrip().endswith("叫")):
            yield mark.end(), mark.end() + 2
    for mark in _CALLED.finditer(text):
        yield mark.span("name")
    for mark in _CALL_ME.finditer(text):
        if mark["name"][1] in name_lexicon().surnames:
            yield mark.span("name")


def _surnames(text: str) -> Iterator[tuple[int, int]]:
    lexicon = name_lexicon()
    for mark in _SURNAME.finditer(text):
        if mark["name"] in lexicon.surnames or mark["name"] in lexicon.double_surnames:
            yield mark.span("name")
    for mark in _ADDRESSED.finditer(text):
        yield from _surname_before(text, mark.start())


def _full_name_end(text: str, start: int) -> int | None:
    """Behind the full name at ``start``, as the dictionary's name model cuts it."""
    lexicon = name_lexicon()
    if text[start : start + 1] not in lexicon.first:
        return None
    rest = text[start : start + 8]
    word, tag = rjieba.tag(rest)[0] if rest else ("", "")
    if not str(tag).startswith("nr") or not 2 <= len(word) <= 4 or word[:2] in lexicon.words:  # noqa: PLR2004
        return None
    if (word[0] in lexicon.ambiguous and len(word) == _SHORT) or not lexicon.never.isdisjoint(word[1:]):
        return None
    return start + len(word)


def _is_nickname(rest: str, *, called: bool) -> bool:
    word = rest[:_SHORT]
    if len(word) < _SHORT or word[0] in _DOUBLED_NOT:
        return False
    if word[0] == word[1] and called:
        return True
    if not name_lexicon().never.isdisjoint(word):
        return False
    if word[0] == word[1]:
        return _AGED.match(rest, _SHORT) is not None or str(rjieba.tag(word)[0][1])[:1] in "nqx"
    first, tag = rjieba.tag(rest)[0]
    return word[0] == "小" and word[1] not in _NICKNAME_NOT and first == word and str(tag).startswith("nr")


def _surname_before(text: str, end: int) -> Iterator[tuple[int, int]]:
    lexicon = name_lexicon()
    for length in (2, 1):
        start = end - length
        if start < 0 or not _ADDRESSED_BEFORE.search(text[max(0, start - 1) : start]):
            continue
        surname = text[start:end]
        if surname in lexicon.double_surnames or (surname in lexicon.surnames and surname not in lexicon.ambiguous):
            yield start, end
            return


def _in_letters(text: str) -> Iterator[tuple[int, int]]:
    for mark in _PINYIN.finditer(text):
        yield mark.span()
    for mark in _PINYIN_CAPITALS.finditer(text):
        if _LETTERS_BEFORE.search(text[max(0, mark.start() - _WINDOW) : mark.start()]):
            yield mark.span()
