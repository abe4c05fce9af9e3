"""A pasted discharge letter or record: what it tells happened in a hospital, mostly long ago; no complaint of now."""

import re

HEADINGS = (
    "出院小结|出院记录|出院诊断|入院诊断|入院情况|入院记录|出院情况|出院医嘱|诊疗经过|治疗经过|住院经过|主诉|现病史|既往史|个人史|家族史|婚育史"
    "|体格检查|辅助检查|初步诊断|诊断意见|影像所见|检查所见|影像诊断|手术名称|手术记录|病理诊断|病程记录|姓名|门诊号|住院号"
)
_HEADING = re.compile(rf"^[ \t【\[（(\d.、一二三四五六七八九十]{{0,6}}(?:{HEADINGS})[】\]）)]?[ \t]*(?:[:,，]|$)")
LEAST_HEADINGS = 3


def without_letter(text: str) -> str:
    """``text`` (in its plain form) without the lines of a letter in it; the same text when there is none.

    A letter runs from the first line that begins with a heading to the last; what stands before and behind is the
    patient's own.
    """
    lines = text.split("\n")
    headed = [number for number, line in enumerate(lines) if _HEADING.match(line)]
    if len(headed) < LEAST_HEADINGS:
        return text
    return "\n".join(lines[: headed[0]] + lines[headed[-1] + 1 :])
