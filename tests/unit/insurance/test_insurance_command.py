"""``xinglin insurance``: questions and cases in, sums with their policy out, one for one."""

import json
import subprocess
import sys
from io import StringIO

from cli.insurance import InsuranceLine, answer
from cli.jsonl import process


def answers(*lines: object) -> list[dict[str, object]]:
    out = StringIO()
    process((json.dumps(line) for line in lines), answer=answer, shape=InsuranceLine, out=out, progress=StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_question_and_a_case_come_to_the_same_sum() -> None:
    day = "2026-11-22"
    case = {"scheme": "resident", "setting": "inpatient", "amount": "20000"}
    said, given = answers({"text": "我是居民医保,住院花了两万能报多少", "on": day}, {"case": case, "on": day})
    for name in ("kind", "steps", "bill", "fund", "own", "policy_id"):
        assert said[name] == given[name], name
    assert (said["fund"], said["own"], said["policy_id"], said["sample"]) == (
        "11850.00",
        "8150.00",
        "sample-2026",
        True,
    )


def test_the_day_of_asking_chooses_the_policy() -> None:
    line = {"case": {"scheme": "resident", "setting": "inpatient", "amount": "20000"}}
    then, now, before = answers(*(line | {"on": on} for on in ("2025-05-01", "2026-05-01", "2024-05-01")))
    assert (then["policy_id"], now["policy_id"]) == ("sample-2025", "sample-2026")
    assert then["fund"] != now["fund"]
    assert "error" in before or before["kind"] == "silent"


def test_what_is_wrong_is_an_error_in_its_place() -> None:
    bad, floating, good = answers(
        {"case": {"amount": "-3"}}, {"case": {"scheme": "king"}}, {"text": "异地就医怎么备案", "on": "2026-05-01"}
    )
    assert "error" in bad
    assert "error" in floating
    assert good["kind"] == "article"


def test_the_program_itself() -> None:
    line = '{"text": "职工医保三级医院起付线多少"}\n'.encode()
    done = subprocess.run([sys.executable, "-m", "cli", "insurance"], input=line, capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert told["kind"] == "terms"
    assert ["住院", "¥900.00（每次住院；第2次¥450.00）"] in told["steps"]
