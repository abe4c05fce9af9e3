"""``xinglin emergency --check``: what a clinician runs after a change."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from care.emergency.flags import HERE, RedFlagsInvalid, load
from cli.main import app
from settings import get_settings


def test_our_own_data_can_be_used() -> None:
    result = CliRunner().invoke(app, ["emergency", "--check"])
    assert result.exit_code == 0
    assert "红旗" in result.stdout
    assert "值班名单" in result.stdout


def test_a_list_of_who_is_on_duty_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XINGLIN_ON_DUTY", str(tmp_path / "nobody.yaml"))
    get_settings.cache_clear()
    result = CliRunner().invoke(app, ["emergency", "--check"])
    monkeypatch.undo()
    get_settings.cache_clear()
    assert result.exit_code == 1
    assert "nobody.yaml" in result.output


@pytest.mark.parametrize("field", ["source", "advice", "when"])
def test_a_flag_without_what_it_needs_is_refused_by_name(tmp_path: Path, field: str) -> None:
    flag = {
        "id": "x",
        "name": "某",
        "urgency": "emergency",
        "when": "[昏迷]",
        "advice": "[马上去急诊]",
        "source": "某指南（2020）",
    }
    rows = "\n  ".join(f"{name}: {value}" for name, value in flag.items() if name != field)
    file = tmp_path / "red_flags.yaml"
    file.write_text(f"- {rows}\n", encoding="utf-8")
    with pytest.raises(RedFlagsInvalid, match=rf"red flag x: {field} is missing"):
        load(file, HERE / "signs.yaml")
