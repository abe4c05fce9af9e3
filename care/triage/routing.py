"""Departments by what the text cannot tell a model: age, sex, pregnancy, an emergency.

Every rule moves belief between departments; none invents it. Source of the age limit:
国家卫健委《诊疗科目名录》儿科, and the usage of Chinese hospitals (儿科 sees patients below 14).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from care.triage.classifier import Vector
from care.triage.reading import Reading
from care.urgency import Urgency

# Of an ill child's belief in a department, the share that goes to paediatrics.
TO_PAEDIATRICS = {
    "心血管内科": 0.9,
    "呼吸内科": 0.97,
    "消化内科": 0.97,
    "神经内科": 0.9,
    "内分泌科": 0.8,
    "肾内科": 0.9,
    "血液内科": 0.8,
    "风湿免疫科": 0.8,
    "老年医学科": 1.0,
    "全科医学科": 1.0,
    "感染科": 0.6,
    "肝病科": 0.6,
    "急诊科": 0.2,
    "中医科": 0.5,
    "产科": 0.9,
    "精神心理科": 0.3,
    "耳鼻喉科": 0.3,
    "妇科": 0.4,
    "肿瘤内科": 0.4,
}
TO_CHILD_SURGERY = {
    "普外科": 0.3,
    "泌尿外科": 0.3,
    "肛肠外科": 0.3,
    "男科": 0.8,
    "神经外科": 0.2,
    "心胸外科": 0.5,
    "骨科": 0.1,
}
# Of a pregnant woman's belief in a department, the share that goes to obstetrics.
TO_OBSTETRICS = {
    "妇科": 0.75,
    "消化内科": 0.5,
    "呼吸内科": 0.4,
    "心血管内科": 0.4,
    "内分泌科": 0.5,
    "肾内科": 0.5,
    "血液内科": 0.5,
    "神经内科": 0.4,
    "全科医学科": 0.7,
    "普外科": 0.3,
    "泌尿外科": 0.4,
    "骨科": 0.3,
    "肝病科": 0.3,
    "精神心理科": 0.2,
    "小儿内科": 0.7,
    "新生儿科": 0.8,
    "儿童保健科": 0.8,
    "生殖医学科": 0.4,
    "感染科": 0.3,
    "皮肤科": 0.15,
    "男科": 1.0,
}
NOT_FOR_MEN = ("妇科", "产科", "计划生育科", "妇科肿瘤科")
NOT_FOR_WOMEN = ("男科",)
ONLY_FOR_CHILDREN = ("小儿内科", "小儿外科", "新生儿科", "儿童保健科")
URGENT = frozenset({Urgency.CALL_120, Urgency.EMERGENCY})
EMERGENCY_SHARE = 0.6
"""Share of belief that the emergency department takes at once when somebody must not wait."""
VAGUE_SHARE, ANIMAL_SHARE = 0.3, 0.45
GROWN_UP = 18.0


def _move(belief: Vector, at: dict[str, int], shares: dict[str, float], target: str) -> None:
    for name, share in shares.items():
        moved = belief[at[name]] * share
        belief[at[name]] -= moved
        belief[at[target]] += moved


def _forbid(belief: Vector, at: dict[str, int], names: tuple[str, ...], share: float) -> None:
    for name in names:
        belief[at[name]] *= share


@dataclass(frozen=True, slots=True)
class Step:
    """What moved belief, and the belief after it (sums to 1, in the order of the names)."""

    rule: str
    belief: Vector


def route(belief: Vector, names: tuple[str, ...], reading: Reading, urgency: Urgency) -> Vector:
    """``belief`` (probabilities in the order of ``names``) after the rules; sums to 1."""
    taken = steps(belief, names, reading, urgency)
    return taken[-1].belief if taken else _whole(belief)


def steps(belief: Vector, names: tuple[str, ...], reading: Reading, urgency: Urgency) -> tuple[Step, ...]:
    """The belief after each rule that applies to this patient, in their order."""
    at = {name: place for place, name in enumerate(names)}
    taken = []
    for rule, move in _rules(at, reading, urgency):
        moved = belief.copy()
        move(moved)
        belief = _whole(moved)
        taken.append(Step(rule, belief))
    return tuple(taken)


def _whole(belief: Vector) -> Vector:
    total = belief.sum()
    return belief / total if total > 0 else np.full(len(belief), 1 / len(belief))


def _rules(at: dict[str, int], reading: Reading, urgency: Urgency) -> Iterator[tuple[str, Callable[[Vector], None]]]:
    if reading.vague:
        # Nothing was said of what is wrong: a general practitioner first, and with little belief.
        share = ANIMAL_SHARE if reading.animal else VAGUE_SHARE
        yield "vague", lambda belief: _give(belief, at["全科医学科"], share)
    if reading.child and not reading.animal:
        yield "child", lambda belief: _to_paediatrics(belief, at, newborn=reading.newborn)
    elif reading.age_years is not None and reading.age_years >= GROWN_UP:
        yield "grown_up", lambda belief: _forbid(belief, at, ONLY_FOR_CHILDREN, 0.1)
    if reading.pregnant and not reading.child:
        yield "pregnant", lambda belief: _move(belief, at, TO_OBSTETRICS, "产科")
    elif reading.pregnant is False:
        yield "not_pregnant", lambda belief: _forbid(belief, at, ("产科",), 0.3)
    if reading.sex == "male":
        yield "male", lambda belief: _move(belief, at, dict.fromkeys(NOT_FOR_MEN, 0.97), "泌尿外科")
    elif reading.sex == "female":
        yield "female", lambda belief: _move(belief, at, dict.fromkeys(NOT_FOR_WOMEN, 0.97), "妇科")
    if urgency in URGENT:
        yield "urgent", lambda belief: _give(belief, at["急诊科"], EMERGENCY_SHARE)


def _to_paediatrics(belief: Vector, at: dict[str, int], *, newborn: bool) -> None:
    _move(belief, at, TO_PAEDIATRICS, "小儿内科")
    _move(belief, at, TO_CHILD_SURGERY, "小儿外科")
    if newborn:
        _move(belief, at, {"小儿内科": 0.75, "儿童保健科": 0.5}, "新生儿科")


def _give(belief: Vector, place: int, share: float) -> None:
    belief *= 1 - share
    belief[place] += share
