"""Names of people: a surname and plausible given characters, where the words around say that a name stands there."""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

import rjieba

from records.masking.kinds import PersonalKind, PersonalSpan
from records.masking.lexicon import name_lexicon
from records.masking.said_names import find_said_names

_HAN = r"一-鿿㐀-䶿"
_DOTTED = re.compile(rf"[{_HAN}]{{1,6}}(?:[·•・‧∙][{_HAN}]{{1,8}}){{1,3}}")
_UNUSUAL = re.compile(rf"(?:[A-Z][a-z]{{1,14}}(?: [A-Z][a-z]{{1,14}}){{0,2}}|[{_HAN}]{{2,3}})(?=[ ,。!.;]|$)")

_TITLE = (
    r"(?:副?主任医师|主治医[生师]|住院医[生师]|副?主任|医[生师]|大夫|副?教授|护士长?|专家|副?院长|中医师|药师|技师)"
)
_ADDRESSED = r"(?:先生|女士|小姐|太太|夫人|同志|老师|阿姨|叔叔|大爷|大妈|奶奶|爷爷|同学|师傅|经理|大哥|大姐)"
_AGE = r"(?:\d{1,3} ?(?:周?岁|个月)|[一二三四五六七八九十]{1,4}岁|男|女|性别|年龄|今年|现年)"
_KIN = (
    r"(?:妈妈?|母亲|爸爸?|父亲|老公|丈夫|老婆|妻子|爱人|儿子|女儿|孩子|宝宝|小孩|奶奶|爷爷|外婆|外公|姥姥|姥爷|岳父|岳母|公公|婆婆"
    r"|哥哥?|弟弟?|姐姐?|妹妹?|孙子|孙女|外孙女?|侄子|侄女|朋友|同事|邻居|家属|老伴|媳妇|舅舅|姑姑|叔叔|姨妈?|嫂子|对象|男友|女友)"
)

# What may follow a name inside a sentence.
_FOLLOWS = re.compile(
    r"[ ,。:;!?、()\[\]\"'“”《》…~+\-/|\n\r\t⟦⟧\d]|$|[A-Za-z@]"
    r"|今年|现年|现[居住在]|[的是在要想来去和跟与住因近有说患男女于挂约看需被不没也就已为给开诊报]|出[现生]"
    r"|身份|电话|手机|联系|年龄|性别|岁|最近|昨|前天|今天|预约|目前|建议|持有|负责|作出|接诊|主[治诊]|认为|指导"
    rf"|{_TITLE}|{_ADDRESSED}"
)
_MARK = re.compile(r"[ ,。:;!?、()\[\]\"'“”…~+\-/|\n\r\t⟦⟧\d]|$")


class _Evidence(IntEnum):
    """How sure the words around a place are that a name stands there."""

    WEAK = 0  # usual given-name characters, no everyday word
    MEDIUM = 1  # one usual character, no everyday word
    STRONG = 2  # nothing that cannot be in a name


_ROLE = r"(?:患者|病人|就诊人|联系人|收件人|收货人|家属|监护人|预约人|持卡人|户主|签名|署名|本人|申请人|投诉人|负责人)"
_STRONG = re.compile(
    r"(?:我(?:的)?(?:名字|姓名|大名)?(?:就|是)?叫(?:做)?"
    r"|(?:名字|大名|全名|真名) ?(?:是|叫|为|:)?|本名|名叫|姓名 ?[是为叫:]? ?"
    rf"|my name is |i am called |{_ROLE} ?(?:叫|名叫|姓名|名字)? ?[是为:] ?)",
    re.IGNORECASE,
)
_WEAK = re.compile(
    rf"(?:我是|这是|她是|他是|{_ROLE}|{_KIN}(?:的名字|名字)?[是叫,]?"
    r"|(?<![呼喊吼尖惨哀])叫(?:做)?|称呼我|寄给|转告|通知) ?"
)
_FOR_WHOM = re.compile(
    r"[给帮替为](?=.{2,4}?(?:挂|预约|约|看病|看个|取|查|办|登记|缴费|报名|问诊|改约|退号|复诊|拿药))"
)
_TITLED = re.compile(_TITLE)
_ADDRESSED_AFTER = re.compile(_ADDRESSED)
_DOCTOR_BEFORE = re.compile(rf"{_TITLE} ?(?:是|为|叫|由|:)? ?")
_SENTENCE = re.compile(
    rf"(?:^|[。!?\n;…]|(?:您好|你好|医生|大夫),) ?(?=[{_HAN}·•]{{2,12}} ?[,(、:]? ?"
    rf"(?:{_AGE}|是?一[位名个]|身份证|电话|手机|现居|家住|系|患者))"
)
_BEFORE_SPAN = re.compile(rf"(?:^|[ ,。:;!?、()\n])([{_HAN}]{{2,4}})[ ,:、(]{{0,2}}$")
_BESIDE = re.compile(rf"[ ,:、(]{{0,2}}([{_HAN}]{{2,4}})(?=[ ,。:;!?、()\n]|$)")
_ALONE = re.compile(rf"\s*([{_HAN}]{{2,4}})[\s。.!~,]*")
_LONGEST = 4


@lru_cache(maxsize=4096)
def _is_word(candidate: str) -> bool:
    """Whether the dictionary knows it as a word other than a person's name."""
    if candidate in name_lexicon().words:
        return True
    if not rjieba.has_word(candidate):
        return False
    tags = rjieba.tag(candidate)
    return len(tags) != 1 or not str(tags[0][1]).startswith("nr")


def _plausible(name: str, surname: int, evidence: _Evidence) -> bool:
    lexicon = name_lexicon()
    given = name[surname:]
    if any(character in lexicon.never for character in given):
        return False
    if name[0] == name[1] and surname == 1:
        return False  # 常常, 安安: a word said twice
    if evidence is _Evidence.STRONG:
        return True
    if name[0] in lexicon.grammatical or name[:2] in lexicon.words:
        return False
    enough = any if evidence is _Evidence.MEDIUM else all
    return enough(character in lexicon.usual for character in given) and not _is_word(name)


def _surname(text: str, start: int) -> int:
    lexicon = name_lexicon()
    if text[start : start + 2] in lexicon.double_surnames:
        return 2
    return 1 if text[start : start + 1] in lexicon.surnames else 0


def name_end(text: str, start: int, evidence: _Evidence) -> int | None:
    """Index behind the name that begins at ``start``, or None."""
    if dotted := _DOTTED.match(text, start):
        return dotted.end()
    surname = _surname(text, start)
    if not surname:
        return _unusual_end(text, start) if evidence is _Evidence.STRONG else None
    han = 0
    while han < surname + 2 and start + han < len(text) and _is_han(text[start + han]):
        han += 1
    best: int | None = None
    for length in range(han, surname, -1):
        name, end = text[start : start + length], start + length
        if not _plausible(name, surname, evidence):
            continue
        if _MARK.match(text, end):
            return end
        if _FOLLOWS.match(text, end):
            if length == 2 and (_is_word(name) or _doubtful(text, start, end, evidence)):  # noqa: PLR2004
                continue
            best = best or end
        elif evidence is _Evidence.STRONG and _plausible(name, surname, _Evidence.WEAK):
            best = best or end
    return best


def _doubtful(text: str, start: int, end: int, evidence: _Evidence) -> bool:
    """A short name whose surname is an everyday word, with no title behind it."""
    ambiguous = text[start] in name_lexicon().ambiguous and evidence is _Evidence.WEAK
    return ambiguous and not _TITLED.match(text, end)


def _unusual_end(text: str, start: int) -> int | None:
    """A nickname, a foreign name, or one without a known surname, behind "我叫"."""
    match = _UNUSUAL.match(text, start)
    if match is None or _is_word(match[0]) or not name_lexicon().never.isdisjoint(match[0]):
        return None
    return match.end()


def _is_han(character: str) -> bool:
    return "一" <= character <= "鿿" or "㐀" <= character <= "䶿"


def find_names(text: str, others: list[PersonalSpan]) -> Iterator[PersonalSpan]:
    """Names in a normalised text. ``others`` are items found before: a name often stands beside a phone number."""
    names: dict[str, PersonalKind] = {}
    for kind, spans in (
        (PersonalKind.NAME_DOCTOR, _doctors(text)),
        (PersonalKind.NAME, _patients(text, others)),
    ):
        for start, end in spans:
            names.setdefault(text[start:end], kind)
            yield PersonalSpan(start, end, kind)
    yield from _again(text, names)


def _again(text: str, names: dict[str, PersonalKind]) -> Iterator[PersonalSpan]:
    """The same names elsewhere in the text, where nothing else says that they are names."""
    initials = {name[0] for name in names}
    lengths = sorted({len(name) for name in names}, reverse=True)
    for start, character in enumerate(text) if names else ():
        if character not in initials:
            continue
        for length in lengths:
            kind = names.get(text[start : start + length])
            if kind and (length > 2 or _FOLLOWS.match(text, start + length)):  # noqa: PLR2004
                yield PersonalSpan(start, start + length, kind)
                break


def _doctors(text: str) -> Iterator[tuple[int, int]]:
    for match in _TITLED.finditer(text):
        if span := _before(text, match.start()):
            yield span
        elif (behind := _DOCTOR_BEFORE.match(text, match.start())) and (
            end := name_end(text, behind.end(), _Evidence.WEAK)
        ):
            yield behind.end(), end


def _before(text: str, end: int) -> tuple[int, int] | None:
    """The full name that ends where a title begins."""
    if not end or text[end - 1] not in name_lexicon().usual:
        return None
    first = name_lexicon().first
    candidates = []
    for length in range(_LONGEST, 1, -1):
        start = end - length
        if start < 0 or text[start] not in first or not all(map(_is_han, text[start:end])):
            continue
        surname = _surname(text, start)
        if surname and length - surname in (1, 2) and _plausible(text[start:end], surname, _Evidence.WEAK):
            candidates.append((start, end))
    candidates = [(start, stop) for start, stop in candidates if not _inside_word(text, start, stop)]
    for start, stop in candidates:
        if text[start] not in name_lexicon().ambiguous:
            return start, stop
    return candidates[0] if candidates and candidates[0][1] - candidates[0][0] > 2 else None  # noqa: PLR2004


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether a dictionary word reaches over ``start``: 汽车|维修技师, 阿|莫西林医生说."""
    place = max(0, start - 5)
    for word in rjieba.cut(text[place:end]):
        if place < start < place + len(word) and rjieba.has_word(word):
            return True
        place += len(word)
    return False


def _patients(text: str, others: list[PersonalSpan]) -> Iterator[tuple[int, int]]:
    for pattern, evidence in ((_STRONG, _Evidence.STRONG), (_SENTENCE, _Evidence.MEDIUM), (_WEAK, _Evidence.WEAK)):
        for mark in pattern.finditer(text):
            if end := name_end(text, mark.end(), evidence):
                yield mark.end(), end
    for mark in _FOR_WHOM.finditer(text):
        if end := name_end(text, mark.end(), _Evidence.WEAK):
            yield mark.end(), end
    for mark in _ADDRESSED_AFTER.finditer(text):
        if span := _before(text, mark.start()):
            yield span
    for other in others:
        if match := _BEFORE_SPAN.search(text, max(0, other.start - 8), other.start):
            yield from _exactly(text, *match.span(1))
        if match := _BESIDE.match(text, other.end):
            yield from _exactly(text, *match.span(1))
    yield from find_said_names(text)
    if match := _ALONE.fullmatch(text):
        yield from _exactly(text, *match.span(1))


def _exactly(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    surname = _surname(text, start)
    if surname and 1 <= end - start - surname <= 2 and _plausible(text[start:end], surname, _Evidence.WEAK):  # noqa: PLR2004
        yield start, end
