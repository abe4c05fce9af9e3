"""What only its label tells: record, insurance and other document numbers, accounts; and e-mail by its form."""

import re
from collections.abc import Iterator

from records.masking.kinds import PersonalKind, PersonalSpan

_VALUE = (
    r"(?P<value>(?=[A-Za-z\-]{0,6}\d)(?:[A-Za-z0-9](?:-?[A-Za-z0-9]){3,24}|\d(?: \d){3,24}))"
    r"(?![A-Za-z0-9@年月元块]|\*{4})"  # stars: the beginning of what is shown of a masked number
)
_NUMBER = r"(?:号码|编号|卡号|单号|序号|号|码)"
_IS = r" ?(?:是|为|:|=|#|No\.?){0,2} ?"

_LABELLED = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            PersonalKind.MEDICAL_RECORD,
            r"(?:病历|病案|住院|门诊|就诊|诊疗|登记|检查|检验|影像|标本|条码|条形码|处方|挂号)(?:卡|单|本|证)?"
            + rf"(?:{_NUMBER}|(?<=卡)(?=[ 是为:]|\d{{6}})|(?<=码)(?=[ 是为:]))"
            + _IS
            + _VALUE,
        ),
        (PersonalKind.MEDICAL_RECORD, r"(?:MRN|mrn)" + _IS + _VALUE),
        (
            PersonalKind.INSURANCE,
            r"(?:医保|社保|医疗保险|社会保险|社会保障|参保|保险|新农合|合作医疗)(?:卡|账户|电脑|个人|证|人|单|电子|凭证){0,3}"
            + rf"(?:{_NUMBER}|(?<=[卡证])(?=[ 是为:]|\d{{6}})|(?<=保)(?=:))"
            + _IS
            + _VALUE,
        ),
        (PersonalKind.INSURANCE, r"保单(?:号码?)?" + _IS + _VALUE),
        (
            PersonalKind.ID,
            r"(?:护照|通行证|军官证|居住证|驾驶证|台胞证|回乡证|出生证|证件)" + _NUMBER + "?" + _IS + _VALUE,
        ),
        (PersonalKind.ACCOUNT, rf"(?:[Qq] ?[Qq]|扣扣|企鹅) ?{_NUMBER}?" + _IS + r"(?P<value>\d{5,12})(?!\d)"),
        (
            PersonalKind.ACCOUNT,
            r"(?:[微薇威]信|微x|[Vv][Xx信]|(?<![A-Za-z])[Ww][Xx]|[加+➕] ?[我]?[Vv微]|[Ww]e[Cc]hat"
            r"|抖音|快手|小红书|微博|支付宝|钉钉)"
            r" ?(?:账号|号|ID|id)?" + _IS + r"(?P<value>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![\w@])",
        ),
    )
)

_AT = re.compile(r" ?(?:@|[(\[]at[)\]]) ?", re.IGNORECASE)
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-")
_LOCAL_MAX = 64
_DOMAIN = re.compile(r"(?:[A-Za-z0-9\-]{1,63}[.。]){1,4}[A-Za-z]{2,12}")


def find_labelled(text: str) -> Iterator[PersonalSpan]:
    """Numbers behind a label, in a normalised text."""
    for kind, pattern in _LABELLED:
        for match in pattern.finditer(text):
            yield PersonalSpan(*match.span("value"), kind)


def find_emails(text: str) -> Iterator[PersonalSpan]:
    """E-mail addresses, in a normalised text."""
    for at in _AT.finditer(text):
        start = at.start()
        while start and at.start() - start < _LOCAL_MAX and text[start - 1] in _LOCAL:
            start -= 1
        domain = _DOMAIN.match(text, at.end())
        if start < at.start() and domain:
            yield PersonalSpan(start, domain.end(), PersonalKind.EMAIL)
