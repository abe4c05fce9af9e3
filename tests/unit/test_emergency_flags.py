"""The data of the red flags, and what the loader says when they are wrong."""

from pathlib import Path

import pytest

from care.emergency.flags import RedFlagsInvalid, catalogue, combination, load
from care.emergency.patterns import PatternInvalid, parse
from care.urgency import Urgency

SIGNS = """words:
  胸: [胸口]
signs:
  胸痛:
    - '<胸>..疼'
  出汗: [出汗]
"""
FLAG = """- id: chest
  name: 胸痛
  urgency: call_120
  when: [胸痛 + 出汗]
  advice: [拨打120]
  source: a guideline
"""


def loaded(tmp_path: Path, flags: str = FLAG, signs: str = SIGNS) -> object:
    (tmp_path / "flags.yaml").write_text(flags, encoding="utf-8")
    (tmp_path / "signs.yaml").write_text(signs, encoding="utf-8")
    return load(tmp_path / "flags.yaml", tmp_path / "signs.yaml")


def test_at_least_forty_flags_each_with_source_and_advice() -> None:
    flags = catalogue().flags
    assert len(flags) >= 40
    for flag in flags:
        assert flag.source.strip(), flag.id
        assert flag.advice, flag.id
        assert flag.urgency in (Urgency.CALL_120, Urgency.EMERGENCY)


def test_no_advice_names_a_dose() -> None:
    for flag in catalogue().flags:
        for line in flag.advice:
            assert not any(unit in line for unit in ("毫克", "mg", "毫升", "片药", "粒")), flag.id


def test_suicide_advice_names_the_help_line_and_staying() -> None:
    advice = "".join(next(flag for flag in catalogue().flags if flag.id == "suicide").advice)
    assert "12356" in advice
    assert "陪" in advice


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (FLAG.replace("  source: a guideline\n", ""), "line 1, red flag chest: source is missing"),
        (FLAG.replace("call_120", "soon"), "red flag chest: urgency"),
        (FLAG.replace("胸痛 + 出汗", "胸痛 + 头痛"), "no sign 头痛"),
        (FLAG.replace("胸痛 + 出汗", "胸痛 + |"), "empty place"),
        (FLAG.replace("[胸痛 + 出汗]", "['胸痛 [体重>=3]']"), "is no condition"),
        (FLAG + FLAG, "chest is there twice"),
        (FLAG + "  colour: red\n", "colour is not known"),
        (FLAG + "  name: again\n", "line 1: name is there twice"),
        ("- id: [", "flags.yaml"),
        ("id: chest", "a list of red flags is expected"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, flags: str, complaint: str) -> None:
    with pytest.raises(RedFlagsInvalid, match=complaint.replace("[", r"\[").replace("|", r"\|")):
        loaded(tmp_path, flags)


def test_a_wrong_pattern_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(RedFlagsInvalid, match="line 5, sign 胸痛"):
        loaded(tmp_path, signs=SIGNS.replace("<胸>", "<腹>"))


@pytest.mark.parametrize("source", ["", "..", "(疼", "[", "?", "<胸", "(|)"])
def test_a_pattern_that_says_nothing_is_refused(source: str) -> None:
    with pytest.raises(PatternInvalid):
        parse(source, {"胸": ["胸口"]})


def test_a_combination_is_parsed() -> None:
    line = combination("甲|乙 & 丙 + 丁 [年龄<0.25] - 戊")
    assert line.groups == ((frozenset("甲乙"), frozenset("丙")), (frozenset("丁"),))
    assert line.conditions[0].holds((0.1,))
    assert not line.conditions[0].holds((3.0,))
