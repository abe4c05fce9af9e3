"""One case's page: what it shows, what it hides, what a clinician makes of it; files in parts; figures; the stream."""

import asyncio
import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from care.seats import answer_satisfaction
from care.staff import Place
from clinic.live import _stream, watch
from clinic.seat import Seat
from records.alerts import Alert
from records.audit import Actor, ActorKind
from records.cases import Case, CaseKind, CaseLabel
from records.database import session_scope
from records.findings import FindingKind
from records.media import Media
from records.staff import Role
from tests.cases_made import PIXEL, emergency, found, handover, opened
from tests.console_client import Console, conversation_saying, done, signed_in, trail

pytestmark = pytest.mark.usefixtures("database")

SKIN = {"risk": "urgent", "probabilities": {"MEL": 0.71, "NEV": 0.29}, "malignant": 0.71, "version": "test-1"}


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def test_everything_that_is_known_stands_on_the_page(doctor: Console) -> None:
    case, conversation = found(SKIN)
    page = doctor.get(f"/cases/{case.id}").json()
    assert page["case"]["reasons"] == ["high_risk"]
    assert [(said["text"], said["about"]) for said in page["said"]] == [("背上一颗痣变大了", True)]
    assert page["finding"]["data"] == SKIN
    assert page["finding"]["version"] == "test-1"
    assert doctor.get(f"/media/{page['finding']['files']['overlay']['media_id']}").content == PIXEL
    assert [step["step"] for step in page["history"]] == ["opened"]
    assert [row.patient for row in trail() if row.action == "view_case"] == [conversation.account_id]


def test_findings_of_level_five_are_shown_after_a_step_up_only(doctor: Console) -> None:
    case, conversation = found(SKIN, level=5)
    page = doctor.get(f"/cases/{case.id}").json()
    assert page["finding"]["special"]
    assert page["finding"]["data"] == {}
    overlay = f"/media/{page['finding']['files']['overlay']['media_id']}"
    assert doctor.get(overlay).status_code == 403
    step = {"code": doctor.code(), "reason": "会诊，需要看结果", "conversation": conversation.id}
    assert doctor.post("/step-up", step).status_code == 200
    assert doctor.get(f"/cases/{case.id}").json()["finding"]["data"] == SKIN
    assert doctor.get(overlay).status_code == 200


def test_an_emergency_about_a_report_is_graded_as_a_report(doctor: Console) -> None:
    case, _ = found({"kind": "lab", "items": []}, kind=FindingKind.REPORT)
    with session_scope() as session:
        session.get_one(Case, case.id).kind = CaseKind.EMERGENCY
    as_skin = {"agrees": False, "graded": {"kind": "skin", "lesion": "NEV", "risk": "watch"}}
    assert doctor.post(f"/cases/{case.id}/grade", as_skin).status_code == 400
    agreed = {"agrees": True, "graded": {"kind": "report"}}
    assert doctor.post(f"/cases/{case.id}/grade", agreed).status_code == 204


def test_findings_whose_file_is_gone_are_said_to_be(doctor: Console) -> None:
    case, _ = found(SKIN)
    with session_scope() as session:
        session.execute(update(Media).where(Media.kind == "findings").values(shredded=True))
    page = doctor.get(f"/cases/{case.id}").json()
    assert (page["finding"]["gone"], page["finding"]["data"]) == (True, {})


def test_a_correction_is_kept_sealed_and_given_out_without_a_name(doctor: Console) -> None:
    case, _ = found(SKIN | {"patient": {"name": "王*明"}})
    body = {
        "agrees": False,
        "graded": {"kind": "skin", "lesion": "NEV", "risk": "watch"},
        "note": "患者王小明，电话13800138000",
    }
    assert doctor.post(f"/cases/{case.id}/grade", body).status_code == 204
    page = doctor.get(f"/cases/{case.id}").json()
    assert page["labels"][0]["content"]["lesion"] == "NEV"
    assert page["case"]["claimed_by"] == "doctor"
    [line] = doctor.get("/labels").text.splitlines()
    label = json.loads(line)
    assert (label["kind"], label["agrees"], label["graded"]["risk"]) == ("skin", False, "watch")
    assert label["machine"] == SKIN
    for secret in (case.id, "doctor", "王小明", "13800138000", "王*明"):
        assert secret not in line
    assert ("export_labels", "labels:all", "done") in done()
    with session_scope() as session:
        media_id = session.scalars(select(CaseLabel.media_id)).one()
        assert session.get_one(Media, media_id).kind == "label"


def test_a_label_of_level_five_is_never_exported(doctor: Console) -> None:
    case, conversation = found(SKIN, level=5)
    step = {"code": doctor.code(), "reason": "会诊，需要看结果", "conversation": conversation.id}
    assert doctor.post("/step-up", step).status_code == 200
    assert doctor.post(f"/cases/{case.id}/grade", {"agrees": True, "graded": {"kind": "skin"}}).status_code == 204
    assert doctor.get("/labels").text == ""


def test_pasi_is_the_houses_arithmetic_and_is_kept_with_the_label(doctor: Console) -> None:
    regions = {"trunk": {"erythema": 2, "induration": 2, "desquamation": 2, "area": 3}}
    assert doctor.post("/pasi", {"regions": regions}).json()["score"] == pytest.approx(5.4)
    case, _ = found(SKIN)
    body = {"agrees": True, "graded": {"kind": "skin", "pasi": {"regions": regions}}}
    doctor.post(f"/cases/{case.id}/grade", body)
    assert doctor.get(f"/cases/{case.id}").json()["labels"][0]["content"]["pasi"]["score"] == pytest.approx(5.4)


@pytest.mark.parametrize(
    "graded",
    [
        {"kind": "rehab", "faults": []},  # another kind's form
        {"kind": "skin", "risk": "certain"},
        {"kind": "skin", "pasi": {"regions": {"head": {"erythema": 5, "induration": 0, "desquamation": 0, "area": 0}}}},
    ],
)
def test_a_form_that_does_not_fit_is_refused(doctor: Console, graded: dict[str, object]) -> None:
    case, _ = found(SKIN)
    assert doctor.post(f"/cases/{case.id}/grade", {"agrees": False, "graded": graded}).status_code in {400, 422}


def test_report_cells_and_rehab_faults_are_labels_too(doctor: Console) -> None:
    report, _ = found({"items": [{"name": "钾", "value_text": "3.5"}]}, kind=FindingKind.REPORT)
    cells = [{"row": 0, "field": "value_text", "value": "5.3"}]
    body = {"agrees": False, "graded": {"kind": "report", "cells": cells}}
    assert doctor.post(f"/cases/{report.id}/grade", body).status_code == 204
    rehab, _ = found({"faults": []}, kind=FindingKind.REHAB)
    body = {"agrees": False, "graded": {"kind": "rehab", "faults": ["knees_in"], "count": 9}}
    assert doctor.post(f"/cases/{rehab.id}/grade", body).status_code == 204
    kinds = [json.loads(line)["graded"] for line in doctor.get("/labels").text.splitlines()]
    assert kinds == [
        {"kind": "report", "cells": cells},
        {"kind": "rehab", "faults": ["knees_in"], "count": 9},
    ]


def test_two_visits_stand_beside_each_other(doctor: Console) -> None:
    case, conversation = found(SKIN)
    later, _ = found(SKIN)
    with session_scope() as session:  # the second photo is the same patient's
        session.execute(update(Case).where(Case.id == later.id).values(conversation_id=conversation.id))
    page = doctor.get(f"/cases/{later.id}").json()
    assert [one["id"] for one in page["cases"]] == [case.id]
    assert [one["data"] for one in page["earlier"]] == [SKIN]


def test_a_video_is_given_in_the_parts_that_are_asked_for(doctor: Console) -> None:
    case, _ = found(SKIN)
    photo = doctor.get(f"/cases/{case.id}").json()["finding"]["source"]["media_id"]
    whole = doctor.get(f"/media/{photo}")
    assert (whole.status_code, whole.headers["accept-ranges"], len(whole.content)) == (200, "bytes", 3003)

    def part(wanted: str) -> tuple[int, bytes, str]:
        answer = doctor.ask("GET", f"/media/{photo}", headers={"range": wanted})
        return answer.status_code, answer.content, answer.headers.get("content-range", "")

    assert part("bytes=1-2") == (206, whole.content[1:3], "bytes 1-2/3003")
    assert part("bytes=3000-") == (206, whole.content[3000:], "bytes 3000-3002/3003")
    assert part("bytes=3000-9999") == (206, whole.content[3000:], "bytes 3000-3002/3003")
    assert part("bytes=3003-")[0] == 416
    assert part("bytes=oops")[0] == 200


def test_canned_replies_are_found_by_words_written_and_hold_no_patient(doctor: Console) -> None:
    skin = doctor.get("/canned-replies?kind=skin&words=门诊").json()
    assert skin
    assert {one["kind"] for one in skin} <= {"skin", ""}
    assert all("门诊" in one["title"] + one["text"] for one in skin)
    assert doctor.post("/canned-replies", {"title": "周末", "text": "周末皮肤科上午看诊。"}).status_code == 403
    nurse, _ = signed_in(role=Role.NURSE)
    kept = nurse.post("/canned-replies", {"title": "周末", "text": "周末皮肤科上午看诊。", "kind": "skin"}).json()
    assert doctor.get("/canned-replies?kind=skin&words=周末").json() == [kept]
    named = nurse.post("/canned-replies", {"title": "王小明", "text": "王小明，身份证号11010519491231002X"})
    assert named.status_code == 400
    assert nurse.ask("DELETE", f"/canned-replies/{kept['id']}").status_code == 204
    assert doctor.get("/canned-replies?words=周末").json() == []


def test_figures_count_what_happened_and_say_how_long_it_took(doctor: Console) -> None:
    opened(conversation_saying("痒"), department="皮肤科")
    case, conversation = handover()
    urgent, _ = emergency()
    doctor.post(f"/cases/{case.id}/claim")
    doctor.post(f"/cases/{case.id}/reply", {"text": "您好"})
    doctor.post(f"/cases/{case.id}/close", {"outcome": "answered"})
    doctor.post(f"/cases/{urgent.id}/claim")
    with session_scope() as session:
        alert = session.get_one(Alert, urgent.alert_id)
        alert.acknowledged_at = alert.created_at + timedelta(seconds=40)
        answer_satisfaction(session, conversation_id=conversation.id, score=3)
    figures = doctor.get("/figures").json()
    assert (figures["conversations"], figures["alone"]) == (3, 1)
    assert sum(one["patient"] for one in figures["traffic"]) == 3
    assert figures["waits"]["handover"]["number"] == 1
    assert figures["alarms"]["waited"] == {"number": 1, "median_s": 40, "p90_s": 40}
    assert figures["content"] == {"asked": 1, "answered": 1, "mean": 3, "scores": {"3": 1}}
    assert figures["departments"] == {"皮肤科": 1}
    answer = doctor.get("/figures.csv?by=hour")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["figure", "of", "value", "unit"]
    assert ["alarm_acknowledged_after", "median", "40", "seconds"] in rows
    assert ("export_figures", "figures:csv", "done") in done()
    assert doctor.get("/figures?first=2026-01-02&last=2026-01-01").status_code == 422


def test_the_stream_names_what_moved_and_nothing_of_anybody() -> None:
    seat = Seat(Actor(ActorKind.STAFF, "doctor"), "s" * 64, Role.CLINICIAN, "", "", (), Place(), by_provider=False)

    async def listening() -> list[str]:
        watch._read_at = 0.0
        stream = _stream(seat)
        heard = [await anext(stream), await anext(stream)]
        await asyncio.to_thread(handover)
        heard.append(await asyncio.wait_for(anext(stream), 10))
        await stream.aclose()
        return heard

    retry, first, second = asyncio.run(listening())
    assert retry.startswith("retry:")
    assert first == 'event: changed\ndata: ["alerts", "cases", "conversations"]\n\n'
    assert second == 'event: changed\ndata: ["cases", "conversations"]\n\n'
