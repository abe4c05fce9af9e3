"""``make test`` runs every test file, each once."""

from deploy.test import suites
from settings import ROOT


def test_every_integration_test_is_in_one_suite() -> None:
    paths = [ROOT / part for suite in suites() if suite.name.startswith("integration") for part in suite.command]
    named = [path for path in paths if path.is_relative_to(ROOT / "tests")]
    run = [file for path in named for file in ([path] if path.is_file() else path.rglob("test_*.py"))]
    assert sorted(run) == sorted((ROOT / "tests" / "integration").rglob("test_*.py"))


def test_every_folder_of_tests_is_in_a_suite() -> None:
    commands = " ".join(part for suite in suites() for part in suite.command)
    kept = {"vision/tests", "bot/tests", "training/skin/tests", "tests/unit", "tests/safety"}
    assert {path for path in kept | {"tests/acceptance", "tests/stories"} if path not in commands} == set()
