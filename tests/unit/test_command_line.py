"""The command line's JSON lines: one out for one in, whatever comes in."""

import json
import subprocess
import sys
from io import StringIO

import pytest

from cli.jsonl import process
from cli.mask import mask_line


def answers(*lines: str | bytes) -> list[dict[str, object]]:
    out, progress = StringIO(), StringIO()
    process(lines, answer=mask_line, out=out, progress=progress)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_mask_tells_text_and_spans_of_the_input() -> None:
    assert answers('{"text": "我叫张伟，电话１３８００１３８０００"}') == [
        {
            "text": "我叫张**，电话138****8000",
            "spans": [[2, 4, "NAME"], [7, 18, "PHONE"]],
            "level": 3,
            "sensitive": [],
        }
    ]


def test_mask_tells_the_level_and_what_is_of_level_five() -> None:
    [answer] = answers('{"text": "头疼，我有艾滋病"}')
    assert (answer["level"], answer["sensitive"]) == (5, [[3, 8, "hiv"]])


@pytest.mark.parametrize(
    "bad",
    ["", "not json", "[]", "{}", '{"text": 1}', '{"text": "a", "age_years": -1}', b"\xff\xfe", '{"text": "\\ud800"}'],
)
def test_a_bad_line_is_an_error_in_its_place(bad: str | bytes) -> None:
    first, second, third = answers('{"text": "a"}', bad, '{"text": "b"}')
    assert first["text"] == "a"
    assert str(second["error"]).startswith("line 2: ")
    assert second["line"] == 2
    assert third["text"] == "b"


def test_an_error_does_not_repeat_the_line() -> None:
    [answer] = answers('{"text": {"of": "13800138000"}}')
    assert "13800138000" not in json.dumps(answer)


def test_unknown_fields_are_let_pass() -> None:
    [answer] = answers('{"text": "头疼", "age_years": 3.5, "sex": "male", "label": "x"}')
    assert answer == {"text": "头疼", "spans": [], "level": 3, "sensitive": []}


def test_a_failing_answer_is_one_line_not_the_end() -> None:
    out = StringIO()
    failed = process(['{"text": "13800138000"}'] * 2, answer=lambda line: {}[line.text], out=out, progress=StringIO())
    assert failed == 2
    assert "13800138000" not in out.getvalue()


def test_the_program_itself() -> None:
    lines = '{"text": "电话13800138000"}\nnonsense\n'.encode()
    done = subprocess.run([sys.executable, "-m", "cli", "mask"], input=lines, capture_output=True, check=True)
    first, second = (json.loads(line) for line in done.stdout.decode().splitlines())
    assert first["text"] == "电话138****8000"
    assert second["line"] == 2
    assert "2 lines" in done.stderr.decode()
