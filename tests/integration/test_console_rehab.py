"""A therapist at the console: prescribes, sees the course with its videos, changes, pauses, ends."""

from datetime import timedelta
from typing import Any

import pytest

from care.analysis import conclude, keep_findings
from care.rehab import RehabAnalyst, active
from records.database import session_scope
from records.findings import FileRole, FindingKind
from records.rehab import ProgrammeState
from records.staff import Role
from records.vault import get_vault
from tests.console_client import Console, done, signed_in
from tests.integration.rehab.house import conversation_of, seen, today, video
from tests.rehab_findings import performed

pytestmark = pytest.mark.usefixtures("database")


def asked(**more: Any) -> dict[str, Any]:
    """A prescription as the console sends it."""
    return {
        "targets": [{"exercise": "squat", "repetitions": 8, "range_deg": 60}, {"exercise": "plank", "hold_s": 15}],
        "days": [1, 3, 5],
        "remind_at": "09:30",
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=28)).isoformat(),
        "department": "康复医学科",
        **more,
    }


@pytest.fixture
def console() -> Console:
    return signed_in()[0]


def test_a_programme_from_the_prescription_to_its_end(console: Console) -> None:
    conversation_id = conversation_of()
    made = console.post(f"/conversations/{conversation_id}/rehab", asked())
    assert made.status_code == 201, made.text
    programme = made.json()
    assert [(one["title"], one["range_deg"], one["hold_s"]) for one in programme["exercises"]] == [
        ("深蹲", 60, None),
        ("平板支撑", None, 15),
    ]
    twice = console.post(f"/conversations/{conversation_id}/rehab", asked())
    assert (twice.status_code, "另一个康复计划" in twice.json()["detail"]) == (409, True)
    at = f"/rehab/{programme['id']}"
    changed = console.ask("PUT", at, json=asked(targets=[{"exercise": "bridge"}]))
    assert [one["exercise"] for one in changed.json()["exercises"]] == ["bridge"]
    states = [console.post(f"{at}/{what}").json()["state"] for what in ("pause", "resume", "end")]
    assert states == [ProgrammeState.PAUSED, ProgrammeState.ACTIVE, ProgrammeState.ENDED]
    assert console.post(f"{at}/resume").status_code == 409
    [shown] = console.get(f"/conversations/{conversation_id}/rehab").json()
    assert [one["step"] for one in shown["history"]] == ["prescribed", "changed", "paused", "resumed", "ended"]
    assert {one["by"] for one in shown["history"]} == {"doctor"}
    assert ("view_rehab", f"conversation:{conversation_id}", "done") in done()


def test_the_course_with_its_videos_is_shown(console: Console) -> None:
    conversation_id = conversation_of()
    console.post(f"/conversations/{conversation_id}/rehab", asked())
    message_id = video(conversation_id)
    with session_scope() as session:
        [programme] = active(session, conversation_id)
    found = seen(programme, performed("squat", target=60.0, repetitions=3, reached=60.0, tempo_s=2.0))
    found.files[FileRole.VIDEO] = ("video/mp4", b"drawn")
    found.files[FileRole.CHART] = ("image/png", b"curve")
    with session_scope() as session:
        kept = keep_findings(session, get_vault(), message_id=message_id, kind=FindingKind.REHAB, seen=found)
        conclude(session, RehabAnalyst(), kept)
    [shown] = console.get(f"/conversations/{conversation_id}/rehab").json()
    [one] = shown["sessions"]
    assert (one["title"], one["repetitions"], one["form"]) == ("深蹲", 3, "correct")
    assert one["score"] > 80
    assert shown["falling"] == []
    assert console.get(f"/media/{one['video']}").content == b"drawn"
    assert console.get(f"/media/{one['chart']}").content == b"curve"
    assert console.get(f"/media/{one['source']}").content == b"a clip"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"targets": [{"exercise": "dancing"}]}, 400),
        ({"targets": [{"exercise": "squat", "range_deg": 10}]}, 400),
        ({"targets": [{"exercise": "squat"}, {"exercise": "squat"}]}, 400),
        ({"remind_at": "23:00"}, 400),
        ({"ends_on": "2020-01-01"}, 400),
        ({"targets": []}, 422),
        ({"remind_at": "25:00"}, 422),
        ({"days": [0]}, 422),
        ({"starts_on": "0001-01-01"}, 422),
        ({"department": "a\0"}, 422),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(console: Console, wrong: dict[str, Any], code: int) -> None:
    answer = console.post(f"/conversations/{conversation_of()}/rehab", asked(**wrong))
    assert answer.status_code == code
    if code == 400:
        assert len(answer.json()["detail"]) >= 5


def test_unknown_ones_are_not_there(console: Console) -> None:
    assert console.post(f"/conversations/{'0' * 16}/rehab", asked()).status_code == 404
    assert console.post(f"/rehab/{'0' * 16}/pause").status_code == 404
    assert len(console.get("/rehab/exercises").json()) == 15


def test_only_a_clinician_of_the_department_prescribes() -> None:
    conversation_id = conversation_of()
    ours, _ = signed_in()
    skin, _ = signed_in(departments=("皮肤科",))
    assert skin.post(f"/conversations/{conversation_id}/rehab", asked()).status_code == 403
    made = ours.post(f"/conversations/{conversation_id}/rehab", asked()).json()
    assert skin.post(f"/rehab/{made['id']}/end").status_code == 403
    assert skin.get(f"/conversations/{conversation_id}/rehab").json() == []
    nurse, _ = signed_in(role=Role.NURSE, departments=("康复医学科",))
    assert len(nurse.get(f"/conversations/{conversation_id}/rehab").json()) == 1
    assert nurse.post(f"/rehab/{made['id']}/end").status_code == 403
