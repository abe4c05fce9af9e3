"""Every word that the engine can answer has a sentence; none is a grade, a dose or a diagnosis."""

import re

import pytest

from care.texts import catalogue, text
from settings import ROOT

GATE = (ROOT / "vision" / "rehab" / "gate.py").read_text(encoding="utf-8")


def members(name: str) -> list[str]:
    """The values of one of the gate's enums, read from its source: the house imports nothing of the engine."""
    body = GATE.split(f"class {name}(StrEnum):")[1].split("\n\n\n")[0]
    return re.findall(r'^    [A-Z_]+ = "(\w+)"', body, flags=re.MULTILINE)


@pytest.mark.parametrize("problem", members("Problem"))
def test_every_problem_says_what_to_do(problem: str) -> None:
    said = text(f"rehab.refused.{problem}", title="深蹲", done="左侧", wanted="右侧")
    assert said.endswith("。")
    assert len(said) <= 60


@pytest.mark.parametrize("note", members("Note"))
def test_every_note_is_told(note: str) -> None:
    assert text(f"rehab.result.note.{note}").endswith("。")


def test_the_gate_was_read() -> None:
    assert len(members("Problem")) >= 11
    assert len(members("Note")) >= 5


def test_sentences_are_short_and_without_jargon() -> None:
    said = {key: value for key, value in catalogue().items() if key.startswith("rehab.")}
    assert len(said) > 60
    for key, value in said.items():
        for sentence in re.split("[。！？\n]", value):
            assert len(sentence) <= 60, key
        assert not re.search("诊断|处方|毫克|评级|ROM|关节活动度", value), key
