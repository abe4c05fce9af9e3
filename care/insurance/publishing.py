"""A policy that an operator wants to publish: checked as at the start of the house, with the line of what is wrong."""

from care.insurance.policy import Policy
from care.insurance.shelf import by_name, in_order, read_policy
from care.published.reading import TextInvalid, read_written

# What pydantic finds, in the words of who edits; its own words where none stand here.
SAID = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，可能写错了字",
    "enum": "不是可以选的值",
    "decimal_parsing": "不是数字",
    "decimal_type": "金额和比例要写成带引号的文字",
    "decimal_max_places": "小数位数太多",
    "greater_than_equal": "不能小于 0",
    "less_than_equal": "不能大于 100%",
    "date_from_datetime_parsing": "不是日期，写成 2026-01-31 的样子",
    "string_pattern_mismatch": "只能用小写字母、数字和连字符",
    "model_type": "这里要分成几项来写",
    # What care.insurance.policy says itself.
    "a float: write money and ratios as text": "金额和比例要写成带引号的文字",
    "not a percentage": "不是百分数",
    "the last tier, and only it, is without an end": "只有最后一段不写 up_to，前面每段都要写",
    "tiers must rise": "各段的 up_to 要一段比一段高",
    "a retired person never gets less": "退休人员的比例不能比在职的低",
    "registering must not make it worse": "备案后不能比不备案扣得多",
    "valid_to is before valid_from": "valid_to 早于 valid_from",
    "every drug class needs its own share": "甲、乙、丙类都要写自付比例",
    "two benefits for one scheme and setting": "同一险种、同一场合写了两份待遇",
    "births are fixed sums: write them under maternity": "生育是定额，请写在 maternity 下面",
    "two fixed sums for one scheme": "同一险种写了两份生育定额",
    "two articles of one id": "有两条说明用了同一个 id",
}


class PolicyInvalid(ValueError):
    """The policy cannot be used; the message says where and why, a line each."""


def check(text: str, name: str, published: dict[str, str]) -> Policy:
    """The policy that ``text`` would be as the document ``name`` beside all others; raises :class:`PolicyInvalid` for
    what is wrong in it and ``PoliciesOverlap`` where it would hold on a day of another."""
    policy = _read(text)
    in_order((by_name(published) | {name: policy}).values())
    return policy


def _read(text: str) -> Policy:
    try:
        return read_written(text, read_policy, said=SAID)
    except TextInvalid as wrong:
        raise PolicyInvalid(str(wrong)) from None
