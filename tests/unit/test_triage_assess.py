"""``assess``: pure, stateless, fast, and never at a loss for an answer."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.triage import Evidence, assess
from care.triage.questions import questions
from care.triage.urgency import ORDER
from care.urgency import Urgency
from language.departments import all_departments


def names(text: str, **known: object) -> list[str]:
    return [one.name for one in assess(Evidence((text,), **known)).departments]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "known", "department"),
    [
        ("脸上长痘痘半年了", {}, "皮肤科"),
        ("腰疼腿麻弯不下腰", {}, "骨科"),
        ("白带多外阴痒", {}, "妇科"),
        ("胃胀反酸烧心", {}, "消化内科"),
        ("尿频尿急尿不尽", {"sex": "male"}, "泌尿外科"),
        ("耳朵嗡嗡响", {}, "耳鼻喉科"),
        ("牙龈肿痛", {}, "口腔科"),
        ("咳嗽有痰", {"age_years": 4.0}, "小儿内科"),  # a child goes to paediatrics
        ("咳嗽有痰", {"age_years": 40.0}, "呼吸内科"),  # a grown-up does not
        ("孩子5岁皮肤起红疹", {}, "皮肤科"),  # unless the organ clearly has its own department
        ("孩子牙疼蛀牙", {}, "口腔科"),
        ("宝宝出生十天黄疸没退", {}, "新生儿科"),
        ("小肚子隐隐胀痛", {"pregnant": True, "sex": "female"}, "产科"),
        ("感冒2周了还咳嗽", {}, "呼吸内科"),  # weeks by themselves are no pregnancy
        ("头疼一周了", {}, "神经内科"),
        ("长了湿疹，抹了糠酸莫米松不管用", {}, "皮肤科"),  # a drug speaks too
    ],
)
def test_the_first_department(text: str, known: dict[str, object], department: str) -> None:
    assert names(text, **known)[0] == department


def test_men_are_not_sent_to_gynaecology() -> None:
    found = {one.name: one.probability for one in assess(Evidence(("下腹坠胀，下面有分泌物",), sex="male")).departments}
    assert found.get("妇科", 0) < 0.1


def test_an_emergency_goes_to_the_emergency_department_first() -> None:
    found = assess(Evidence(("突然右边手脚没力气，嘴歪，说话不清",), age_years=68))
    assert found.urgency == Urgency.CALL_120
    assert found.departments[0].name == "急诊科"
    assert found.red_flags
    assert found.question is None


@pytest.mark.parametrize(
    "text",
    ["", " ", "😀😀😀", "my dog is limping", "asdkjh 123", "我家狗狗不吃饭一直吐", "'; DROP TABLE x; --", "<script>"],
)
def test_next_to_nothing_gives_a_general_practitioner_with_little_belief(text: str) -> None:
    found = assess(Evidence((text,)))
    assert found.departments[0].name == "全科医学科"
    assert found.departments[0].probability < 0.5
    assert found.urgency == Urgency.OUTPATIENT


def test_nothing_said_is_asked_where_it_hurts() -> None:
    question = assess(Evidence(())).question
    assert question is not None
    assert question.id == "where"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(max_size=200), max_size=4),
    st.one_of(st.none(), st.floats(min_value=0, max_value=120)),
    st.sampled_from([None, "male", "female", "other"]),
)
def test_no_text_raises(texts: list[str], age: float | None, sex: str | None) -> None:
    found = assess(Evidence(tuple(texts), age_years=age, sex=sex))
    assert found.departments
    assert sum(one.probability for one in found.departments) <= 1 + 1e-3
    assert {one.name for one in found.departments} <= {department.name for department in all_departments()}
    assert [one.probability for one in found.departments] == sorted(
        (one.probability for one in found.departments), reverse=True
    )


@pytest.mark.parametrize("text", ["啊" * 100_000, "肚子疼，" * 25_000, "a" * 100_000, "头\n" * 50_000, "没有" * 50_000])
def test_a_hundred_thousand_characters_are_read_in_time(text: str) -> None:
    began = time.perf_counter()
    assert assess(Evidence((text,))).departments
    assert time.perf_counter() - began < 3


def test_the_same_evidence_gives_the_same_answer() -> None:
    evidence = Evidence(("头晕恶心两天",), age_years=50)
    assert assess(evidence) == assess(replace(evidence))


def test_an_ordinary_message_takes_milliseconds() -> None:
    evidence = Evidence(("最近一个星期总是头晕，早上起来明显，没有恶心，血压有点高",), age_years=50)
    assess(evidence)
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        assess(evidence)
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[10] < 0.1  # 20 ms on a free machine; CI shares its cores


def walk(evidence: Evidence, choice: int) -> list[str]:
    """Ids of the questions of a conversation in which the ``choice``-th option is always taken."""
    asked: list[str] = []
    while (question := assess(evidence).question) is not None:
        asked.append(question.id)
        option = question.options[choice % len(question.options)]
        evidence = replace(evidence, answers={**evidence.answers, question.id: option.value})
    return asked


@pytest.mark.parametrize(
    "text", ["", "肚子疼", "胸口疼", "头疼", "孩子发烧", "咳嗽", "下面痒", "身上起疹子", "腰疼", "心情不好睡不着"]
)
@pytest.mark.parametrize("choice", [0, 1, -1, -2])
def test_at_most_five_questions_and_none_twice(text: str, choice: int) -> None:
    asked = walk(Evidence((text,)), choice)
    assert len(asked) <= 5
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("text", ["肚子疼", "胸口闷", "头疼", "孩子发烧", "身上起疹子", "尿痛"])
def test_no_question_is_asked_whose_answers_change_nothing(text: str) -> None:
    evidence = Evidence((text,))
    before = assess(evidence)
    assert before.question is not None
    results = set()
    for option in before.question.options:
        after = assess(replace(evidence, answers={before.question.id: option.value}))
        results.add((after.urgency, tuple((one.name, round(one.probability, 1)) for one in after.departments[:3])))
    assert len(results) > 1


@pytest.mark.parametrize(
    ("text", "question", "answer", "urgency"),
    [
        ("胸口疼", "chest_danger", "yes", Urgency.CALL_120),
        ("头疼", "headache_danger", "yes", Urgency.EMERGENCY),
        ("头晕", "dizzy_danger", "yes", Urgency.CALL_120),
        ("睾丸疼", "testis_danger", "yes", Urgency.EMERGENCY),
        ("孩子发烧", "child_spirit", "bad", Urgency.EMERGENCY),
        ("肚子疼", "belly_danger", "yes", Urgency.EMERGENCY),
    ],
)
def test_an_answer_can_make_it_an_emergency(text: str, question: str, answer: str, urgency: Urgency) -> None:
    found = assess(Evidence((text,), answers={question: answer}))
    assert ORDER.index(found.urgency) <= ORDER.index(urgency)
    assert found.departments[0].name == "急诊科"


def test_an_unknown_answer_is_let_pass() -> None:
    assert assess(Evidence(("头疼",), answers={"no_such": "x", "headache_danger": "no_such"})).departments


def test_the_rationale_names_the_patients_words_and_no_diagnosis() -> None:
    found = assess(Evidence(("这两天胃胀反酸",)))
    assert "反酸" in found.rationale
    assert "消化内科" in found.rationale
    assert not any(word in found.rationale for word in ("您得了", "确诊", "毫克", "mg"))


def test_questions_are_well_formed() -> None:
    for question in questions().values():
        assert len(question.options) >= 2
        assert abs(sum(option.share for option in question.options) - 1) < 0.011, question.id
        assert len({option.value for option in question.options}) == len(question.options)
        assert len(question.text) <= 45
        assert question.reason
