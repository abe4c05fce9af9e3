"""A case is given only to a colleague who could have claimed it: by role, department, group and what they have at hand;
who is offered is who may have it."""

import httpx
import pytest
from sqlalchemy import update

from records.cases import Case, CaseKind, CaseState
from records.conversations import Conversation, Holder
from records.database import session_scope
from records.staff import Role, Staff
from tests.cases_made import emergency, handover, opened
from tests.console_client import Console, account, conversation_saying, done, signed_in

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def colleague(username: str, role: Role = Role.AGENT, *departments: str, **terms: object) -> str:
    """Somebody else's account, with the terms of their seat."""
    account(username, role, *departments)
    if terms:
        with session_scope() as session:
            session.execute(update(Staff).where(Staff.username == username).values(**terms))
    return username


def grouped(conversation: Conversation, group: str) -> None:
    with session_scope() as session:
        session.execute(update(Conversation).where(Conversation.id == conversation.id).values(skill_group=group))


def give(giver: Console, case: Case, to: str) -> tuple[int, str]:
    """What the console says to giving ``case`` to ``to``."""
    answer = giver.post(f"/cases/{case.id}/reassign", {"to": to})
    return answer.status_code, "" if answer.is_success else answer.json()["detail"]


def offered(giver: Console, case: Case) -> list[str]:
    return [row["username"] for row in giver.get(f"/cases/{case.id}/colleagues").json()]


def holder(case: Case) -> tuple[str | None, str | None]:
    """Who has the case, and its conversation."""
    with session_scope() as session:
        now = session.get_one(Case, case.id)
        return now.claimed_by, session.get_one(Conversation, now.conversation_id).seat


def test_a_case_stays_in_its_department(doctor: Console) -> None:
    case = opened(conversation_saying("痒"), department="皮肤科")
    of_bones, of_skin = colleague("gu", Role.NURSE, "骨科"), colleague("pi", Role.NURSE, "皮肤科", "骨科")
    assert offered(doctor, case) == ["doctor", of_skin]
    assert give(doctor, case, of_bones) == (409, "gu 不在皮肤科，不能处理这个病例")
    assert holder(case) == (None, None)
    assert done()[-1] == ("reassign_case", f"case:{case.id}", "refused")
    assert give(doctor, case, of_skin) == (204, "")
    assert holder(case) == (of_skin, None)


def test_what_is_no_departments_is_anybodys_who_sees_patients(doctor: Console) -> None:
    case = opened(conversation_saying("痒"))
    of_bones, agent = colleague("gu", Role.NURSE, "骨科"), colleague("kefu")
    operator = colleague("yunwei", Role.OPERATOR)
    assert offered(doctor, case) == ["doctor", of_bones]
    for other in (agent, operator):  # findings are not for agents, and nothing is for who runs the house
        assert give(doctor, case, other) == (409, f"{other} 的岗位不处理这类病例")
    assert give(doctor, case, of_bones) == (204, "")


def test_who_waits_for_a_group_is_given_to_one_of_it(doctor: Console) -> None:
    case, conversation = handover()
    grouped(conversation, "booking")
    of_insurance = colleague("yibao", skill_groups=["insurance"])
    of_booking = colleague("guahao", skill_groups=["booking"])
    assert offered(doctor, case) == ["doctor", of_booking]
    assert give(doctor, case, of_insurance) == (409, "这个对话归挂号组，yibao 不在这个组；请转给这个组的同事")
    # Taken over it is still that group's: who could not have taken it cannot be given it either.
    assert doctor.post(f"/cases/{case.id}/claim").status_code == httpx.codes.NO_CONTENT
    assert give(doctor, case, of_insurance)[0] == httpx.codes.CONFLICT
    assert offered(doctor, case) == [of_booking]  # who has it already is not offered
    assert give(doctor, case, of_booking) == (204, "")
    assert holder(case) == (of_booking, of_booking)


def test_a_full_seat_is_given_no_more(doctor: Console) -> None:
    busy = colleague("mang", seat_capacity=1)
    first, _ = handover()
    second, _ = handover()
    for case in (first, second):
        doctor.post(f"/cases/{case.id}/claim")
    assert give(doctor, first, busy) == (204, "")
    assert offered(doctor, second) == []
    assert give(doctor, second, busy) == (409, "mang 手上已有 1 个对话，请转给别的同事")
    assert holder(second) == ("doctor", "doctor")


def test_an_emergency_is_given_to_whoever_is_there(doctor: Console) -> None:
    busy = colleague("mang", skill_groups=["insurance"], seat_capacity=1)
    one, _ = handover()
    assert give(doctor, one, busy) == (204, "")
    case, conversation = emergency()
    grouped(conversation, "booking")
    doctor.post(f"/conversations/{conversation.id}/take")
    assert busy in offered(doctor, case)
    assert give(doctor, case, busy) == (204, "")
    assert holder(case) == (busy, busy)


def test_who_talks_with_the_patient_is_not_talked_over(doctor: Console) -> None:
    case, conversation = handover()
    kefu, guahao = Console(address="10.0.0.9"), colleague("guahao")
    kefu.sign_in(account("kefu", Role.AGENT), "kefu")
    kefu.post(f"/conversations/{conversation.id}/take")
    with session_scope() as session:  # as after a complaint while somebody talks with the patient: nobody has the case
        session.execute(update(Case).where(Case.id == case.id).values(claimed_by=None, state=CaseState.OPEN))
    assert give(doctor, case, guahao) == (409, "kefu 正在和这位患者对话")
    assert offered(doctor, case) == ["kefu"]
    assert give(doctor, case, "kefu") == (204, "")
    # Whoever has the conversation may give the case away.
    assert give(kefu, case, guahao) == (204, "")


def test_a_waiting_patient_who_is_given_to_somebody_is_taken_over(doctor: Console) -> None:
    case, conversation = handover()
    agent = colleague("kefu")
    assert give(doctor, case, agent) == (204, "")
    assert holder(case) == (agent, agent)
    with session_scope() as session:
        assert session.get_one(Conversation, conversation.id).holder == Holder.SEAT


def test_colleagues_of_another_departments_case_are_not_shown() -> None:
    case = opened(conversation_saying("痒"), kind=CaseKind.SKIN, department="皮肤科")
    nurse, _ = signed_in(role=Role.NURSE, departments=("骨科",))
    assert nurse.get(f"/cases/{case.id}/colleagues").status_code == httpx.codes.FORBIDDEN


def test_colleagues_on_duty_come_first_and_closed_accounts_are_none(doctor: Console) -> None:
    case = opened(conversation_saying("疼"))
    colleague("a-nurse", Role.NURSE, "*")
    colleague("z-nurse", Role.NURSE, "*", on_duty=True)
    officer = signed_in(role=Role.SECURITY_OFFICER)[0]
    gone = colleague("gone", Role.NURSE, "*")
    [row] = [row for row in officer.get("/staff").json() if row["username"] == gone]
    officer.post(f"/staff/{row['id']}/disable")
    assert offered(doctor, case) == ["z-nurse", "a-nurse", "doctor"]
    assert give(doctor, case, gone) == (404, "没有这位同事，或账号已停用")
