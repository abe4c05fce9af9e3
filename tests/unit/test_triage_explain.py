"""An explanation tells the numbers of the assessment itself."""

import json
import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from care.triage import Evidence, assess
from care.triage.classifier import get_classifier
from care.triage.explain import explain
from care.triage.questions import questions
from cli.explained import PATIENT, STEPS
from cli.main import app

FEVERISH = Evidence(("孩子三岁，发烧39度两天，不咳嗽，肚子疼",))


@pytest.mark.parametrize(
    "evidence",
    [
        FEVERISH,
        Evidence(("突然胸口压着疼，一身冷汗",), age_years=60.0),
        Evidence(("小肚子隐隐胀痛",), sex="female", pregnant=True),
        Evidence(("尿频尿急",), sex="male", recent_departments=("泌尿外科",)),
        Evidence(("头疼",), answers={"headache_danger": "yes"}),
        Evidence(("",)),
    ],
)
def test_the_steps_end_where_the_assessment_does(evidence: Evidence) -> None:
    found, explained = assess(evidence), explain(evidence)
    assert explained.urgency == found.urgency
    for one, told in zip(found.departments, explained.departments, strict=False):
        assert told.name == one.name
        assert told.steps[0].step == "words"
        assert math.isclose(told.steps[-1].probability, one.probability, abs_tol=1e-4)
    assert {step.step for told in explained.departments for step in told.steps} <= set(STEPS)
    assert set(explained.patient) <= set(PATIENT)


def test_what_the_words_add_is_what_the_model_scores() -> None:
    model = get_classifier()
    text = "胃胀反酸，吃完饭烧心"
    scores = model.scores(model.read(text)) / model.temperature
    added = sum(model.weighed(text).values())
    one, other = model.names.index("消化内科"), model.names.index("骨科")
    alone = (model.intercepts[one] - model.intercepts[other]) / model.temperature
    assert math.isclose(scores[one] - scores[other], added[one] - added[other] + alone, rel_tol=1e-4)


def test_words_denied_are_told_as_denied() -> None:
    heard = {one.words: one for one in explain(FEVERISH).heard}
    assert heard["咳嗽"].denied
    assert not heard["发烧"].denied


def test_rules_name_what_held_and_their_source() -> None:
    rule = next(rule for rule in explain(FEVERISH).rules if rule.id == "fever_high")
    assert rule.because == ("temperature=39",)
    assert "NICE" in rule.source


def test_red_flags_come_with_their_source() -> None:
    flags = explain(Evidence(("突然右边手脚没力气，嘴歪，说话不清",), age_years=68)).red_flags
    assert flags
    assert all(flag.source for flag in flags)


def test_each_answer_leads_where_the_explanation_says() -> None:
    evidence = Evidence(("胸口闷",), age_years=45.0)
    asked = explain(evidence).question
    assert asked is not None
    for option, outcome in zip(questions()[asked.id].options, asked.outcomes, strict=True):
        found = assess(replace(evidence, answers={asked.id: option.value}))
        assert (str(found.urgency), found.departments[0].name) == (outcome.urgency, outcome.department)


def test_one_complaint_is_explained_to_be_read() -> None:
    told = CliRunner().invoke(app, ["triage", "--explain", "发烧39度，没有咳嗽", "--age", "30"]).stdout
    assert "否认咳嗽" in told
    assert "fever_high" in told
    assert "为什么问" in told


def test_json_lines_are_explained_as_json_lines() -> None:
    lines = json.dumps({"text": "胃胀反酸"}) + "\n" + json.dumps({"text": "头疼", "age_years": 30}) + "\n"
    out = CliRunner().invoke(app, ["triage", "--explain"], input=lines).stdout
    answers = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert [answer["patient"].get("age_years") for answer in answers] == [None, 30]
    assert answers[0]["departments"][0]["name"] == "消化内科"


def test_one_complaint_as_json() -> None:
    out = CliRunner().invoke(app, ["triage", "--explain", "--json", "胃胀反酸"]).stdout
    assert json.loads(out)["departments"][0]["words"]
