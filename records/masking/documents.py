"""Numbers known by their form: passports, permits, officers' cards, plates; e-mail addresses as they are said."""

import re
from collections.abc import Iterator

from records.masking.kinds import PersonalKind, PersonalSpan

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][·•. \-]?"
    r"(?P<number>[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])"
)
_PLATE_DIGITS = 3
_LABELLED = re.compile(
    r"(?:护照|passport|通行证|回乡证|台胞证|返乡证|居住证|居留证|永居|军官证|士兵证|文职证|警官证|学生证|工作证|驾照|驾驶证|出生证)"
    r"[^\dA-Za-z\n]{0,10}(?:no\.?|number)?[^\dA-Za-z\n]{0,4}(?P<value>[A-Za-z]{0,3}\d{6,18}[A-Za-z]?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_FORMS = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{1,2}\d{6}\([0-9A]\)"  # Hong Kong identity card
    r"|[军南北沈兰成济广海空后总参陆火武士文战联][字政后装参联]?字?第 ?\d{6,9} ?号"  # officers and soldiers
    r"|(?<![A-Za-z0-9])[A-Z]{3}\d{12}(?!\d)"  # permanent residence of foreigners
)
_NUMERAL = "零〇一二三四五六七八九幺"
_KNOWN = (
    r"(?:qq|163|126|139|189|188|sina|sohu|gmail|outlook|hotmail|live|yahoo|foxmail|icloud|aliyun|yeah|21cn|tom"
    r"|一六三|幺六三|一二六|新浪|搜狐)"
)
_TOP = r"(?:com|cn|net|org|edu)(?:\.cn)?"
_SAID_MAIL = re.compile(
    rf"[A-Za-z0-9{_NUMERAL}][A-Za-z0-9._\-{_NUMERAL}点]{{1,39}} ?(?:艾特|爱特|圈[aA]|小老鼠|@|#|[(\[]at[)\]]| at ) ?"
    rf"{_KNOWN} ?(?:\.|。|点|dot|\(dot\)) ?{_TOP}(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def find_documents(text: str) -> Iterator[PersonalSpan]:
    """Spans in a normalised text."""
    for match in _FORMS.finditer(text):
        yield PersonalSpan(*match.span(), PersonalKind.ID)
    for match in _LABELLED.finditer(text):
        yield PersonalSpan(*match.span("value"), PersonalKind.ID)
    for match in _PLATE.finditer(text):
        if sum(character.isdigit() for character in match["number"]) >= _PLATE_DIGITS:
            yield PersonalSpan(*match.span(), PersonalKind.PLATE)


def find_said_emails(text: str) -> Iterator[PersonalSpan]:
    """E-mail addresses with words for their marks, in a normalised text."""
    for match in _SAID_MAIL.finditer(text):
        yield PersonalSpan(*match.span(), PersonalKind.EMAIL)
