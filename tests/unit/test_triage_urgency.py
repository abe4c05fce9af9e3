"""The rules of urgency: readable, sourced, and each able to match."""

import pytest

from care.triage.evidence import Evidence
from care.triage.reading import read
from care.triage.urgency import ORDER, deciding, rules, sources
from care.urgency import Urgency
from language.symptoms import body_part_lexicon, symptom_lexicon


def urgency(text: str, **known: object) -> Urgency:
    matched = deciding(read(Evidence((text,), **known)))  # type: ignore[arg-type]
    return matched[0].urgency if matched else Urgency.OUTPATIENT


def test_every_rule_names_a_known_source_and_known_symptoms() -> None:
    known = set(symptom_lexicon().values())
    for part in body_part_lexicon().values():
        known |= set(part.feelings.values())
    for rule in rules():
        assert rule.source in sources()
        assert (rule.any_of | rule.all_of | rule.none_of | rule.only) <= known, rule.id
        assert rule.why


def test_rule_ids_are_unique_and_sorted_by_urgency() -> None:
    assert len({rule.id for rule in rules()}) == len(rules())
    levels = [ORDER.index(rule.urgency) for rule in rules()]
    assert levels == sorted(levels)


@pytest.mark.parametrize(
    ("text", "known", "level"),
    [
        ("发烧38度", {"age_years": 0.1}, Urgency.EMERGENCY),  # an infant below three months
        ("发烧38度", {"age_years": 2.0}, Urgency.WITHIN_24H),  # a small child
        ("发烧38度", {"age_years": 30.0}, Urgency.OUTPATIENT),  # a grown-up
        ("发烧38度", {"age_years": 80.0}, Urgency.WITHIN_24H),  # an old person
        ("发烧40.1度", {"age_years": 30.0}, Urgency.EMERGENCY),  # by the temperature alone
        ("肚子疼", {"age_years": 30.0}, Urgency.OUTPATIENT),
        ("肚子疼", {"age_years": 30.0, "pregnant": True}, Urgency.WITHIN_24H),  # pregnancy raises it
        ("流鼻涕打喷嚏一天了", {"age_years": 25.0}, Urgency.SELF_CARE),
        ("流鼻涕打喷嚏一天了", {"age_years": 1.0}, Urgency.OUTPATIENT),  # no self-care for the very young
        ("流鼻涕打喷嚏一天了", {"age_years": 73.0}, Urgency.OUTPATIENT),  # nor for the old
        ("流鼻涕打喷嚏一天了", {"age_years": 25.0, "pregnant": True}, Urgency.OUTPATIENT),  # nor in pregnancy
        ("发烧38度", {"age_years": 30.0, "pregnant": True}, Urgency.WITHIN_24H),
        ("尿痛两天", {"age_years": 30.0}, Urgency.OUTPATIENT),
        ("尿痛两天", {"age_years": 30.0, "pregnant": True}, Urgency.WITHIN_24H),
        ("昨天吃坏了，拉了三次稀，能喝水", {"age_years": 30.0}, Urgency.SELF_CARE),
        ("昨天吃坏了，拉肚子三次，能喝水", {"age_years": 80.0}, Urgency.WITHIN_24H),
        ("摔了一跤站不起来", {"age_years": 80.0}, Urgency.EMERGENCY),
        ("腿上起了紫点", {"age_years": 8.0}, Urgency.WITHIN_24H),
        ("胸闷，爬楼明显", {"age_years": 25.0}, Urgency.OUTPATIENT),
        ("胸闷，爬楼明显", {"age_years": 65.0}, Urgency.WITHIN_24H),
    ],
)
def test_age_and_pregnancy_change_the_urgency(text: str, known: dict[str, object], level: Urgency) -> None:
    assert urgency(text, **known) == level


@pytest.mark.parametrize(
    "text",
    [
        "擦破点皮，被狗咬的",
        "昨晚被蚊子咬了，发烧",
        "落枕了，手麻",
        "晒伤起泡了",
        "吃坏了，拉血，能喝水",
        "喝多了头疼，还吐血",
        "口腔溃疡半年反复",
    ],
)
def test_self_care_never_hides_a_danger_sign(text: str) -> None:
    assert urgency(text, age_years=30.0) != Urgency.SELF_CARE


@pytest.mark.parametrize("text", ["没有吐血，就是胃有点胀", "不发烧，没有抽搐", "没有胸痛"])
def test_what_is_denied_does_not_count(text: str) -> None:
    assert ORDER.index(urgency(text)) >= ORDER.index(Urgency.OUTPATIENT)
