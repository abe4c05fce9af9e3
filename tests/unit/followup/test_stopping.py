"""Which words stop a follow-up: a few exact ones, and nothing that only speaks of it."""

import pytest

from care.followup import wants_to_stop


@pytest.mark.parametrize(
    "said",
    [
        "退订随访",
        "退订",
        "TD",
        "不要再随访",
        "不要再随访了。",
        "别再随访我了",
        "停止随访",
        "请停止回访",
        "取消随访",
        "我不想再收到随访",
        "不需要随访",
        "我以后不要随访了，谢谢",
        "随访不要了",
        "麻烦不要再给我发随访消息了",
        "不要再问我随访问题了",
    ],
)
def test_no_more(said: str) -> None:
    assert wants_to_stop(said)


@pytest.mark.parametrize(
    "said",
    [
        "随访",
        "什么是随访",
        "医生说要随访",
        "不要停",
        "停药了",
        "不要",
        "取消",
        "取消预约",
        "随访的问题在哪里回答",
        "能不能不做手术，只随访",
        "我不是不想随访，是没时间去医院复查怎么办呢",
        "",
    ],
)
def test_only_speaking_of_it_is_no_wish(said: str) -> None:
    assert not wants_to_stop(said)
