"""Who a message is about, and whom a patient asks for: kinship, sex, pregnancy, doctors by name."""

import re
from collections.abc import Iterable

from .lexicon import alternation
from .mentions import Mention
from .words import words

_KIN = words("kinship")
_KIN_OF = {word: kin for kin, words in _KIN.items() for word in words.split()}
_KINSHIP = re.compile(
    rf"(?P<word>{alternation(_KIN_OF)})"
    r"|(?:帮|给|替|为|带|是|俺|咱|他|她|陪)(?:我|俺|咱|他|她|家里?|你)?(?P<short>[妈爸娘爹爷奶姥哥姐弟妹儿婆舅姑姨叔娃崽])(?![妈爸娘爹爷奶姥哥姐弟妹童科保子女媳])"
)
_SHORT = {char: kin for kin, chars in words("kinship_in_one_character").items() for char in chars.split()}


def kinships(text: str) -> Iterable[Mention]:
    """Whom the message is about: "帮我妈" 母亲, "我家娃" 孩子, "给自己" 本人. Periods (大姨妈) are no aunts."""
    for found in _KINSHIP.finditer(text):
        group = "word" if found["word"] else "short"
        start, end = found.span(group)
        word = found[group]
        before, after = text[max(0, start - 1) : start], text[end : end + 2]
        if word in ("姨", "大姨") and after.startswith("妈"):
            continue
        if (
            after.startswith(("科", "保"))
            or (word == "对象" and before not in ("我", "的"))
            or (before == "大" and word == "姨妈")
        ):
            continue
        value = _KIN_OF[word] if group == "word" else _SHORT[word]
        yield Mention("kinship", start, end, word, value)


_SEX = re.compile(
    r"(?P<female>女性|女的|女孩子?|女宝宝?|女士|女生|女娃|妹子|(?<![一-鿿])女(?=$|[,，。、;；\s\d岁])|(?<=是)女(?=$|[,，。\s]))"
    r"|(?P<male>男性|男的|男孩子?|男宝宝?|先生(?!出诊)|男生|男娃|小伙子|(?<![一-鿿])男(?=$|[,，。、;；\s\d岁])|(?<=是)男(?=$|[,，。\s]))"
)


def sexes(text: str) -> Iterable[Mention]:
    """Sex where it is said: female or male. 女医生 and 男科 say nothing about the patient."""
    for found in _SEX.finditer(text):
        after = text[found.end() : found.end() + 2]
        if after.startswith(("医生", "大夫", "专家", "科")):
            continue
        yield Mention("sex", *found.span(), found.group(), "female" if found["female"] else "male")


_PREGNANT = (
    r"怀孕|怀着孕|怀上了|怀了|孕妇|身孕|孕期|孕早期|孕中期|孕晚期|妊娠|有喜了|肚子里有宝宝|"
    r"大着肚子|身怀六甲|(?<![备避受])孕\s*(?=[\d一二三四五六七八九十])|怀着|有了宝宝"
)
_PREGNANCY = re.compile(
    rf"(?P<no>(?:没有|没|未|不是|并未|无|没在|排除)(?:有)?(?:{_PREGNANT}|孕)|未孕|非孕妇?)"
    rf"|(?P<unsure>(?:会不会|是不是|是否|可能|能不能|想要?|准备|备|避|怀疑|不想|"
    rf"能否|可以|容易|影响|难|导致|宫外|没准|计划|打算|以后|好|怎么才能|"
    rf"不容易)(?:[^,，。]{{0,2}})(?:{_PREGNANT}|孕))"
    rf"|(?P<yes>(?:{_PREGNANT})(?:大概)?(?:[\d一二三四五六七八九十两半]+(?:个?多?月|周|天))?(?:\+\d)?)"
)
_ASKS = re.compile(r"[了的]?(?:吗|么|没有|没|嘛|呢)?\s*[?？]|吗|了没")
_THING = re.compile(r"(?:试|棒|检|测|纹|前|酮|率|的几率|的症状|建档|能|可以|会|期间能|要注意|后能|之前)")


def pregnancies(text: str) -> Iterable[Mention]:
    """Pregnancy said or denied: yes or no. "会不会怀孕", "备孕", "怀孕了吗" say neither."""
    for found in _PREGNANCY.finditer(text):
        if found["unsure"] or _ASKS.match(text, found.end()):
            continue
        if found["yes"] and found["yes"] in ("怀孕", "妊娠") and _THING.match(text, found.end()):
            continue
        yield Mention("pregnancy", *found.span(), found.group(), "no" if found["no"] else "yes")


_SURNAMES = frozenset(words("doctors")["surnames"])
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "东方")
_TITLE = re.compile(r"(?:副主任医师|主任医师|主治医师|副主任|主任|医生|大夫|教授|主治|院长|医师|专家)")
_NOBODY = frozenset(words("doctors")["nobody"].split())
_NO_NAME = frozenset(words("doctors")["in_no_name"])


def doctors(text: str) -> Iterable[Mention]:
    """Doctors by name with their title ("王主任", "李建国医生"); the value is as said. See ``doctor_name``."""
    for found in _TITLE.finditer(text):
        start = _name_start(text, found.start())
        if start < found.start():
            yield Mention("doctor", start, found.end(), text[start : found.end()], text[start : found.end()])


def _name_start(text: str, end: int) -> int:
    for length in (4, 3, 2, 1):
        start = end - length
        if start < 0:
            continue
        name = text[start:end]
        double = name[:2] in _DOUBLE
        given = name[2:] if double else name[1:]
        if not double and (name[0] not in _SURNAMES or len(given) > 2):  # noqa: PLR2004
            continue
        if any(char in _NO_NAME or not "一" <= char <= "鿿" for char in given):
            continue
        if name in _NOBODY:
            continue
        if (name[0] == "周" and (given[:1] in tuple("一二三四五六日末") and given)) or _is_weekday(text, start):
            continue
        return start
    return end


def _is_weekday(text: str, start: int) -> bool:
    return text[start] == "周" and text[start + 1 : start + 2] in tuple("一二三四五六日末")


def doctor_name(said: str) -> str:
    """The name without its title: "王主任" 王, "李建国医生" 李建国."""
    found = _TITLE.search(said)
    return said[: found.start()] if found else said
