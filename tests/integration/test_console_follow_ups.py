"""Follow-ups at the console: started from a case, seen with their answers, stopped; plans changed by two clinicians."""

from typing import Any

import pytest
from fastapi import FastAPI

from care.cases import open_case
from care.followup.in_force import plans
from care.followup.plans import file_texts
from records.cases import CaseKind, CaseLevel
from records.database import session_scope
from records.published import DocumentKind, PublishedDocument
from records.staff import Role
from tests.console_client import Console, account, console_app, done, signed_in, trail
from tests.integration.followup.house import at, cases, conversation_of, round_at, said_by_bot, today
from tests.talking import Anna, Assistant

PLAN = "day_surgery"


@pytest.fixture
def app(database: None, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr("care.published.watching.LOOKED_EVERY_S", 0.0)
    return console_app()


@pytest.fixture
def doctor(app: FastAPI) -> Console:
    return signed_in(app)[0]


@pytest.fixture
def colleague(app: FastAPI, doctor: Console) -> Console:
    return of("colleague", Role.CLINICIAN, app)


def of(username: str, role: Role, app: FastAPI, *departments: str) -> Console:
    console = Console(app)
    assert console.sign_in(account(username, role, *departments), username).status_code == 200
    return console


def asked(**more: Any) -> dict[str, Any]:
    """A start as the console sends it."""
    return {"plan": PLAN, "starts_on": today().isoformat(), "department": "普外科", **more}


class TestOfAPatient:
    def test_from_the_case_to_the_answer_and_the_end(self, doctor: Console) -> None:
        conversation_id = conversation_of()
        with session_scope() as session:
            case = open_case(
                session,
                kind=CaseKind.HANDOVER,
                level=CaseLevel.URGENT,
                conversation_id=conversation_id,
                dedupe_key="handover:1",
            )
        made = doctor.post(f"/conversations/{conversation_id}/follow-ups", asked(case_id=case.id))
        assert made.status_code == 201, made.text
        assert (made.json()["name"], made.json()["days"], made.json()["told_at"]) == ("日间手术后伤口", [1, 3, 7], None)
        assert doctor.post(f"/conversations/{conversation_id}/follow-ups", asked()).status_code == 409
        round_at(at(0, "09:00"))
        round_at(at(1, "10:00"))
        Anna(Assistant()).says("8")
        [shown] = doctor.get(f"/conversations/{conversation_id}/follow-ups").json()
        [answer] = [one for one in shown["answers"] if one["state"] == "answered"]
        assert (answer["day"], answer["ask"], answer["answer"], answer["meaning"]) == (
            1,
            "现在伤口有多疼？",
            "8",
            "at_once",
        )
        [row] = doctor.get("/cases?kind=follow_up").json()["rows"]
        assert (row["level"], row["reasons"], row["complaint"]) == (
            "urgent",
            ["followup_at_once"],
            "日间手术后伤口第1天：现在伤口有多疼？ 8",
        )
        figures = doctor.get("/figures").json()["follow_ups"]
        assert figures["running"] == 1
        assert figures["cases"] == 1
        stopped = doctor.post(f"/follow-ups/{shown['id']}/stop")
        assert (stopped.json()["state"], stopped.json()["ended_by"]) == ("ended", "doctor")
        assert doctor.post(f"/follow-ups/{shown['id']}/stop").status_code == 409
        acts = done()
        for action in ("start_follow_up", "stop_follow_up"):
            assert (action, f"follow_up:{shown['id']}", "done") in acts
        assert ("view_follow_up", f"conversation:{conversation_id}", "done") in acts

    def test_only_a_clinician_of_the_department_starts_and_stops(self, app: FastAPI, doctor: Console) -> None:
        conversation_id = conversation_of()
        path = f"/conversations/{conversation_id}/follow-ups"
        skin = of("skin", Role.CLINICIAN, app, "皮肤科")
        assert skin.post(path, asked()).status_code == 403
        made = doctor.post(path, asked()).json()
        assert skin.post(f"/follow-ups/{made['id']}/stop").status_code == 403
        assert skin.get(path).json() == []
        nurse = of("nurse", Role.NURSE, app, "普外科")
        assert len(nurse.get(path).json()) == 1
        assert nurse.post(f"/follow-ups/{made['id']}/stop").status_code == 403
        operator = of("operator", Role.OPERATOR, app)
        assert operator.get(path).status_code == 403

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"plan": "dancing"}, 400),
            ({"starts_on": "2021-01-01"}, 400),
            ({"starts_on": "0001-01-01"}, 422),
            ({"plan": "../x"}, 422),
            ({"kinship": ""}, 422),
            ({"department": "a\0"}, 422),
            ({"case_id": "0" * 16}, 404),
        ],
    )
    def test_what_cannot_be_is_refused(self, doctor: Console, wrong: dict[str, Any], code: int) -> None:
        answer = doctor.post(f"/conversations/{conversation_of()}/follow-ups", asked(**wrong))
        assert answer.status_code == code, answer.text

    def test_unknown_ones_are_not_there(self, doctor: Console) -> None:
        assert doctor.post(f"/conversations/{'0' * 16}/follow-ups", asked()).status_code == 404
        assert doctor.get(f"/conversations/{'0' * 16}/follow-ups").status_code == 404
        assert doctor.post(f"/follow-ups/{'0' * 16}/stop").status_code == 404

    def test_a_case_of_somebody_else_is_not_taken_for_this_ones(self, doctor: Console) -> None:
        with session_scope() as session:
            case = open_case(
                session,
                kind=CaseKind.HANDOVER,
                level=CaseLevel.URGENT,
                conversation_id=conversation_of("other"),
                dedupe_key="handover:1",
            )
        answer = doctor.post(f"/conversations/{conversation_of()}/follow-ups", asked(case_id=case.id))
        assert answer.status_code == 404


class TestPlans:
    def test_everybody_who_reads_safety_sees_every_plan(self, app: FastAPI, doctor: Console) -> None:
        operator = of("operator", Role.OPERATOR, app)
        found = operator.get("/follow-up-plans").json()
        assert {one["id"] for one in found} == set(file_texts())
        [plan] = [one for one in found if one["id"] == PLAN]
        assert (plan["ask_at"], plan["unanswered"], plan["version"]) == ("10:00", "case", 0)
        assert ["伤口大量流血，止不住", "emergency"] in plan["questions"][1]["answers"]
        assert operator.get(f"/follow-up-plans/{PLAN}").json()["text"] == file_texts()[PLAN]
        assert operator.get("/follow-up-plans/dancing").status_code == 404
        body = {"text": changed(), "note": "试一试", "base": 0}
        assert operator.post(f"/follow-up-plans/{PLAN}/proposals", body).status_code == 403

    def test_a_change_is_in_force_after_a_second_clinician_and_for_those_who_start_later(
        self, doctor: Console, colleague: Console
    ) -> None:
        first = doctor.post(f"/conversations/{conversation_of()}/follow-ups", asked()).json()
        proposal = proposed(doctor, changed())
        assert plans()[PLAN].name == "日间手术后伤口"
        assert decided(doctor, proposal, "approve") == 403
        page = colleague.get(f"/follow-up-plan-proposals/{proposal}").json()
        assert (page["name"], page["own"], page["checked"]["problem"]) == (PLAN, False, "")
        assert page["checked"]["weaker"] == ["“现在伤口有多疼？”回答 4 分时不再那么急"]
        assert decided(colleague, proposal, "approve") == 204
        assert plans()[PLAN].name == "日间手术后的伤口"
        second = doctor.post(f"/conversations/{conversation_of('other')}/follow-ups", asked()).json()
        assert (first["version"], second["version"]) == (0, 1)
        page = doctor.get(f"/follow-up-plans/{PLAN}").json()
        assert [(one["version"], one["by"], one["approved_by"]) for one in page["versions"]] == [
            (1, "doctor", "colleague"),
            (0, "", None),
        ]
        assert doctor.get(f"/follow-up-plans/{PLAN}/versions/0").json()["text"] == file_texts()[PLAN]
        acts = {(row.action, row.subject, row.actor_id) for row in trail()}
        assert ("propose_follow_up_plan", f"follow_up_plan:{PLAN}", "doctor") in acts
        assert ("approve_follow_up_plan", f"follow_up_plan:{PLAN}", "colleague") in acts
        assert ("approve_follow_up_plan", f"proposal:{proposal}", "doctor") in acts

    def test_the_two_kinds_of_proposals_do_not_mix(self, doctor: Console, colleague: Console) -> None:
        proposal = proposed(doctor, changed())
        assert colleague.get("/red-flag-proposals").json() == []
        assert colleague.get(f"/red-flag-proposals/{proposal}").status_code == 404
        reason = {"reason": "已核对"}
        assert colleague.post(f"/red-flag-proposals/{proposal}/approve", reason).status_code == 404
        assert plans()[PLAN].name == "日间手术后伤口"
        assert len(colleague.get("/follow-up-plan-proposals").json()) == 1

    def test_a_new_plan_is_added_and_can_be_retired(self, doctor: Console, colleague: Console) -> None:
        text = file_texts()["rehab_after"].replace("id: rehab_after", "id: knee_after")
        assert doctor.get("/follow-up-plans/knee_after").status_code == 404
        proposal = proposed(doctor, text, plan="knee_after")
        assert decided(colleague, proposal, "approve") == 204
        path = f"/conversations/{conversation_of()}/follow-ups"
        assert doctor.post(path, asked(plan="knee_after", department="康复医学科")).status_code == 201
        retired = text.replace("unanswered: end", "unanswered: end\nretired: true")
        again = proposed(doctor, retired, plan="knee_after", base=1)
        page = colleague.get(f"/follow-up-plan-proposals/{again}").json()
        assert page["checked"]["weaker"] == ["停用后，不能再为患者启动这个计划"]
        assert decided(colleague, again, "approve") == 204
        assert doctor.post(path, asked(plan="knee_after", kinship="孩子")).json() == {
            "detail": "没有这个随访计划，或已停用。"
        }

    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("", "", "没有改动"),
            ("id: day_surgery", "id: other", "id 要写 day_surgery，不能改"),
            ("unanswered: case", "unanswered: never", "第 7 行 unanswered：不是可以选的值"),
            ("干净，不红不肿", "吃2片药", "不能写药的用量"),
            ("伤口大量流血，止不住", "伤口有点渗水", "自己打字说出来不会触发红旗"),
            ("有点发热", "胸口压着疼", "请标为 emergency"),
            ("日间手术后伤口", "张三13800138000随访", "不能写姓名"),
        ],
    )
    def test_what_cannot_be_used_is_refused_and_says_why(self, doctor: Console, old: str, new: str, why: str) -> None:
        text = file_texts()[PLAN].replace(old, new) if old else file_texts()[PLAN]
        answer = doctor.post(f"/follow-up-plans/{PLAN}/proposals", {"text": text, "note": "试一试", "base": 0})
        assert answer.status_code == 400
        assert why in answer.json()["detail"], answer.json()
        checked = doctor.post(f"/follow-up-plans/{PLAN}/check", {"text": text}).json()
        assert checked["problem"] == answer.json()["detail"]

    def test_a_version_that_cannot_be_read_any_more_gives_way_to_the_files(self, doctor: Console) -> None:
        with session_scope() as session:
            for name in (PLAN, "gone"):
                session.add(
                    PublishedDocument(
                        kind=DocumentKind.FOLLOW_UP_PLAN, name=name, version=1, text="id: x", note="旧版", by="doctor"
                    )
                )
        assert plans()[PLAN].name == "日间手术后伤口"
        assert "gone" not in plans()
        path = f"/conversations/{conversation_of()}/follow-ups"
        assert doctor.post(path, asked()).json()["version"] == 0
        assert doctor.post(path, asked(plan="gone")).status_code == 400


def changed() -> str:
    """The plan by another name, and with a number that counts later."""
    return file_texts()[PLAN].replace("name: 日间手术后伤口", "name: 日间手术后的伤口").replace("soon: 4", "soon: 5")


def proposed(by: Console, text: str, *, plan: str = PLAN, base: int = 0) -> str:
    answer = by.post(f"/follow-up-plans/{plan}/proposals", {"text": text, "note": "外科讨论", "base": base})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def decided(by: Console, proposal: str, how: str) -> int:
    return by.post(f"/follow-up-plan-proposals/{proposal}/{how}", {"reason": "已核对指南"}).status_code


def test_nothing_is_said_to_the_patient_by_the_console_itself(doctor: Console) -> None:
    doctor.post(f"/conversations/{conversation_of()}/follow-ups", asked())
    assert said_by_bot() == []
    assert cases() == []
