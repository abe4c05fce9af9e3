"""A red flag is changed by two clinicians: proposed and checked, decided by another, in force in every process."""

import os
import subprocess
import sys

import pytest
from fastapi import FastAPI

from care.emergency import screen
from care.emergency.in_force import catalogue, file_texts
from records.database import session_scope
from records.published import DocumentKind, PublishedDocument
from records.staff import Role
from settings import ROOT
from tests.console_client import Console, account, console_app, done, signed_in, trail

FLAG = "syncope"
EXAMPLE = "我妈在厨房昏倒了"


def wider() -> str:
    """The flag with one more situation, and an example."""
    assert "when: [晕倒]" in file_texts()[FLAG]
    return file_texts()[FLAG].replace("when: [晕倒]", "when: [晕倒, 心慌 & 要晕]") + f"examples: [{EXAMPLE}]\n"


def narrower() -> str:
    """The flag that asks for a second sign and falls silent over a third."""
    changed = file_texts()[FLAG].replace("when: [晕倒]", "when: [晕倒 + 胸痛]").replace("[夸张]", "[夸张, 乳房]")
    return changed + "examples: [胸口疼得厉害然后晕倒了]\n"


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


def of(username: str, role: Role, app: FastAPI) -> Console:
    console = Console(app)
    assert console.sign_in(account(username, role), username).status_code == 200
    return console


def proposed(by: Console, text: str, *, base: int = 0) -> str:
    answer = by.post(f"/red-flags/{FLAG}/proposals", {"text": text, "note": "急诊科讨论", "base": base})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def decided(by: Console, proposal: str, how: str) -> int:
    return by.post(f"/red-flag-proposals/{proposal}/{how}", {"reason": "已核对指南"}).status_code


def lines_in_force() -> int:
    flag = catalogue().flag(FLAG)
    assert flag is not None
    return len(flag.when)


def test_a_change_is_in_force_only_after_another_clinician_approved_it(doctor: Console, colleague: Console) -> None:
    proposal = proposed(doctor, wider())
    assert lines_in_force() == 1
    seen = colleague.get(f"/red-flag-proposals/{proposal}").json()
    assert (seen["by"], seen["own"], seen["checked"]["problem"], seen["checked"]["weaker"]) == ("doctor", False, "", [])
    assert any(line["mark"] == "added" and "要晕" in line["text"] for line in seen["checked"]["lines"])

    assert decided(colleague, proposal, "approve") == 204
    assert lines_in_force() == 2
    page = colleague.get(f"/red-flags/{FLAG}").json()
    assert page["text"] == wider()
    assert [(one["version"], one["by"], one["approved_by"]) for one in page["versions"]] == [
        (1, "doctor", "colleague"),
        (0, "", None),
    ]
    assert colleague.get(f"/red-flags/{FLAG}/versions/0").json()["text"] == file_texts()[FLAG]
    [row] = [one for one in colleague.get("/red-flags").json() if one["id"] == FLAG]
    assert row["version"] == 1
    acts = {(row.action, row.subject, row.actor_id) for row in trail()}
    assert ("propose_red_flag", f"red_flag:{FLAG}", "doctor") in acts
    assert ("approve_red_flag", f"red_flag:{FLAG}", "colleague") in acts
    assert "急诊科" not in "".join(str(row.details) for row in trail())


def test_nobody_decides_their_own_proposal_and_the_attempt_is_recorded(doctor: Console, colleague: Console) -> None:
    proposal = proposed(doctor, wider())
    assert [decided(doctor, proposal, how) for how in ("approve", "refuse")] == [403, 403]
    assert lines_in_force() == 1
    refused = [row for row in done() if row[1] == f"proposal:{proposal}"]
    assert refused == [
        ("approve_red_flag", f"proposal:{proposal}", "refused"),
        ("refuse_red_flag", f"proposal:{proposal}", "refused"),
    ]
    assert colleague.post(f"/red-flag-proposals/{proposal}/withdraw").status_code == 403
    assert doctor.post(f"/red-flag-proposals/{proposal}/withdraw").status_code == 204
    assert decided(colleague, proposal, "approve") == 409


def test_a_refusal_has_a_reason_and_leaves_the_flag_as_it_is(doctor: Console, colleague: Console) -> None:
    proposal = proposed(doctor, narrower())
    assert colleague.post(f"/red-flag-proposals/{proposal}/refuse", {}).status_code == 422
    assert decided(colleague, proposal, "refuse") == 204
    [row] = doctor.get("/red-flag-proposals").json()
    assert (row["state"], row["decided_by"], row["decision"]) == ("refused", "colleague", "已核对指南")
    assert lines_in_force() == 1


def test_who_decides_is_told_in_plain_words_what_would_alarm_less(doctor: Console, colleague: Console) -> None:
    assert decided(colleague, proposed(doctor, wider()), "approve") == 204
    weaker = colleague.get(f"/red-flag-proposals/{proposed(doctor, narrower(), base=1)}").json()["checked"]["weaker"]
    assert "去掉或改动了一种情形：晕倒。只符合这一种的患者可能不再报警" in weaker
    assert "去掉或改动了一种情形：心慌 & 要晕。只符合这一种的患者可能不再报警" in weaker
    assert "新增排除：消息里提到“乳房”就不再报警" in weaker
    assert f"原来的例句不再触发这条红旗：{EXAMPLE}" in weaker


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("urgency: call_120", "urgency: emergency", "紧急程度降低"),
        ("马上拨打120, ", "", "不再提到 120"),
    ],
)
def test_a_lower_urgency_is_said(doctor: Console, old: str, new: str, said: str) -> None:
    text = file_texts()["unconscious"].replace(old, new) + "examples: [昏迷不醒]\n"
    checked = doctor.post("/red-flags/unconscious/check", {"text": text}).json()
    assert checked["problem"] == ""
    assert any(said in line for line in checked["weaker"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text, "examples"),
        (lambda text: text + "examples: [今天天气不错]\n", "例句不会触发这条红旗：今天天气不错"),
        (lambda text: text.replace("[晕倒]", "[没有这个征象]"), "there is no sign 没有这个征象"),
        (lambda text: text.replace("when: [晕倒]", "when: []"), "when is missing"),
        (lambda text: text.replace("id: syncope", "id: unconscious"), "the id must stay syncope"),
        (lambda text: text + "off: true\n", "is not known"),
        (lambda text: text + "colour: red\n", "colour is not known"),
        (lambda text: text.replace("[夸张]", "[[夸张]]"), "there is no sign"),
        (lambda text: text.replace("when: [晕倒]", "when: [晕倒"), "不能用"),
        (lambda text: text.replace("advice: [", "advice: [吃2片药, ") + f"examples: [{EXAMPLE}]\n", "用量"),
        (lambda text: "[" * 5000, "不能用"),
        (lambda text: "- 1", "不能用"),
    ],
)
def test_what_cannot_be_used_is_refused_and_says_why(doctor: Console, change: object, why: str) -> None:
    text = change(file_texts()[FLAG].replace("name: 晕倒", "name: 晕过去"))  # type: ignore[operator]
    answer = doctor.post(f"/red-flags/{FLAG}/proposals", {"text": text, "note": "试一试", "base": 0})
    assert (answer.status_code, why in answer.json()["detail"]) == (400, True), answer.json()
    assert doctor.post(f"/red-flags/{FLAG}/check", {"text": text}).json()["problem"] == answer.json()["detail"]


def test_one_change_of_a_flag_waits_at_a_time_and_only_of_what_is_in_force(doctor: Console, colleague: Console) -> None:
    first = proposed(doctor, wider())
    again = {"text": narrower(), "note": "另一个", "base": 0}
    assert colleague.post(f"/red-flags/{FLAG}/proposals", again).status_code == 409
    assert decided(colleague, first, "approve") == 204
    assert decided(colleague, first, "approve") == 409
    assert colleague.post(f"/red-flags/{FLAG}/proposals", again).status_code == 409


@pytest.mark.parametrize("role", [Role.NURSE, Role.OPERATOR])
def test_who_only_reads_neither_proposes_nor_approves(app: FastAPI, doctor: Console, role: Role) -> None:
    proposal = proposed(doctor, wider())
    reader = of("reader", role, app)
    assert reader.get(f"/red-flags/{FLAG}").status_code == 200
    assert reader.get(f"/red-flag-proposals/{proposal}").status_code == 200
    assert reader.post(f"/red-flags/{FLAG}/check", {"text": wider()}).status_code == 403
    assert decided(reader, proposal, "approve") == 403


ANOTHER_PROCESS = """
import sys
import care.published.watching
from care.emergency import screen
care.published.watching.LOOKED_EVERY_S = 0.0
for line in sys.stdin:
    print(*[flag.name for flag in screen(line.strip()).flags], flush=True)
"""


def test_a_process_that_runs_screens_by_the_new_version_without_a_restart(doctor: Console, colleague: Console) -> None:
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
        other.stdin.write(f"{EXAMPLE}\n")
        assert other.stdout.readline().split() == ["晕倒"]
        renamed = wider().replace("name: 晕倒", "name: 突然晕倒")
        assert decided(colleague, proposed(doctor, renamed), "approve") == 204
        other.stdin.write(f"{EXAMPLE}\n")
        assert other.stdout.readline().split() == ["突然晕倒"]
        other.stdin.close()
    assert other.returncode == 0


def test_a_version_that_cannot_be_read_any_more_gives_way_to_the_files_and_silences_nothing(doctor: Console) -> None:
    with session_scope() as session:
        session.add(
            PublishedDocument(
                kind=DocumentKind.RED_FLAG, name=FLAG, version=1, text="id: syncope", note="旧版", by="doctor"
            )
        )
    assert FLAG in {flag.id for flag in screen(EXAMPLE).flags}
    assert doctor.post(f"/red-flags/{FLAG}/check", {"text": wider()}).json()["problem"] == ""  # and can be mended


def test_the_screen_goes_on_when_the_database_cannot_be_read(app: FastAPI) -> None:
    with session_scope() as session:
        PublishedDocument.__table__.drop(session.connection())  # type: ignore[attr-defined]
    assert FLAG in {flag.id for flag in screen(EXAMPLE).flags}
