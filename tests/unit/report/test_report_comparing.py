"""Two narrative reports of the same person: what became of what both measured, and what cannot be said."""

from typing import Any

from care.report.comparing import compared

DAY = "2025-01-02"


def clause(mm: list[float], *, site: str = "肺上叶", organ: str = "肺", **told: Any) -> dict[str, Any]:
    usual = {"kind": "nodule", "side": "right", "negated": False, "count": None, "grades": []}
    printed = "×".join(f"{one:g}" for one in mm) + "mm"
    return usual | {"site": site, "organ": organ, "sizes": [{"mm": mm, "text": printed}] if mm else []} | told


def report(*findings: dict[str, Any], conclusion: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"findings": list(findings), "conclusion": list(conclusion)}


def test_larger_smaller_and_the_same() -> None:
    before = report(clause([6.0, 4.0]))
    assert compared(before, report(clause([8.0, 5.0])), day=DAY) == [f"• 和{DAY}的报告比：右侧肺上叶结节大了2毫米"]
    assert compared(before, report(clause([4.5, 4.0])), day=DAY) == [f"• 和{DAY}的报告比：右侧肺上叶结节小了1.5毫米"]
    # Less than two measurements of the same thing differ by.
    assert compared(before, report(clause([6.5, 4.0])), day=DAY) == [f"• 和{DAY}的报告比：右侧肺上叶结节大小差不多"]


def test_of_several_nobody_knows_which_is_which() -> None:
    several = report(clause([5.0], count="multiple"))
    alike = report(clause([5.0]), clause([6.0]))
    for before, now in ((several, several), (alike, alike), (report(clause([5.0])), alike)):
        said = compared(before, now, day=DAY)
        assert said and all("不能确定是同一个" in one for one in said)


def test_two_of_one_side_are_told_apart_by_their_part() -> None:
    before = report(clause([5.0]), clause([6.0], site="肺下叶"))
    now = report(clause([9.0]), clause([6.0], site="肺下叶"))
    larger, same = compared(before, now, day=DAY)
    assert "肺上叶结节大了4毫米" in larger and "肺下叶结节大小差不多" in same


def test_one_in_another_part_is_not_the_same_one_but_one_without_a_part_may_be() -> None:
    (elsewhere,) = compared(report(clause([5.0])), report(clause([9.0], site="肺下叶")), day=DAY)
    assert "不能确定是同一个" in elsewhere
    (vague,) = compared(report(clause([5.0], site="肺")), report(clause([9.0], site="肺下叶")), day=DAY)
    assert "大了4毫米" in vague


def test_what_is_written_for_the_first_time_or_no_longer() -> None:
    without = report(clause([], negated=True))
    assert compared(report(clause([5.0])), without, day=DAY) == [
        f"• 右侧肺上叶结节（5mm）{DAY}的报告写到了，这次没有写到"
    ]
    assert compared(without, report(clause([5.0])), day=DAY) == [
        f"• 右侧肺上叶结节（5mm）这次写到了，{DAY}的报告没有写到"
    ]


def test_reports_of_other_organs_say_nothing_of_each_other() -> None:
    assert compared(report(clause([5.0])), report(clause([9.0], site="肝", organ="肝")), day=DAY) == []


def test_what_only_the_conclusion_measures_is_compared_and_another_grade_is_told() -> None:
    def graded(value: str) -> dict[str, Any]:
        grade = {"system": "Lung-RADS", "value": value, "text": f"Lung-RADS {value}类"}
        return report(conclusion=(clause([6.0], grades=[grade]),))

    (said,) = compared(graded("3"), graded("4A"), day=DAY)
    assert said.endswith("大小差不多，报告上写的分类由Lung-RADS 3类变为Lung-RADS 4A类")
