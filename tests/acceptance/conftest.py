"""One whole house for all scenarios: every process, the real assistant, SQLite in a temporary folder."""

from collections.abc import Iterator

import pytest

from deploy.trial import Trial, trial_house
from settings import ROOT
from tests.acceptance.patient import Patient


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """The house as ``make run`` starts it; skipped where Rasa's environment is missing."""
    if not (ROOT / "bot" / ".venv" / "bin" / "rasa").exists():
        pytest.skip("Rasa's environment is not there: run `make test`")
    with trial_house(tmp_path_factory.mktemp("house") / "var") as running:
        yield running


@pytest.fixture
def patient(house: Trial) -> Iterator[Patient]:
    """A new patient's browser."""
    arrived = Patient(house.url)
    yield arrived
    arrived.close()
