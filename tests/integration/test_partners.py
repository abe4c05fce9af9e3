"""Outside systems: one door, a named credential, a purpose the patient agreed to, a list of fields, masked by default;
every request a row of the audit (PIPL art. 21, 23; GB/T 39725-2020)."""

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from typer.testing import CliRunner, Result

from care.booking.patients import register_patient
from care.consent import Purpose, give, withdraw
from care.partners import add, revoke
from cli.main import app as command_line
from gateway.partners import router
from records.appointments import Appointment
from records.audit import SYSTEM, AuditEntry
from records.conversations import Conversation
from records.database import session_scope, utc_now
from records.partners import OutsideDocument, Partner
from records.vault import get_vault
from tests.console_client import conversation_saying, signed_in, trail
from tests.integration.assistant import invented_number
from tests.integration.test_console_audit import make_unwritable
from tests.integration.test_console_originals import SPECIAL, say_sealed

PHONE = "13800138000"
NAME = "王小明"
EVERYTHING = [
    "patients.list", "patient.name", "patient.sex", "patient.birth_year", "patient.phone", "patient.id_number",
    "appointments.department", "appointments.starts_at", "conversation.messages", "conversation.texts",
    "documents.write",
]  # fmt: skip


class Outside:
    """An outside system with its credential."""

    def __init__(self, app: FastAPI, token: str, *, purpose: str = "follow_up") -> None:
        self.app, self.token, self.purpose = app, token, purpose

    def ask(self, path: str, *, document: object = None, **headers: str) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {self.token}",
            "X-Purpose": self.purpose,
            "X-On-Behalf-Of": "dr.li",
        } | {name.replace("_", "-"): value for name, value in headers.items()}

        async def sending() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("192.0.2.9", 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://xinglin.test") as http:
                method = "GET" if document is None else "POST"
                return await http.request(
                    method, f"/api/partner/v1{path}", headers={k: v for k, v in sent.items() if v}, json=document
                )

        return asyncio.run(sending())

    def patients(self) -> list[str]:
        found: list[str] = self.ask("/patients").json()["patients"]
        return found

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows


@pytest.fixture
def app(database: None) -> Iterator[FastAPI]:
    """The door alone."""
    made = FastAPI()
    made.include_router(router())
    yield made


def partner(app: FastAPI, name: str = "随访系统", **other: Any) -> Outside:
    purpose = other.pop("purpose", Purpose.FOLLOW_UP)
    with session_scope() as session:
        made = add(session, actor=SYSTEM, name=name, purpose=purpose, fields=other.pop("fields", EVERYTHING), **other)
    return Outside(app, made.token, purpose=purpose)


def patient(*texts: str, purpose: Purpose = Purpose.FOLLOW_UP, number: str = "", phone: str = PHONE) -> Conversation:
    """Somebody who has agreed, is registered, has written and has an appointment."""
    conversation = conversation_saying(*(texts or (f"我叫{NAME}，电话{PHONE}",)))
    with session_scope() as session:
        give(session, conversation.account_id, purpose)
        who = register_patient(
            session,
            get_vault(),
            account_id=conversation.account_id,
            name=NAME,
            id_number=number or invented_number(1),
            phone=phone,
        )
        session.add(
            Appointment(
                account_id=conversation.account_id,
                patient_id=who.id,
                slot_id="s1",
                hospital_ref="h1",
                department="心内科",
                doctor="李医生",
                starts_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
                ends_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
                fee=Decimal(20),
            )
        )
    return conversation


def test_what_was_allowed_is_given_masked_and_the_whole_call_recorded(app: FastAPI) -> None:
    conversation = patient()
    system = partner(app)
    (pseudonym,) = system.patients()
    assert conversation.account_id not in pseudonym
    (who,) = system.rows(f"/patients/{pseudonym}")
    assert (who["name"], who["birth_year"], who["phone"]) == ("王**", 1990, "***********")
    assert "**" in who["id_number"]
    assert system.rows(f"/patients/{pseudonym}/appointments?fields=department") == [{"department": "心内科"}]
    (talk,) = system.rows(f"/patients/{pseudonym}/conversation")
    assert talk["messages"] == 2
    assert "138****8000" in talk["texts"][0]

    row = trail()[-1]
    assert (row.actor_kind, row.actor_id, row.address) == ("third_party", system.token.split(".")[0], "192.0.2.9")
    assert (row.action, row.patient, row.outcome) == ("partner_read", conversation.account_id, "done")
    assert row.reason == "dr.li"
    chain = json.loads(row.details)
    assert chain["purpose"] == "follow_up"
    assert chain["fields"] == "conversation.messages conversation.texts"
    assert (chain["masked"], chain["resource"]) == (1, "conversation")


def test_a_credential_is_printed_once_and_ended_by_name(app: FastAPI) -> None:
    def xinglin(*arguments: str) -> Result:
        return CliRunner().invoke(command_line, ["partner", *arguments])

    patient()
    asked = ("--purpose", "follow_up", "--fields", "patients.list, patient.sex")
    token = xinglin("add", "随访系统", *asked).stdout.strip()
    system = Outside(app, token)
    assert len(system.patients()) == 1
    listed = xinglin("list").output
    assert "patient.sex" in listed
    assert token.split(".")[1] not in listed + "".join(row.details for row in trail())
    assert xinglin("add", "随访系统", *asked).exit_code == 1
    assert xinglin("add", "二", "--purpose", "follow_up", "--fields", "patient.everything").exit_code == 1
    assert xinglin("add", "三", "--purpose", "selling", "--fields", "patient.sex").exit_code == 1
    assert "conversation.texts" in xinglin("fields").output
    assert xinglin("revoke", "随访系统").exit_code == 0
    assert system.ask("/patients").status_code == 401
    assert xinglin("revoke", "没有的").exit_code == 1


def test_two_partners_cannot_join_their_books(app: FastAPI) -> None:
    patient()
    one, two = partner(app), partner(app, "另一个")
    assert one.patients() != two.patients()
    assert one.patients() == one.patients()
    assert one.ask(f"/patients/{two.patients()[0]}").status_code == 404


REFUSALS = [
    # what is wrong with the request, the status, the cause in the audit
    ({"Authorization": "Bearer nobody.nothing"}, 401, "credential"),
    ({"X_Purpose": "research"}, 403, "purpose"),
    ({"X_Purpose": ""}, 403, "purpose"),
    ({"X_On_Behalf_Of": " "}, 400, "nobody"),
]


@pytest.mark.parametrize(("headers", "code", "cause"), REFUSALS)
def test_what_is_wrong_is_refused_and_recorded(app: FastAPI, headers: dict[str, str], code: int, cause: str) -> None:
    conversation = patient()
    system = partner(app)
    (pseudonym,) = system.patients()
    answer = system.ask(f"/patients/{pseudonym}", **headers)
    assert (answer.status_code, NAME in answer.text) == (code, False)
    row = trail()[-1]
    assert (row.outcome, json.loads(row.details)["cause"], row.patient) == ("refused", cause, None)
    assert conversation.account_id not in row.details


def test_no_credential_no_answer(app: FastAPI) -> None:
    assert partner(app).ask("/patients", Authorization="").status_code == 401
    assert Outside(app, "").ask("/patients").status_code == 401


def test_a_right_id_with_a_wrong_secret_is_no_credential(app: FastAPI) -> None:
    system = partner(app)
    system.token = f"{system.token.split('.')[0]}.{'x' * 43}"
    assert system.ask("/patients").status_code == 401


def test_a_field_that_is_not_in_the_list_is_refused(app: FastAPI) -> None:
    patient()
    system = partner(app, fields=["patients.list", "patient.sex"])
    (pseudonym,) = system.patients()
    assert system.rows(f"/patients/{pseudonym}") == [
        {"sex": system.rows(f"/patients/{pseudonym}?fields=sex")[0]["sex"]}
    ]
    for path in ("?fields=name", "?fields=sex,id_number", "?fields=sex,nonsense", "/appointments", "/conversation"):
        assert system.ask(f"/patients/{pseudonym}{path}").status_code == 403
    assert json.loads(trail()[-1].details)["cause"] == "field"


def test_a_revoked_or_expired_credential_is_none(app: FastAPI) -> None:
    system = partner(app)
    with session_scope() as session:
        revoke(session, actor=SYSTEM, name="随访系统")
    assert system.ask("/patients").status_code == 401
    late = partner(app, "过期的")
    with session_scope() as session:
        session.execute(update(Partner).values(expires_at=utc_now() - timedelta(seconds=1), revoked_at=None))
    assert late.ask("/patients").status_code == 401
    assert [json.loads(row.details)["cause"] for row in trail() if row.outcome == "refused"] == ["revoked", "expired"]


def test_who_asks_too_fast_must_wait(app: FastAPI) -> None:
    system = partner(app, per_minute=3)
    answers = [system.ask("/patients") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "60"
    with session_scope() as session:
        session.execute(update(Partner).values(window_at=utc_now() - timedelta(minutes=1)))
    assert system.ask("/patients").status_code == 200


def test_only_who_agrees_to_the_purpose_is_there_and_who_withdraws_is_gone(app: FastAPI) -> None:
    patient(purpose=Purpose.RESEARCH)
    conversation = patient()
    system = partner(app)
    (pseudonym,) = system.patients()
    with session_scope() as session:
        withdraw(session, conversation.account_id, Purpose.FOLLOW_UP)
    assert system.patients() == []
    assert system.ask(f"/patients/{pseudonym}").status_code == 404
    assert (trail()[-1].outcome, json.loads(trail()[-1].details)["cause"]) == ("refused", "no_patient")


def test_what_cannot_be_recorded_is_not_answered(app: FastAPI) -> None:
    patient()
    system = partner(app, masked=False)
    (pseudonym,) = system.patients()
    make_unwritable()
    for path in ("", f"/{pseudonym}", f"/{pseudonym}/appointments", f"/{pseudonym}/conversation"):
        answer = system.ask(f"/patients{path}")
        assert answer.status_code == 500
        assert NAME not in answer.text
    answer = system.ask(f"/patients/{pseudonym}/documents", document={"kind": "letter", "text": "恢复良好"})
    assert answer.status_code == 500
    with session_scope() as session:
        assert session.query(OutsideDocument).count() == 0


def test_unmasked_is_another_credential_and_never_of_level_five(app: FastAPI) -> None:
    conversation = patient()
    say_sealed(conversation, SPECIAL)
    system = partner(app, masked=False)
    (pseudonym,) = system.patients()
    (who,) = system.rows(f"/patients/{pseudonym}")
    assert (who["name"], who["phone"]) == (NAME, PHONE)
    (talk,) = system.rows(f"/patients/{pseudonym}/conversation")
    assert PHONE in talk["texts"][0]
    assert talk["texts"][1] == "〔敏感内容〕"
    assert json.loads(trail()[-1].details)["masked"] == 0


def test_a_document_that_names_nobody_is_taken_and_one_that_does_is_not(app: FastAPI) -> None:
    conversation = patient()
    system = partner(app)
    (pseudonym,) = system.patients()
    number = invented_number(2, born="19881212")

    def send(text: str) -> httpx.Response:
        return system.ask(f"/patients/{pseudonym}/documents", document={"kind": "discharge", "text": text})

    assert send("术后恢复良好，两周后复查。").status_code == 201
    for text, kind in ((f"身份证号{number}", "ID"), (f"电话{PHONE}", "PHONE"), (f"患者姓名：{NAME}，恢复良好", "NAME")):
        answer = send(text)
        assert (answer.status_code, kind in answer.text) == (422, True)
        assert not {number, PHONE, NAME} & set(answer.text.split())
        row = trail()[-1]
        assert (row.action, row.outcome, kind in row.details) == ("partner_write", "refused", True)
    assert send("查出艾滋病抗体阳性，已转诊").status_code == 201
    with session_scope() as session:
        kept = session.query(OutsideDocument).order_by(OutsideDocument.received_at).all()
        assert [one.account_id for one in kept] == [conversation.account_id] * 2
        assert kept[0].text == "术后恢复良好，两周后复查。"
        assert "艾滋病" not in kept[1].text


def test_the_console_shows_what_came_from_outside(app: FastAPI) -> None:
    conversation = patient()
    system = partner(app)
    (pseudonym,) = system.patients()
    for text in ("术后恢复良好", "查出艾滋病抗体阳性，已转诊"):
        system.ask(f"/patients/{pseudonym}/documents", document={"kind": "discharge", "text": text})
    console, _ = signed_in()
    for _ in range(2):
        rows = console.get(f"/conversations/{conversation.id}/documents").json()
    assert [(row["partner"], row["text"].startswith("术后")) for row in rows] == [
        ("随访系统", False),
        ("随访系统", True),
    ]
    assert "艾滋病" not in str(rows)
    assert [row.patient for row in trail() if row.action == "view_documents"] == [conversation.account_id]
    assert console.get(f"/conversations/{'0' * 16}/documents").status_code == 404


def test_whatever_an_outside_system_writes_about_itself_is_masked(app: FastAPI) -> None:
    patient()
    system = partner(app)
    system.ask("/patients", X_On_Behalf_Of=PHONE)
    assert PHONE not in trail()[-1].reason


def test_no_identifier_ever_leaves_in_masked_mode(app: FastAPI) -> None:
    """Whatever patients write of themselves, in whatever order, no answer to any request holds it."""
    system = partner(app, per_minute=10_000)
    secrets: set[str] = set()

    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        seed=st.integers(0, 10**6),
        template=st.sampled_from(
            [
                "我叫{name}，身份证{number}，手机{phone}",
                "{phone}是我电话",
                "号码{number}，联系{phone}，{name}",
                "{number}",
            ]
        ),
    )
    def leaves(seed: int, template: str) -> None:
        drawn = random.Random(seed)
        phone = f"139{drawn.randrange(10**8):08d}"
        number = invented_number(drawn.randrange(1000), born=f"19{drawn.randrange(40, 99)}0{drawn.randrange(1, 9)}15")
        secrets.update({phone, number})
        patient(template.format(name=NAME, number=number, phone=phone), number=number, phone=phone)
        for pseudonym in system.patients():
            for path in ("", "/appointments", "/conversation"):
                answer = system.ask(f"/patients/{pseudonym}{path}")
                assert answer.status_code == 200
                assert not [secret for secret in secrets if secret in answer.text]
                assert NAME not in answer.text

    leaves()
    with session_scope() as session:
        said = "".join(row.details + row.reason for row in session.query(AuditEntry))
    assert not [secret for secret in secrets if secret in said]
