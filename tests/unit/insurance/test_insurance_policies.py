"""Policies are checked when they are read: a wrong file is refused, never half used."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from care.insurance import NoPolicy, policies, policy_on
from care.insurance.policy import Policy
from care.insurance.publishing import PolicyInvalid, check
from care.insurance.shelf import SAMPLES, PoliciesOverlap, load


def sample() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SAMPLES / "sample-2026.yaml").read_text(encoding="utf-8"))
    return found


def written(folder: Path, *found: dict[str, Any]) -> Path:
    for number, policy in enumerate(found):
        (folder / f"{number}.yaml").write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    return folder


def test_every_sample_says_that_it_is_one() -> None:
    assert all(policy.sample and "示例" in policy.name for policy in policies())


def test_each_day_has_its_own_version() -> None:
    assert policy_on(date(2025, 12, 31)).id == "sample-2025"
    assert policy_on(date(2026, 1, 1)).id == "sample-2026"
    with pytest.raises(NoPolicy):
        policy_on(date(2024, 12, 31))


Spoil = Callable[[dict[str, Any]], object]
SPOILT: list[tuple[str, Spoil]] = [
    ("money as a float", lambda p: p["benefits"][0]["levels"]["三级"].update(deductible=900.0)),
    ("a ratio as a float", lambda p: p["benefits"][0]["levels"]["三级"]["tiers"][0].update(ratio=0.85)),
    ("a ratio above one", lambda p: p["benefits"][0]["levels"]["三级"]["tiers"][0].update(ratio="850%")),
    ("no percentage", lambda p: p["benefits"][0]["levels"]["三级"]["tiers"][0].update(ratio="八成%")),
    ("negative money", lambda p: p["benefits"][0].update(ceiling="-1")),
    ("a third of a cent", lambda p: p["benefits"][0].update(ceiling="1.005")),
    ("the last tier ends", lambda p: p["benefits"][0]["levels"]["三级"]["tiers"][1].update(up_to="30000")),
    ("an open tier in the middle", lambda p: p["benefits"][0]["levels"]["三级"]["tiers"][0].pop("up_to")),
    ("retired people get less", lambda p: p["benefits"][0]["levels"]["三级"]["tiers"][0].update(retired="10%")),
    ("one setting twice", lambda p: p["benefits"].append(p["benefits"][0])),
    ("a drug class forgotten", lambda p: p["own_share"].pop("丙")),
    ("it ends before it begins", lambda p: p.update(valid_to=date(2025, 1, 1))),
    ("registering makes it worse", lambda p: p["remote"].update(registered_less="20%")),
    ("an unknown field", lambda p: p.update(celing="1")),
    ("an unknown level", lambda p: p["benefits"][0]["levels"].update({"四级": p["benefits"][0]["levels"]["三级"]})),
    ("one article twice", lambda p: p["articles"].append(p["articles"][0])),
    ("a birth among the benefits", lambda p: p["benefits"][0].update(setting="maternity")),
]


@pytest.mark.parametrize(("why", "spoil"), SPOILT, ids=[why for why, _ in SPOILT])
def test_a_wrong_policy_is_refused(why: str, spoil: Spoil) -> None:
    policy = sample()
    spoil(policy)
    with pytest.raises(ValidationError):
        Policy.model_validate(policy)


@pytest.mark.parametrize(("why", "spoil"), SPOILT, ids=[why for why, _ in SPOILT])
def test_who_publishes_it_is_told_the_line_and_the_reason_in_chinese(why: str, spoil: Spoil) -> None:
    policy = sample()
    spoil(policy)
    text = yaml.dump(policy, Dumper=_WholeText, allow_unicode=True, sort_keys=False)
    with pytest.raises(PolicyInvalid) as told:
        check(text, "sample-2026", {})
    for line in str(told.value).splitlines():
        place, _, reason = line.partition("：")
        assert re.fullmatch(r"第 \d+ 行( \S+)?", place), line
        assert re.search(r"[\u4e00-\u9fff]", reason), line


class _WholeText(yaml.SafeDumper):
    """Writes what stands twice twice, as a person would."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def test_two_versions_never_hold_on_one_day(tmp_path: Path) -> None:
    with pytest.raises(PoliciesOverlap):
        load(written(tmp_path, sample(), sample() | {"id": "again", "valid_from": date(2026, 6, 1)}))


def test_a_hospitals_own_folder(tmp_path: Path) -> None:
    own = sample() | {"id": "own", "name": "某市基本医疗保险办法", "sample": False}
    assert [policy.id for policy in load(written(tmp_path, own))] == ["own"]
    with pytest.raises(NoPolicy):
        load(tmp_path / "nothing")
