"""The plans as they are written: readable, safe to say, and every emergency button a red flag."""

import re
from datetime import time

import pytest

from care.emergency.screen import matched
from care.followup.plans import Meaning, Plan, Scale, Unanswered, file_texts, plan_of, read_plan
from care.followup.proposals import SAID, unsafe, weaker
from care.followup.rules import rules
from care.published import refuse_dose, refuse_personal
from care.published.reading import TextInvalid, read_written
from care.texts import catalogue

PLANS = sorted(file_texts())

ONE = """\
id: one
name: 一个计划
for: {departments: [皮肤科], after: 看完病}
source: 一份指南（2022）
unanswered: end
questions:
  - days: [2, 9]
    ask: 好些了吗？
    options:
      - {title: 好些了, means: fine}
      - {title: 更差了, means: soon}
  - days: [2]
    ask: 有多疼？
    scale: {low: 不疼, high: 很疼, soon: 4, at_once: 7}
"""


def written(old: str, new: str) -> str:
    assert old in ONE
    return ONE.replace(old, new)


def test_there_are_plans_for_what_the_house_does() -> None:
    assert {"day_surgery", "diabetes", "fever_child", "hypertension", "rehab_after", "report_repeat", "skin_watch"} <= {
        *PLANS
    }


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_named_as_its_file_and_safe_to_say(name: str) -> None:
    plan = plan_of(file_texts()[name])
    assert plan.id == name
    assert list(unsafe(plan)) == []
    refuse_dose(*plan.told)
    refuse_personal(file_texts()[name])
    # No diagnosis as a fact, no word about drugs, no English where the patient reads.
    assert not any(re.search(r"确诊|您得了|您患|吃药|用药|服药|药", line) for line in plan.told)
    assert not any(re.search(r"[A-Za-z]", line) for line in plan.told)


@pytest.mark.parametrize("name", PLANS)
def test_every_plan_can_bring_a_person(name: str) -> None:
    plan = plan_of(file_texts()[name])
    serious = [
        question
        for question in plan.questions
        if question.free
        or question.photo
        or (question.scale and question.scale.at_once)
        or any(option.means in {Meaning.AT_ONCE, Meaning.EMERGENCY, Meaning.SOON} for option in question.options)
    ]
    assert serious
    assert all(any(option.means is Meaning.FINE for option in one.options) for one in plan.questions if one.options)


def test_what_is_asked_comes_by_day_and_then_as_it_is_written() -> None:
    plan = read_plan(ONE)
    assert [(one.place, one.day, one.question.ask) for one in plan.asked] == [
        (0, 2, "好些了吗？"),
        (1, 2, "有多疼？"),
        (2, 9, "好些了吗？"),
    ]
    assert plan.days == (2, 9)
    assert plan.ask_at == time(10)


@pytest.mark.parametrize(
    ("soon", "at_once", "number", "means"),
    [
        (4, 7, 3, Meaning.FINE),
        (4, 7, 4, Meaning.SOON),
        (4, 7, 6, Meaning.SOON),
        (4, 7, 7, Meaning.AT_ONCE),
        (None, 7, 6, Meaning.FINE),
        (None, 7, 10, Meaning.AT_ONCE),
        (4, None, 10, Meaning.SOON),
        (4, 7, 0, Meaning.FINE),
    ],
)
def test_what_a_number_means(soon: int | None, at_once: int | None, number: int, means: Meaning) -> None:
    assert Scale(low="不疼", high="疼", soon=soon, at_once=at_once).meaning(number) is means


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("unanswered: end\n", "", "第 1 行 unanswered：缺少这一项"),
        ("unanswered: end", "unanswered: never", "第 5 行 unanswered：不是可以选的值"),
        ("unanswered: end", "unanswered: end\ncolour: red", "第 6 行 colour：没有这一项，可能写错了字"),
        ("days: [2, 9]", "days: [9, 2]", "第 7 行 questions.0：days 要从小到大，不能重复"),
        ("days: [2, 9]", "days: [0]", "第 7 行 questions.0.days.0：数字太小了"),
        ("days: [2, 9]", "days: [400]", "第 7 行 questions.0.days.0：数字太大了"),
        ("days: [2, 9]", "days: 2", "第 7 行 questions.0.days：这里要写成列表"),
        ("    scale: {", "    free: soon\n    scale: {", "第 12 行 questions.1：每个问题要有"),
        ("soon: 4, at_once: 7", "soon: 7, at_once: 4", "第 14 行 questions.1.scale：at_once 要比 soon 的分数高"),
        (", soon: 4, at_once: 7", "", "第 14 行 questions.1.scale：要写明从几分起请医护人员看"),
        ("皮肤科", "算命科", "第 3 行 for.departments：没有“算命科”这个科室"),
        ("title: 更差了", "title: 好些了", "第 7 行 questions.0：选项不能一样"),
        ("title: 更差了", "title: '3'", "第 11 行 questions.0.options.1.title：选项不能只是数字"),
        ("means: soon", "means: later", "第 11 行 questions.0.options.1.means：不是可以选的值"),
        ("id: one", "id: 第一个", "第 1 行 id：只能用小写字母"),
        ("unanswered: end", 'unanswered: end\nask_at: "22:00"', "第 6 行 ask_at：提问时间要在早上8点到晚上9点之间"),
        ("unanswered: end", "unanswered: end\nask_at: 10:30", '第 6 行 ask_at：时间要写成带引号的样子："09:30"'),
        ("days: [2, 9]", "days: [2, 9", "写法不对"),
        ("id: one", "id: &a one", "写法不对"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, said: str) -> None:
    if new == "id: &a one":
        new, said = "id: &a one\nnote: *a", "不能用 & 和 * 引用，请把内容写全"
    with pytest.raises(TextInvalid) as told:
        read_written(written(old, new), read_plan, said=SAID)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("title", "means", "said"),
    [
        ("伤口有点渗水", "emergency", "选项“伤口有点渗水”标为 emergency，但自己打字说出来不会触发红旗"),
        ("胸口疼，喘不上气", "soon", "选项“胸口疼，喘不上气”说的是急症，会触发红旗，请标为 emergency"),
        ("不要随访了", "fine", "选项“不要随访了”和退订随访的说法一样"),
    ],
)
def test_a_button_says_what_its_words_mean(title: str, means: str, said: str) -> None:
    plan = read_plan(written("{title: 更差了, means: soon}", f"{{title: {title}, means: {means}}}"))
    assert any(line.startswith(said) for line in unsafe(plan)), list(unsafe(plan))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("means: soon", "means: fine", "回答“更差了”不再那么急：soon 改为 fine"),
        ("title: 更差了", "title: 差一点", "删去或改写了需要医护人员处理的回答：更差了"),
        ("days: [2, 9]", "days: [2]", "“好些了吗？”不再在第 9 天问"),
        ("ask: 好些了吗？", "ask: 今天呢？", "删去或改写了问题：好些了吗？"),
        ("soon: 4", "soon: 5", "“有多疼？”回答 4 分时不再那么急"),
        ("unanswered: case", "unanswered: end", "患者一直不回答时，不再建立病例"),
        ("unanswered: case", "unanswered: case\nretired: true", "停用后，不能再为患者启动这个计划"),
    ],
)
def test_in_what_a_change_watches_less_closely(old: str, new: str, said: str) -> None:
    before = ONE.replace("unanswered: end", "unanswered: case")
    assert list(weaker(read_plan(before), read_plan(before.replace(old, new)))) == [said]


def test_what_watches_more_closely_is_not_held_against_it() -> None:
    closer = ONE.replace("soon: 4, at_once: 7", "soon: 2, at_once: 5").replace("means: soon", "means: at_once")
    assert list(weaker(read_plan(ONE), read_plan(closer))) == []
    assert list(weaker(None, read_plan(ONE))) == []


def test_sentences_are_plain_and_carry_no_dose() -> None:
    said = {key: value for key, value in catalogue().items() if key.startswith("followup.")}
    assert len(said) > 20
    refuse_dose(*said.values())
    assert "120" in said["followup.answer.at_once"]
    assert "退订随访" in said["followup.told.stop"]


def test_the_rules_have_reasons() -> None:
    assert rules().remind_after.total_seconds() == 24 * 3600
    assert all(len(limit.reason) > 10 for limit in (rules().remind_after_hours, rules().consent_days))


def test_an_emergency_of_every_plan_alarms_also_in_the_middle_of_a_sentence() -> None:
    found = [
        option.title
        for name in PLANS
        for question in plan_of(file_texts()[name]).questions
        for option in question.options
        if option.means is Meaning.EMERGENCY
    ]
    assert len(found) >= 6
    assert [title for title in found if not matched(f"你好，{title}，怎么办")] == []


def test_a_plan_says_what_becomes_of_silence() -> None:
    assert {plan_of(file_texts()[name]).unanswered for name in PLANS} == set(Unanswered)
    assert isinstance(read_plan(ONE), Plan)
