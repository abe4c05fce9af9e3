"""The written facts about values out of their range: complete, kind, and nothing that only a doctor may say."""

import re
from pathlib import Path

import pytest
import yaml

from care.report.facts import FOLDER, SOON, facts
from care.report.items import OUTSIDE
from language.departments import all_departments
from settings import ROOT

LEAST = 120
FIELDS = {"what", "often", "ask", "department", "soon"}
LONGEST = 24  # characters of one phrase on a phone
# No dose, no drug, no instruction to take one (internet diagnosis rules 2022); no diagnosis as a fact (NMPA 2021, 47).
NEVER = re.compile(
    r"\d+\s*(?:毫克|mg|片(?!段)|粒|支|毫升|单位|次/|天)|剂量|服用|口服|注射|停药|加量|减量|处方|"
    r"胶囊|阿司匹林|布洛芬|头孢|阿莫西林|二甲双胍|他汀|华法林|胰岛素|激素片|优甲乐|铁剂|抗生素|利尿剂|"
    r"确诊|您得了|您患有|一定是|肯定是|癌症|死亡|晚期"
)


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def _codes() -> set[str]:
    """The catalogue's, read as data: nothing of the other environment is imported."""
    folder = ROOT / "vision" / "report" / "catalogue" / "items"
    return {item["code"] for file in folder.glob("*.yaml") for item in yaml.safe_load(file.read_text("utf-8"))["items"]}


def test_enough_is_written_down_for_items_that_there_are() -> None:
    assert len(facts()) >= LEAST
    assert {code for code, _ in facts()} <= _codes()
    assert {flag for _, flag in facts()} <= OUTSIDE


def test_every_fact_is_complete_and_leads_to_a_department_of_ours() -> None:
    ours = {department.name for department in all_departments()}
    for key, fact in facts().items():
        assert fact.department in ours, key
        assert fact.soon in SOON, key
        assert fact.often and fact.ask, key
        assert all(phrase.strip() and len(phrase) <= LONGEST for phrase in (*fact.often, *fact.ask)), key


@pytest.mark.parametrize("file", _files(), ids=lambda file: file.stem)
def test_a_file_has_these_fields_and_says_nothing_that_only_a_doctor_may(file: Path) -> None:
    for code, directions in yaml.safe_load(file.read_text("utf-8")).items():
        for direction, row in directions.items():
            assert set(row) == FIELDS, (code, direction)
            said = "；".join([row["what"], *row["often"], *row["ask"]])
            assert not NEVER.search(said), (code, direction, NEVER.search(said))


@pytest.mark.parametrize("wrong", ["每天2片", "口服铁剂", "您得了肝炎", "注射胰岛素", "停药三天"])
def test_a_dose_a_drug_or_a_diagnosis_would_be_noticed(wrong: str) -> None:
    assert NEVER.search(wrong)


def test_what_cannot_wait_is_told_so() -> None:
    by_name = {(code, flag.value): fact.soon for (code, flag), fact in facts().items()}
    assert by_name["hs_ctni", "high"] == "now"
    assert by_name["k", "high"] == by_name["k", "low"] == by_name["glu", "low"] == "today"


def test_what_is_of_the_highest_sensitivity_is_explained_by_a_doctor_only() -> None:
    folder = ROOT / "vision" / "report" / "catalogue" / "items"
    sealed = set()
    for file in folder.glob("*.yaml"):
        document = yaml.safe_load(file.read_text("utf-8"))
        for item in document["items"]:
            if (document.get("defaults", {}) | item).get("sensitivity") == 5:
                sealed.add(item["code"])
    assert sealed and not {code for code, _ in facts()} & sealed
