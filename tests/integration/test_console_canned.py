"""Canned replies keep every version: who wrote what when, compared with the one in use, put back, also after they were
thrown away."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text

from care.seats.canned import canned_replies
from records.database import engine, session_scope
from records.migrate import upgrade
from records.staff import Role
from settings import Settings
from tests.console_client import Console, done, signed_in

FIRST = {"title": "周末", "text": "周末上午看诊。\n请带医保卡。", "kind": "skin"}
SECOND = {"title": "周末", "text": "周末全天看诊。\n请带医保卡。", "kind": None, "base": 1, "note": "排班改了"}


@pytest.fixture
def nurse(database: None) -> Console:
    return signed_in(role=Role.NURSE)[0]


def put(console: Console, reply_id: str, **changed: object) -> tuple[int, object]:
    answer = console.ask("PUT", f"/canned-replies/{reply_id}", json=changed)
    return answer.status_code, answer.json() if answer.is_success else answer.json()["detail"]


def versions(console: Console, reply_id: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = console.get(f"/canned-replies/{reply_id}/versions").json()
    return found


def test_a_change_keeps_what_stood_before_and_who_wrote_it(nurse: Console) -> None:
    kept = nurse.post("/canned-replies", FIRST).json()
    agent, _ = signed_in(role=Role.AGENT)
    status, changed = put(agent, kept["id"], **SECOND)
    assert (status, changed) == (200, kept | {"text": SECOND["text"], "kind": "", "version": 2})
    latest, first = versions(nurse, kept["id"])
    assert [(one["version"], one["by"], one["note"]) for one in (latest, first)] == [
        (2, "agent", "排班改了"),
        (1, "nurse", ""),
    ]
    assert (first["title"], first["text"], first["kind"], first["dropped"]) == (*FIRST.values(), False)
    assert first["at"]
    assert first["lines"] == [
        {"mark": "same", "text": "标题：周末"},
        {"mark": "removed", "text": "周末全天看诊。"},
        {"mark": "added", "text": "周末上午看诊。"},
        {"mark": "same", "text": "请带医保卡。"},
    ]
    assert done()[-1] == ("publish_document", f"document:canned_reply:{kept['id']}", "done")
    # Put back: the old words as a new version.
    old = {name: first[name] for name in ("title", "text", "kind")}
    assert put(nurse, kept["id"], **old, base=2, note="恢复第 1 版")[0] == 200
    assert [one["version"] for one in versions(nurse, kept["id"])] == [3, 2, 1]
    assert nurse.get("/canned-replies?words=周末上午").json() == [kept | {"version": 3}]


def test_of_two_who_change_one_at_once_the_second_is_told(nurse: Console) -> None:
    kept = nurse.post("/canned-replies", FIRST).json()
    assert put(nurse, kept["id"], **SECOND)[0] == 200
    assert put(nurse, kept["id"], **SECOND) == (409, "别人刚刚保存了新的一版，请重新打开再改")
    assert put(nurse, "0a1b2c3d4e5f6071", **SECOND) == (404, "没有这条常用回复")
    named = SECOND | {"base": 2, "text": "身份证110101199003074610"}
    assert put(nurse, kept["id"], **named) == (400, "常用回复给所有患者用，不能写姓名、证件号等个人信息")
    assert put(nurse, kept["id"], **(SECOND | {"base": 2, "note": "身份证110101199003074610"}))[0] == 400
    assert len(versions(nurse, kept["id"])) == 2


def test_what_was_thrown_away_is_not_offered_and_can_be_put_back(nurse: Console) -> None:
    kept = nurse.post("/canned-replies", FIRST).json()
    path = f"/canned-replies/{kept['id']}"
    assert nurse.get("/canned-replies/dropped").json() == []
    assert nurse.delete(path).status_code == 204
    assert nurse.delete(path).status_code == 404
    assert nurse.get("/canned-replies?words=周末").json() == []
    with session_scope() as session:
        assert kept["id"] not in {one.id for one in canned_replies(session)}
    assert nurse.get("/canned-replies/dropped").json() == [kept | {"version": 2}]
    gone, first = versions(nurse, kept["id"])
    assert (gone["version"], gone["dropped"], gone["text"], gone["note"]) == (2, True, "", "删除")
    assert [line["mark"] for line in first["lines"]] == ["added"] * 3  # type: ignore[attr-defined]
    assert put(nurse, kept["id"], **FIRST, base=2)[0] == 200
    assert nurse.get("/canned-replies?words=周末").json() == [kept | {"version": 3}]
    assert nurse.get("/canned-replies/dropped").json() == []


def test_replies_of_a_house_before_versions_are_their_first_version(installation: Settings) -> None:
    if engine().dialect.name == "postgresql":
        with engine().begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    upgrade("0014")
    with engine().begin() as connection:
        connection.execute(
            text("INSERT INTO canned_reply VALUES ('0a1b2c3d4e5f6071', 'skin', '周末', :said, 'li.na', :at)"),
            {"said": FIRST["text"], "at": "2026-03-01 08:00:00.000000"},
        )
    upgrade()
    with session_scope() as session:
        [one] = [one for one in canned_replies(session) if one.own]
        assert (one.id, one.version) == ("0a1b2c3d4e5f6071", 1)
        assert {"title": one.title, "text": one.text, "kind": one.kind} == FIRST
        assert one.edited_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
        by, stored = session.execute(text("SELECT by, text FROM published_document")).one()
    assert (by, json.loads(stored)["title"]) == ("li.na", "周末")
    assert "canned_reply" not in inspect(engine()).get_table_names()
    engine().dispose()
