"""Every setting is explained to operators, in both languages, and nothing is explained that does not exist."""

import re

import pytest

from settings import ROOT, Settings

NAMES = {f"XINGLIN_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_the_readme_explains_exactly_the_settings_there_are(readme: str) -> None:
    rows = re.findall(r"^\| `(XINGLIN_[A-Z_]+)` \|", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == NAMES


def test_a_setting_comes_from_its_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_PORT", "9001")
    monkeypatch.setenv("XINGLIN_DATABASE_URL", "postgresql+psycopg://somewhere/xinglin")
    settings = Settings()
    assert settings.base_url == "http://127.0.0.1:9001"
    assert settings.records_url == "postgresql+psycopg://somewhere/xinglin"


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_WECHAT_SECRET", "not-to-be-seen")
    assert "not-to-be-seen" not in repr(Settings())
