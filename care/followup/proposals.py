"""A plan is changed by two clinicians: what a change must hold, and in what it would watch less closely."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from care.emergency.screen import matched
from care.followup.in_force import known
from care.followup.plans import Meaning, Plan, Question, Unanswered, read_plan
from care.followup.stopping import wants_to_stop
from care.published import (
    NothingChanged,
    Proposals,
    UnknownDocument,
    Version,
    refuse_dose,
    refuse_personal,
)
from care.published.reading import TextInvalid, read_written
from records.audit import Action
from records.published import DocumentKind, ProposalState

ORDER = tuple(Meaning)

# What pydantic finds, in the words of who edits; the plan's own words stand in ``care.followup.plans``.
SAID = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，可能写错了字",
    "enum": "不是可以选的值",
    "literal_error": "不是可以选的值",
    "string_type": "这里要写文字",
    "string_too_short": "太短了",
    "string_too_long": "太长了",
    "string_pattern_mismatch": "只能用小写字母、数字和下划线，以字母开头",
    "int_type": "这里要写整数",
    "int_parsing": "这里要写整数",
    "int_from_float": "这里要写整数",
    "bool_parsing": "这里要写 true 或 false",
    "greater_than_equal": "数字太小了",
    "less_than_equal": "数字太大了",
    "tuple_type": "这里要写成列表",
    "too_short": "至少要有一项",
    "too_long": "太多了",
    "time_parsing": '时间要写成带引号的样子："09:30"',
    "model_type": "这里要分成几项来写",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A change that can be used, and, in plain words, in what it watches less closely than what is in force."""

    plan: Plan
    weaker: tuple[str, ...]


def in_force(session: Session, plan_id: str) -> Version:
    """The version of a plan that is in force; an empty one for a plan that would be new."""
    try:
        return known(session, plan_id)
    except UnknownDocument:
        return Version(0, "")


def check(session: Session, plan_id: str, text: str) -> Checked:
    """What a change of ``plan_id`` to ``text`` would mean.

    Raises ``TextInvalid``, ``NothingChanged``, and what ``care.published`` raises for personal data and doses.
    """
    stands = in_force(session, plan_id)
    plan = read_written(text, read_plan, said=SAID)
    if plan.id != plan_id:
        raise TextInvalid(f"id 要写 {plan_id}，不能改")
    if text.split() == stands.text.split():
        raise NothingChanged
    refuse_personal(text)
    refuse_dose(*plan.told)
    if wrong := list(unsafe(plan)):
        raise TextInvalid("\n".join(wrong))
    return Checked(plan, tuple(weaker(_readable(stands.text), plan)))


def unsafe(plan: Plan) -> Iterator[str]:
    """What in a plan would miss an emergency: the words of an emergency button must raise a red flag wherever they
    are typed, and no other button's words may."""
    for question in plan.questions:
        for option in question.options:
            alarms = bool(matched(option.title))
            if option.means is Meaning.EMERGENCY and not alarms:
                yield f"选项“{option.title}”标为 emergency，但自己打字说出来不会触发红旗，请换成患者会说的话"
            if option.means is not Meaning.EMERGENCY and alarms:
                yield f"选项“{option.title}”说的是急症，会触发红旗，请标为 emergency"
            if wants_to_stop(option.title):
                yield f"选项“{option.title}”和退订随访的说法一样，请换一种说法"


def weaker(before: Plan | None, after: Plan) -> Iterator[str]:
    """In what ``after`` watches less closely than ``before``."""
    if before is None:
        return
    if after.retired and not before.retired:
        yield "停用后，不能再为患者启动这个计划"
    if before.unanswered is Unanswered.CASE and after.unanswered is Unanswered.END:
        yield "患者一直不回答时，不再建立病例"
    now = {question.ask: question for question in after.questions}
    for question in before.questions:
        stays = now.get(question.ask)
        if stays is None:
            yield f"删去或改写了问题：{question.ask}"
            continue
        if fewer := [str(day) for day in question.days if day not in stays.days]:
            yield f"“{question.ask}”不再在第 {'、'.join(fewer)} 天问"
        yield from _answers_weaker(question, stays)


def _answers_weaker(before: Question, after: Question) -> Iterator[str]:
    for option in before.options:
        if option.means is Meaning.FINE:
            continue
        stays = after.option(option.title)
        if stays is None:
            yield f"删去或改写了需要医护人员处理的回答：{option.title}"
        elif ORDER.index(stays.means) < ORDER.index(option.means):
            yield f"回答“{option.title}”不再那么急：{option.means} 改为 {stays.means}"
    if before.scale is not None:
        for number in range(11):
            means = after.scale.meaning(number) if after.scale else Meaning.FINE
            if ORDER.index(means) < ORDER.index(before.scale.meaning(number)):
                yield f"“{before.ask}”回答 {number} 分时不再那么急"
                return
    if after.optional and not before.optional:
        yield f"“{before.ask}”可以不回答：不再提醒，也不建立病例"
    if before.free is not None and after.free != before.free and after.free is not Meaning.AT_ONCE:
        yield f"“{before.ask}”的文字回答不再那么急"


def _readable(text: str) -> Plan | None:
    try:
        return read_written(text, read_plan, said=SAID) if text else None
    except TextInvalid:
        return None


PROPOSALS = Proposals(
    kind=DocumentKind.FOLLOW_UP_PLAN,
    subject="follow_up_plan",
    in_force=in_force,
    check=check,
    actions={
        ProposalState.PROPOSED: Action.PROPOSE_FOLLOW_UP_PLAN,
        ProposalState.APPROVED: Action.APPROVE_FOLLOW_UP_PLAN,
        ProposalState.REFUSED: Action.REFUSE_FOLLOW_UP_PLAN,
        ProposalState.WITHDRAWN: Action.WITHDRAW_FOLLOW_UP_PLAN,
    },
)
