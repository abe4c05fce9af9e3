"""A hospital with an account and an invented person in it."""

import pytest
from sqlalchemy.orm import Session

from hospital.demo import seed
from hospital.demo.service import DemoHospital
from records.patients import Account, Patient
from tests.integration.booking.house import NOW, new_account, new_patient


@pytest.fixture
def hospital(session: Session) -> DemoHospital:
    """The demo hospital with 12 days of clinics, in the test's transaction."""
    seed(session, NOW, days=12)
    return DemoHospital()


@pytest.fixture
def account(session: Session) -> Account:
    return new_account(session)


@pytest.fixture
def patient(session: Session, account: Account) -> Patient:
    return new_patient(session, account)
