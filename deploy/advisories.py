"""Known vulnerabilities of what the lock files name: pip-audit for Python, npm audit for the pages.

Fails on one that ``deploy/vulnerabilities.toml`` does not accept with a reason. Where no advisory service can be
reached it says "not checked" and passes: a check that needs the internet must not stop a hospital that has none.
"""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from deploy.bootstrap import node_path
from settings import ROOT

LOCKS = ("requirements-dev.lock", "bot/requirements.lock", "vision/requirements.lock")
PAGES = "web/package-lock.json"
ACCEPTED = ROOT / "deploy" / "vulnerabilities.toml"
# OSV knows every advisory of PyPI's service, and some that it does not.
SERVICES = ("osv", "pypi")
WITHIN_S = 300
JUDGED_AGAIN_AFTER_DAYS = 365


class NotChecked(Exception):
    """No advisory service could be reached."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One advisory that concerns one package of one lock file."""

    lock: str
    package: str
    ids: frozenset[str]
    severity: str = ""

    def __str__(self) -> str:
        return f"{self.lock}: {self.package} {' '.join(sorted(self.ids))} {self.severity}".rstrip()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A vulnerability that is left standing."""

    lock: str
    id: str
    package: str
    reason: str
    judged: date

    def covers(self, finding: Finding) -> bool:
        """Whether it is this one."""
        return self.lock == finding.lock and self.package == finding.package and self.id in finding.ids


def accepted() -> list[Accepted]:
    """What is accepted; raises ``TypeError`` for an entry without its reason or date."""
    return [Accepted(**entry) for entry in tomllib.loads(ACCEPTED.read_text("utf-8")).get("accepted", [])]


def python_findings(lock: str) -> list[Finding]:
    """What pip-audit knows of a lock file; raises :class:`NotChecked`."""
    why = ""
    for service in SERVICES:
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", lock, "--no-deps", "--disable-pip",
            "--vulnerability-service", service, "--format", "json", "--progress-spinner", "off", "--timeout", "10",
        ]  # fmt: skip
        try:
            return read_pip_audit(lock, _output(command))
        except NotChecked as error:
            why = f"{service}: {error}"
    raise NotChecked(why)


def read_pip_audit(lock: str, output: str) -> list[Finding]:
    """Findings in pip-audit's JSON; raises :class:`NotChecked` when it looked nothing up."""
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise NotChecked("unreachable") from None
    # A service that is not there looks to pip-audit like one that knows none of the packages.
    if not any("vulns" in package for package in packages):
        raise NotChecked("it knows none of the packages")
    return [
        Finding(lock, package["name"], frozenset({found["id"], *found.get("aliases", ())}))
        for package in packages
        for found in package.get("vulns", ())
    ]


def page_findings() -> list[Finding]:
    """What npm audit knows of the pages' packages; raises :class:`NotChecked`."""
    environment = os.environ | {"PATH": f"{node_path()}{os.pathsep}{os.environ['PATH']}"}
    return read_npm_audit(
        _output(["npm", "audit", "--json", "--package-lock-only"], cwd="web", environment=environment)
    )


def read_npm_audit(output: str) -> list[Finding]:
    """Findings in npm's JSON; raises :class:`NotChecked` when the registry has no advisory service."""
    try:
        vulnerable: dict[str, dict[str, Any]] = json.loads(output)["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        raise NotChecked("unreachable") from None
    return [
        Finding(PAGES, name, frozenset(_advisories(package)), str(package.get("severity", "")))
        for name, package in vulnerable.items()
        # One that is only vulnerable through another is told by that one.
        if _advisories(package)
    ]


def _advisories(package: dict[str, Any]) -> list[str]:
    return [str(via["url"]).rpartition("/")[2] for via in package.get("via", ()) if isinstance(via, dict)]


def _output(command: list[str], *, cwd: str = ".", environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT / cwd, env=environment, capture_output=True, text=True, check=False, timeout=WITHIN_S
        )
    except (subprocess.TimeoutExpired, OSError):
        raise NotChecked("unreachable") from None
    return done.stdout


def report(findings: Iterable[Finding], accepting: Iterable[Accepted]) -> list[Finding]:
    """The findings that nobody has accepted."""
    return [finding for finding in findings if not any(one.covers(finding) for one in accepting)]


def main() -> int:
    """Check every lock file; 1 when there is something that nobody has accepted."""
    accepting, failed = accepted(), False
    for lock in (*LOCKS, PAGES):
        try:
            findings = page_findings() if lock == PAGES else python_findings(lock)
        except NotChecked as why:
            print(f"{lock}: not checked: unreachable ({why})")  # noqa: T201
            continue
        left = report(findings, accepting)
        print(f"{lock}: {len(left)} vulnerabilities, {len(findings) - len(left)} accepted")  # noqa: T201
        for finding in left:
            print(f"  {finding}")  # noqa: T201
        failed = failed or bool(left)
    for one in accepting:
        if (date.today() - one.judged).days > JUDGED_AGAIN_AFTER_DAYS:  # noqa: DTZ011  (a day on the calendar)
            print(f"judged over a year ago, look again: {one.package} {one.id}")  # noqa: T201
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
