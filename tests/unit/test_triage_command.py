"""``xinglin triage``: one JSON line in, one out."""

import json

from typer.testing import CliRunner

from cli.main import app


def test_one_answer_a_line() -> None:
    lines = [{"text": "头晕，面色苍白"}, {"text": "发烧", "age_years": 0.1, "sex": "male"}, {"text": ""}]
    result = CliRunner().invoke(app, ["triage"], input="\n".join(json.dumps(line) for line in lines) + "\n")
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert [set(answer) for answer in answers] == [{"urgency", "departments"}] * 3
    assert answers[1]["urgency"] in ("emergency", "call_120")
    for answer in answers:
        belief = [one["probability"] for one in answer["departments"]]
        assert belief == sorted(belief, reverse=True)
        assert sum(belief) <= 1.0001
        assert set(answer["departments"][0]) == {"name", "parent", "probability"}
