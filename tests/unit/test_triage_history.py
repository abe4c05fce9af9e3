"""Last visits move belief between departments, and never the urgency."""

from dataclasses import replace

import pytest

from care.triage import Evidence, assess

HEART = "心血管内科"


def share(evidence: Evidence, name: str = HEART) -> float:
    return next((one.probability for one in assess(evidence).departments if one.name == name), 0.0)


def test_a_recent_visit_makes_its_department_likelier() -> None:
    vague = Evidence(("又不舒服了",))
    assert share(replace(vague, recent_departments=(HEART,))) > share(vague)


def test_who_says_it_is_the_same_goes_back_there() -> None:
    back = assess(Evidence(("又难受了，没力气",), recent_departments=(HEART,), returning_to=HEART))
    assert back.departments[0].name == HEART
    assert "上次" in back.departments[0].reason


def test_clear_words_outweigh_where_somebody_was_seen() -> None:
    told = Evidence(("脚踝扭伤肿了，走路疼",), recent_departments=(HEART,))
    assert assess(told).departments[0].name == "骨科"


@pytest.mark.parametrize("text", ["胸口剧痛出冷汗喘不上气", "孩子8个月发烧39度2，精神不好", "又不舒服了", "头疼三天"])
def test_urgency_does_not_depend_on_it(text: str) -> None:
    plain = assess(Evidence((text,)))
    for name in ("皮肤科", HEART):
        known = assess(Evidence((text,), recent_departments=(name,), returning_to=name))
        assert known.urgency == plain.urgency
        assert [flag.id for flag in known.red_flags] == [flag.id for flag in plain.red_flags]


@pytest.mark.parametrize("unknown", ["", "风水科", "急诊"])
def test_a_department_of_another_hospital_changes_nothing(unknown: str) -> None:
    plain = Evidence(("头疼三天",))
    assert assess(replace(plain, recent_departments=(unknown,), returning_to=unknown)) == assess(plain)
