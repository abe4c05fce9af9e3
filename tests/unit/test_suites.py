"""``make test`` runs every test file, each once."""

from deploy.test import suites
from settings import ROOT


def test_every_integration_test_is_in_one_suite() -> None:
    paths = [ROOT / part for suite in suites() if suite.name.startswith("integration") for part in suite.command]
    named = [path for path in paths if path.is_relative_to(ROOT / "tests")]
    run = [file for path in named for file in ([path] if path.is_file() else path.rglob("test_*.py"))]
    assert sorted(run) == sorted((ROOT / "tests" / "integration").rglob("test_*.py"))


def test_every_folder_of_tests_is_in_a_suite() -> None:
    named = [ROOT / suite.folder / part for suite in suites() for part in suite.command]
    run = [path.resolve() for path in named if path.exists()]
    folders = ("tests", "*/tests", "training/*/tests")
    files = [file for folder in folders for file in ROOT.glob(f"{folder}/**/test_*.py")]
    assert len(files) > 100
    assert [file for file in files if not any(file.is_relative_to(path) for path in run)] == []
