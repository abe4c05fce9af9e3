"""A vulnerability found fails the check; an advisory service that is not there does not (GB/T 22239-2019, 8.1.10.5)."""

import json
from datetime import date

import pytest

from deploy.advisories import (
    ACCEPTED,
    LOCKS,
    PAGES,
    Accepted,
    Finding,
    NotChecked,
    accepted,
    read_npm_audit,
    read_pip_audit,
    report,
)
from settings import ROOT

LOCK = "bot/requirements.lock"
# As pip-audit 2 and npm 10 print it.
PIP_AUDIT = {
    "dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {"name": "old", "version": "0.1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": []}]},
        {"name": "ours", "skip_reason": "not found"},
    ]
}
NPM_AUDIT = {
    "vulnerabilities": {
        "old": {"severity": "high", "via": [{"url": "https://github.com/advisories/GHSA-1", "title": "bad"}]},
        "uses-old": {"severity": "high", "via": ["old"]},
    }
}


def test_what_is_found_fails_until_it_is_accepted() -> None:
    (found,) = read_pip_audit(LOCK, json.dumps(PIP_AUDIT))
    assert report([found], []) == [found]
    judged = Accepted(lock=LOCK, id="CVE-1", package="old", reason="never called", judged=date(2026, 11, 22))
    assert report([found], [judged]) == []
    elsewhere = Accepted(lock="requirements-dev.lock", id="CVE-1", package="old", reason="", judged=judged.judged)
    another = Accepted(lock=LOCK, id="CVE-2", package="old", reason="", judged=judged.judged)
    assert report([found], [elsewhere, another]) == [found]


def test_pages_are_told_where_the_vulnerability_is() -> None:
    assert read_npm_audit(json.dumps(NPM_AUDIT)) == [Finding(PAGES, "old", frozenset({"GHSA-1"}), "high")]


@pytest.mark.parametrize(
    "output",
    [
        "",  # it ended with an error
        json.dumps({"message": "405 Method Not Allowed"}),
        json.dumps({"dependencies": [{"name": "sound", "skip_reason": "Dependency not found on PyPI"}]}),
    ],
)
def test_a_service_that_is_not_there_is_not_a_clean_bill(output: str) -> None:
    with pytest.raises(NotChecked):
        read_pip_audit(LOCK, output)
    with pytest.raises(NotChecked):
        read_npm_audit(output)


def test_every_lock_file_is_looked_at() -> None:
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "bot", ROOT / "vision") for path in path.glob("*.lock")}
    assert there | {"requirements-dev.lock", PAGES} == {*LOCKS, PAGES}
    # What runs is in the one with the tests' tools, hash by hash.
    running = {line for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    assert running <= set((ROOT / "requirements-dev.lock").read_text().splitlines())


def test_what_is_accepted_has_a_reason_and_a_day() -> None:
    assert ACCEPTED.is_file()
    for one in accepted():
        assert len(one.reason) > 20
        assert one.lock in {*LOCKS, PAGES}
        assert one.judged <= date.today()  # noqa: DTZ011
