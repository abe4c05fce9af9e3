"""The hospital's own answers edited at the console: checked, versioned, and said by every process that runs."""

import os
import subprocess
import sys
from datetime import date
from urllib.parse import quote

import pytest

from care.insurance import NoPolicy, policies, policy_on
from care.insurance.shelf import file_texts
from care.preparation import preparation_for
from hospital import get_hospital
from records.database import read_scope, session_scope
from records.published import DocumentKind, PublishedDocument
from records.staff import Role
from settings import ROOT
from tests.console_client import Console, done, signed_in, trail

POLICY = "/knowledge/policy/sample-2026"
STOMACH = f"/knowledge/preparation/{quote('胃镜')}"
NEXT_YEAR = "/knowledge/policy/sample-2027"
DAY = date(2026, 6, 1)


@pytest.fixture
def operator(database: None, monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr("care.published.watching.LOOKED_EVERY_S", 0.0)
    return signed_in(role=Role.OPERATOR)[0]


def dearer() -> str:
    """The policy of 2026 with another deductible in a hospital of the third level."""
    return file_texts()["sample-2026"].replace('三级: {deductible: "900"', '三级: {deductible: "950"')


def deductible() -> str:
    [benefit] = [one for one in policy_on(DAY).benefits if (one.scheme, one.setting) == ("employee", "inpatient")]
    return str(benefit.levels["三级"].deductible)  # type: ignore[index]


def test_a_policy_is_edited_looked_at_compared_and_put_back(operator: Console) -> None:
    assert deductible() == "900"
    saved = operator.ask("PUT", POLICY, json={"text": dearer(), "note": "医保局来文", "base": 0})
    assert (saved.status_code, saved.json()["version"], saved.json()["by"]) == (200, 1, "operator")
    assert deductible() == "950"

    page = operator.get(POLICY).json()
    assert page["text"] == dearer()
    assert [(one["version"], one["note"], one["by"]) for one in page["versions"]] == [
        (1, "医保局来文", "operator"),
        (0, "", ""),
    ]
    first = operator.get(f"{POLICY}/versions/0").json()
    changed = [line for line in first["lines"] if line["mark"] != "same"]
    assert [(line["mark"], line["text"].split('"')[1]) for line in changed] == [("removed", "950"), ("added", "900")]

    back = operator.ask("PUT", POLICY, json={"text": first["text"], "note": "恢复第 0 版", "base": 1})
    assert back.json()["version"] == 2
    assert deductible() == "900"
    rows = [row for row in done() if row[0] == "publish_document"]
    assert rows == [("publish_document", "document:policy:sample-2026", "done")] * 2
    assert "医保局" not in trail()[-1].details


ANOTHER_PROCESS = """
import sys
from datetime import date
import care.published.watching
from care.insurance import policy_on
care.published.watching.LOOKED_EVERY_S = 0.0
for _ in sys.stdin:
    print(policy_on(date(2026, 6, 1)).name, flush=True)
"""


def test_a_process_that_runs_says_the_new_version_without_a_restart(operator: Console) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        bufsize=1,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write("\n")
        before = other.stdout.readline().strip()
        text = file_texts()["sample-2026"].replace(before, "某市基本医疗保险待遇")
        assert operator.ask("PUT", POLICY, json={"text": text, "note": "改名称", "base": 0}).status_code == 200
        other.stdin.write("\n")
        assert other.stdout.readline().strip() == "某市基本医疗保险待遇"
        other.stdin.close()
    assert other.returncode == 0


def test_a_wrong_policy_is_refused_with_line_and_reason_and_nothing_changes(operator: Console) -> None:
    wrong = file_texts()["sample-2026"].replace('ceiling: "300000"', "ceiling: -3")
    line = 1 + wrong.splitlines().index("    ceiling: -3")
    told = operator.ask("PUT", POLICY, json={"text": wrong, "note": "改封顶线", "base": 0})
    assert told.status_code == 400
    assert told.json()["detail"] == f"第 {line} 行 benefits.0.ceiling：不能小于 0"
    assert operator.post(f"{POLICY}/check", {"text": wrong}).json()["problem"] == told.json()["detail"]
    assert [one["version"] for one in operator.get(POLICY).json()["versions"]] == [0]


def test_next_years_policy_is_added_once_this_years_has_an_end(operator: Console) -> None:
    this_year = file_texts()["sample-2026"]
    coming = this_year.replace("id: sample-2026", "id: sample-2027").replace("valid_from: 2026", "valid_from: 2027")
    refused = operator.ask("PUT", NEXT_YEAR, json={"text": coming, "note": "明年的政策", "base": 0})
    assert (refused.status_code, "valid_to" in refused.json()["detail"]) == (400, True)
    ended = this_year.replace("valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_to: 2026-12-31")
    for path, text in ((POLICY, ended), (NEXT_YEAR, coming)):
        assert operator.ask("PUT", path, json={"text": text, "note": "换年度", "base": 0}).status_code == 200
    assert [policy.id for policy in policies()] == ["sample-2025", "sample-2026", "sample-2027"]


def test_how_to_prepare_is_what_the_operator_wrote(operator: Console) -> None:
    with read_scope() as session:
        begun = preparation_for(session, get_hospital(), "胃镜")
    new = "\n".join([*begun, "检查前请取下活动假牙"])
    assert operator.ask("PUT", STOMACH, json={"text": new, "note": "内镜室要求", "base": 0}).status_code == 200
    with read_scope() as session:
        assert preparation_for(session, get_hospital(), "无痛胃镜") == (*begun, "检查前请取下活动假牙")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("检查前吃2片药", "用量"),
        ("有事找张建国，身份证110101199003074610", "个人信息"),
        ("空腹\n\n不喝水", "第 2 行是空的"),
        ("空" * 101, "第 1 行太长"),
        ("\n".join("一" * 11), "最多 10 行"),
    ],
)
def test_what_patients_must_not_be_told_is_not_published(operator: Console, text: str, why: str) -> None:
    told = operator.ask("PUT", STOMACH, json={"text": text, "note": "改一改", "base": 0})
    assert (told.status_code, why in told.json()["detail"]) == (400, True)


def test_of_two_who_edit_the_second_is_told_and_overwrites_nothing(operator: Console) -> None:
    assert operator.ask("PUT", STOMACH, json={"text": "空腹", "note": "第一个人", "base": 0}).status_code == 200
    assert operator.ask("PUT", STOMACH, json={"text": "不空腹", "note": "第二个人", "base": 0}).status_code == 409
    assert operator.get(STOMACH).json()["text"] == "空腹"


def test_red_flags_and_unknown_examinations_are_no_documents_of_an_operator(operator: Console) -> None:
    new = {"text": "空腹", "note": "试一试", "base": 0}
    assert operator.ask("PUT", "/knowledge/red_flag/unconscious", json=new).status_code == 422
    assert operator.ask("PUT", f"/knowledge/preparation/{quote('换心')}", json=new).status_code == 404
    kinds = {row["kind"] for row in operator.get("/knowledge").json()}
    assert kinds == {"policy", "preparation"}


def test_a_published_policy_that_cannot_be_read_any_more_is_no_old_sum_and_can_be_mended(operator: Console) -> None:
    with session_scope() as session:
        session.add(
            PublishedDocument(kind=DocumentKind.POLICY, name="sample-2026", version=1, text="id: x", note="旧", by="op")
        )
    with pytest.raises(NoPolicy):
        policy_on(DAY)
    assert operator.ask("PUT", POLICY, json={"text": dearer(), "note": "改好了", "base": 1}).status_code == 200
    assert deductible() == "950"


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE, Role.AGENT])
def test_others_do_not_edit_what_the_hospital_says(database: None, role: Role) -> None:
    new = {"text": "空腹", "note": "试一试", "base": 0}
    assert signed_in(role=role)[0].ask("PUT", STOMACH, json=new).status_code == 403
