"""docs/security.md tells the truth: every file it names is there, and every rule's tests name the rule."""

import re

import pytest

from settings import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in TEXT.partition("| rule | kept in | test |")[2].splitlines()[2:]]
# What a test calls each rule by, found in the row's own words; "8.1." are clauses of GB/T 22239-2019.
NAMES = {
    "NMPA": "No. 47",
    "Internet diagnosis": "Internet diagnosis",
    "record rules": "record rules",
    "PIPL": "PIPL",
    "GB 45438": "GB 45438",
    "8.1.": "22239",
    "39725": "39725",
    "39786": "39786",
    "Phrases": "138****5678",
}


def named_files(text: str) -> list[str]:
    return re.findall(r"`((?:tests|vision|care|records|channels|clinic|gateway|deploy)/[A-Za-z0-9_/.]+)`", text)


def test_every_file_it_names_is_there() -> None:
    assert len(named_files(TEXT)) > 40
    assert [name for name in named_files(TEXT) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_rules_test_names_the_rule(row: list[str]) -> None:
    rule, kept_in, test = row
    assert kept_in
    files = [
        file
        for name in named_files(test)
        for file in ([ROOT / name] if name.endswith(".py") else sorted((ROOT / name).glob("*.py")))
    ]
    assert files, rule
    (name,) = [name for sign, name in NAMES.items() if sign in rule][:1]
    assert any(name in file.read_text(encoding="utf-8") for file in files), (rule, name)
