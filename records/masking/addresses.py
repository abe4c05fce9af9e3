"""Addresses: found at a road or estate with a number, then grown to the left over the places it lies in."""

import re
from collections.abc import Iterator

from records.masking.kinds import PersonalKind, PersonalSpan
from records.masking.lexicon import place_lexicon

_NUMBER = r"(?:\d{1,5}(?:-\d{1,5}){0,3}|[零〇一二三四五六七八九十百]{1,6}|[A-Za-z]\d{0,3}|[甲乙丙丁])"
_UNIT = (
    r"(?:号楼|号院|号门|号|弄|栋|幢|座|舍|门|单元|室|楼(?![下上道梯])|层|组|队|户|房间|房|大队|社)"
    r"(?![床线病机菌片粉药手码])"
)
_ROAD = (
    r"(?:大街|大道|大路|新区|开发区|工业园区?|街道|胡同|小区|花园|公寓|社区|家园|嘉园|佳园|庄园|新村|山庄|广场|大厦|宿舍|家属院|大院"
    r"|(?<![走尿思网线马半问铁通电水一上回迷])路|街|[东西南北京宁](?=道)道|巷|弄|苑|村|庄|屯|镇|乡|里弄"
    r"|(?<=[一-鿿]{2})里(?=\d))"
)
_PART = (
    r"(?:[一-鿿]{1,8}?(?:小区|花园|公寓|苑|家园|嘉园|佳园|新村|大厦|广场|宿舍|家属院|中心|大楼))?第?"
    + _NUMBER
    + " ?"
    + _UNIT
)
_REST = re.compile(
    rf"(?: ?{_PART}){{0,6}}(?:-?\d{{1,5}}(?!\d)(?:-\d{{1,4}}){{0,2}}(?![\d年月日天岁次度个片.:/%]))?(?:[东西南北中]户)?"
)
_AT_ROAD = re.compile(
    rf"{_ROAD}(?:[一二三四五六七八九十\d]段)? ?(?:第?{_NUMBER} ?{_UNIT}|\d{{1,5}}-\d{{1,5}}(?:-\d{{1,5}})?(?!\d))"
)
_IN_ESTATE = re.compile(rf"{_NUMBER}(?:号楼|栋|幢|座) ?{_NUMBER}单元(?: ?{_NUMBER}(?:室|号|户)?)?")
_WITHOUT_NUMBER = re.compile(
    r"(?:[区县旗市镇乡])[一-鿿]{1,7}?(?:街道|大街|大道|路|街|镇|乡|村|小区|花园|新村|胡同|社区)(?![口上边旁过况途])"
)
_ESTATE_BEFORE = re.compile(r"(?:家住在?|住在?|家在|住址|地址|寄到|送到)[是:]? ?(?P<name>[一-鿿]{2,10})$")
_VILLAGE = re.compile(r"(?:[一-鿿]{1,5}?(?:村|庄|屯|组|社区|小区))*")
_LIVES_AT = re.compile(
    r"(?:家住在?|现住|住在|住址|我住|家在|寄到|送到|寄给|地址|(?<![一-鿿])住) ?(?:是|:)? ?"
    rf"(?P<value>[一-鿿\d]{{3,20}}?{_NUMBER}(?:号楼|号院|栋|幢|弄))"
)
_HOSPITAL = re.compile(r"医院|病房|住院|门诊|病区|急诊|科室|楼上|楼下")
_LABELLED = re.compile(
    r"(?:家庭住址|家庭地址|收货地址|收件地址|通讯地址|户籍地址|户籍地|户籍|现住址|住址|地址) ?(?:是|为|:|在){0,2} ?"
    r"(?P<value>(?=[^,。;!?]{0,30}[省市区县路街村镇乡栋室号])[^\s,。;!?@]{4,40})"
)
_QUESTION = re.compile(r"哪|什么|怎|吗|呢|多少|医院|门诊|急诊|科")
_HOME = re.compile(r"(?:住|址|户籍|籍贯|老家|寄|家在|家是)[^,。;!?]{0,8}$")

_STOP = frozenset(
    " ,。:;!?、()[]\"'“”‘’《》\n\r⟦⟧"
    "的住在是址到去我你他她它了跟往寄送为吗呢着过看给把被就都没不至各每这那哪离从于和与居"
)
# Stop characters that are part of a place's name before these.
_PLACE_AFTER = {
    "和": "平田县静顺政龙硕布林",
    "于": "洪都田",
    "从": "化江",
    "居": "庸仁",
    "都": "江昌匀安兰市",
    "看": "丹",
}
_SOFT_STOP = frozenset("和于从居都不到过离为各来")
_BEFORE_HE = frozenset("呼泰雍祥广人嘉仁中融永")
_ADMIN = frozenset("省市区县旗州盟镇乡")
_LEFT_MAX = 32
_ROAD_NAME_MAX = 5
_LEAD = re.compile(
    r"^.*(?:家住|地址|现住|现居|附近|门口|对面|旁边|我家|老家|户籍|患者|单位|公司|家里|就是|来自|位于|属于)"
)


def find_addresses(text: str) -> Iterator[PersonalSpan]:
    """Spans in a normalised text; they may overlap each other."""
    last = 0
    for match in _AT_ROAD.finditer(text):
        start = _left(text, match.start(), last)
        if start < match.start():
            rest = _REST.match(text, match.end())
            last = rest.end() if rest else match.end()
            yield PersonalSpan(start, last, PersonalKind.ADDRESS)
        last = max(last, match.end())
    for match in _IN_ESTATE.finditer(text):
        rest = _REST.match(text, match.end())
        estate = _ESTATE_BEFORE.search(text, max(0, match.start() - _LEFT_MAX), match.start())
        start = estate.start("name") if estate else match.start()
        yield PersonalSpan(start, rest.end() if rest else match.end(), PersonalKind.ADDRESS)
    last = 0
    for match in _WITHOUT_NUMBER.finditer(text):
        start = _left(text, match.start(), last)
        end = last = _VILLAGE.match(text, match.end()).end()  # type: ignore[union-attr]  # it may be empty
        chunk = text[start : match.end()]
        named = place_lexicon().province.match(chunk) or place_lexicon().city.match(chunk)
        at_home = _HOME.search(text[max(0, start - 12) : start])
        if start < match.start() and (at_home or (named and named.end() < match.start() - start)):
            yield PersonalSpan(start, end, PersonalKind.ADDRESS)
    for match in _LIVES_AT.finditer(text):
        if not _HOSPITAL.search(match[0]):
            yield PersonalSpan(match.start("value"), _REST.match(text, match.end()).end(), PersonalKind.ADDRESS)  # type: ignore[union-attr]
    place = 0
    while labelled := _LABELLED.search(text, place):
        if not _QUESTION.search(labelled["value"]) and not _masked(labelled["value"]):
            yield PersonalSpan(*labelled.span("value"), PersonalKind.ADDRESS)
        place = labelled.start("value")  # another label may stand in it, whose address nothing cuts


def _masked(value: str) -> bool:
    """Whether ``value`` begins with what is shown of a masked address."""
    province = place_lexicon().province.match(value)
    city = place_lexicon().city.match(value, province.end() if province else 0)
    end = city.end() if city else province.end() if province else 0
    return value.startswith(("****", "⟧"), end)


def _left(text: str, end: int, floor: int) -> int:
    """Where the address begins whose road's last character stands at ``end``."""
    floor = max(floor, end - _LEFT_MAX)
    start = end
    while start > floor:
        character = text[start - 1]
        if character in _STOP and not _inside_place(text, start - 1):
            break
        start -= 1
    chunk = text[start:end]
    for pattern in (place_lexicon().province, place_lexicon().city):
        if found := pattern.search(chunk):
            return start + found.start()
    if lead := _LEAD.match(chunk):
        start, chunk = start + lead.end(), chunk[lead.end() :]
    for offset, character in enumerate(chunk):
        if character in _ADMIN and offset >= 1:
            return max(start, start + offset - 4)
    return max(start, end - _ROAD_NAME_MAX)


def _inside_place(text: str, place: int) -> bool:
    character, following = text[place], text[place + 1 : place + 2]
    if character in " ,":
        # "浙江省 杭州市 西湖区": a gap between two levels of one address.
        return place > 0 and text[place - 1] in _ADMIN and following.isalpha()
    if following and following in _PLACE_AFTER.get(character, ""):
        return True
    if character in _SOFT_STOP and any(level in _ADMIN for level in text[max(0, place - 3) : place]):
        return True  # 鼓楼区颐和路: behind a level of the address stands the next one
    return character == "和" and place > 0 and text[place - 1] in _BEFORE_HE
