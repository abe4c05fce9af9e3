"""A therapist prescribes; the patient is reminded, sends a video, sees how it goes, says that it hurts."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from care.rehab import active, go_on
from deploy.trial import Trial
from records.database import session_scope
from records.rehab import RehabProgramme
from settings import get_settings
from tests.acceptance.desk import Desk
from tests.acceptance.patient import Patient
from tests.integration.rehab.house import concluded
from tests.rehab_findings import filmed, performed

pytestmark = pytest.mark.rasa


@pytest.fixture
def inside(house: Trial, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process as one more worker of the same house: for hours that the test cannot wait for."""
    monkeypatch.setenv("XINGLIN_VAR", str(house.settings.var))
    if house.settings.database_url:
        monkeypatch.setenv("XINGLIN_DATABASE_URL", house.settings.database_url)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def prescription() -> dict[str, Any]:
    today = datetime.now(get_settings().zone).date()
    return {
        "targets": [{"exercise": "squat", "repetitions": 5}, {"exercise": "plank"}],
        "days": [1, 2, 3, 4, 5, 6, 7],
        "remind_at": "09:00",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=28)).isoformat(),
        "department": "康复医学科",
    }


def said_by_bot(words: str) -> Any:
    return lambda message: message["author"] == "bot" and words in message["text"]


def programme_of(conversation_id: str) -> RehabProgramme:
    with session_scope() as session:
        [programme] = active(session, conversation_id)
        return programme


def test_from_the_prescription_to_the_pain(house: Trial, patient: Patient, inside: None, tmp_path: Path) -> None:
    patient.say("我膝盖手术后六周了，想做康复训练")
    with Desk(house) as therapist:
        conversation = therapist.conversation_saying("六周")
        at = f"/conversations/{conversation['id']}/rehab"
        assert therapist.post(at, prescription())["state"] == "active"

        # Nine in the morning, whatever the clock says while the test runs.
        programme = programme_of(conversation["id"])
        with session_scope() as session:
            morning = datetime.combine(datetime.now(get_settings().zone).date(), time(9), get_settings().zone)
            go_on(session, programme.id, now=morning)
        reminded = patient.wait_for(said_by_bot("今天该练了"))
        assert [option["title"] for option in reminded["quick_replies"]][:2] == ["深蹲", "平板支撑"]

        patient.press("深蹲")
        assert patient.card("photo_guide")["title"] == "怎么拍深蹲"
        assert patient.send_video(filmed(tmp_path / "clip.mp4", "cartoon")).status_code == 200
        refused = patient.wait_for(said_by_bot("没有算作一次训练"), timeout_s=120)
        assert "没有看到做动作的人" in refused["text"]

        # A clip that the engine can read: its findings are its own, of a made skeleton.
        concluded(programme, performed("squat", repetitions=5, tempo_s=2.0))
        plan = patient.say("我的康复计划")[-1]["text"]
        assert "深蹲 5次（已练）" in plan
        assert "深蹲：练过1次" in plan
        [shown] = therapist.get(at)
        assert [one["repetitions"] for one in shown["sessions"]] == [5]

        stopped = patient.say("做完膝盖疼得受不了")[-1]["text"]
        assert "先停下来" in stopped
        assert "先停着" in patient.say("今天练什么")[-1]["text"]
        [shown] = therapist.get(at)
        assert (shown["state"], shown["history"][-1]["step"]) == ("paused_pain", "pain")
        cases = [one for one in therapist.get("/cases?kind=rehab")["rows"] if "膝盖疼得受不了" in one["complaint"]]
        assert [one["level"] for one in cases] == ["urgent"]
        assert therapist.post(f"/rehab/{programme.id}/resume")["state"] == "active"
    assert "今天要练" in patient.say("今天练什么")[-1]["text"]
