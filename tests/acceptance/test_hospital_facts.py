"""Insurance through the whole house, over the page's socket and over WeChat."""

import pytest

from deploy.trial import Trial
from tests.acceptance.patient import Patient
from tests.acceptance.phone import Phone

pytestmark = pytest.mark.rasa


def test_insurance_needs_no_consent_and_asks_only_what_is_missing(house: Trial) -> None:
    patient = Patient(house.url, agreed=False)
    patient.say("花了两万能报多少")
    patient.press("居民医保")
    patient.press("住院")
    card = patient.card("insurance")
    assert "¥11,850.00" in card["total"]
    assert "示例" in card["policy"]
    assert "2026-01-01" in card["policy_date"]
    patient.close()


def test_on_wechat_every_step_is_read_once(phone: Phone) -> None:
    [said] = phone.says("我是居民医保,住院花了两万能报多少")
    for part in ("减去起付线", "合计：", "¥11,850.00", "依据："):
        assert said.count(part) == 1, part
    assert "示例" in said
