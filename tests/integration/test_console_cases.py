"""The queue and what is done to a case: in order, once, by one person, with alert and conversation in step."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from care.emergency.alerts import ring_unacknowledged
from care.emergency.on_duty import OnDuty, Step
from care.handover import HandoverReason, ask_for_person
from records.alerts import Alert
from records.cases import Case, CaseEvent, CaseKind, CaseLevel, CaseState
from records.console import Satisfaction
from records.conversations import Author, Conversation, Holder, Message
from records.database import session_scope, utc_now
from records.patients import Account
from records.staff import Role
from tests.cases_made import emergency, handover, opened
from tests.console_client import Console, account, conversation_saying, done, signed_in

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def doctor() -> Console:
    return signed_in()[0]


def another(role: Role, *departments: str) -> Console:
    console = Console(address="10.0.0.9")
    console.sign_in(account(f"other-{role}", role, *departments), f"other-{role}")
    return console


def stored(case: Case) -> Case:
    with session_scope() as session:
        return session.get_one(Case, case.id)


def alert_of(case: Case) -> Alert:
    with session_scope() as session:
        return session.scalars(select(Alert).where(Alert.id == stored(case).alert_id)).one()


def conversation_now(conversation: Conversation) -> Conversation:
    with session_scope() as session:
        return session.get_one(Conversation, conversation.id)


def test_the_most_urgent_first_then_the_longest_waiting_in_pages(doctor: Console) -> None:
    late = [opened(conversation_saying("痒"), level=CaseLevel.ROUTINE) for _ in range(3)]
    urgent = opened(conversation_saying("出血"), level=CaseLevel.URGENT)
    sampled = opened(conversation_saying("晒黑"), level=CaseLevel.SECOND_LOOK)
    expected = [urgent.id, *(case.id for case in late), sampled.id]
    seen, after = [], ""
    while True:
        page = doctor.get(f"/cases?limit=2&after={after}").json()
        seen += [row["id"] for row in page["rows"]]
        if (after := page["next"]) is None:
            break
    assert seen == expected


def test_a_case_that_is_opened_or_closed_between_two_pages_moves_no_other(doctor: Console) -> None:
    first, second, third = (opened(conversation_saying("痒")) for _ in range(3))
    page = doctor.get("/cases?limit=1").json()
    doctor.post(f"/cases/{first.id}/close", {"outcome": "answered"})
    opened(conversation_saying("新来的"), level=CaseLevel.URGENT)
    rest = doctor.get(f"/cases?after={page['next']}").json()["rows"]
    assert [row["id"] for row in rest] == [second.id, third.id]


def test_filters_and_counts_agree(doctor: Console) -> None:
    opened(conversation_saying("痒"), kind=CaseKind.SKIN, department="皮肤科")
    rehab = opened(conversation_saying("膝盖"), kind=CaseKind.REHAB, department="康复医学科", level=CaseLevel.URGENT)
    with session_scope() as session:
        session.execute(update(Case).where(Case.id == rehab.id).values(due_at=utc_now() - timedelta(minutes=1)))
    ids = lambda query: [row["id"] for row in doctor.get(f"/cases?{query}").json()["rows"]]  # noqa: E731
    assert ids("kind=rehab") == ids("level=urgent") == ids("department=康复医学科") == [rehab.id]
    assert ids("state=closed") == ids("mine=true") == []
    doctor.post(f"/cases/{rehab.id}/claim")
    assert ids("mine=true") == [rehab.id]
    assert doctor.get("/cases/counts").json() == {
        "kinds": {"skin": 1, "rehab": 1},
        "levels": {"urgent": 1, "routine": 1},
        "unclaimed": 1,
        "overdue": 0,
        "mine": 1,
    }


@pytest.mark.parametrize("cursor", ["x", "bm90IGEgY3Vyc29y", "MXwyMDI2LTAxLTAxfHg="])
def test_a_cursor_that_is_none_is_refused(doctor: Console, cursor: str) -> None:
    assert doctor.get(f"/cases?after={cursor}").status_code == 400


def test_another_departments_case_is_not_listed_and_not_opened() -> None:
    case = opened(conversation_saying("痒"), department="皮肤科")
    nobodys = opened(conversation_saying("疼"), kind=CaseKind.REPORT)
    nurse, _ = signed_in(role=Role.NURSE, departments=("骨科",))
    assert [row["id"] for row in nurse.get("/cases").json()["rows"]] == [nobodys.id]
    for answer in (nurse.get(f"/cases/{case.id}"), nurse.post(f"/cases/{case.id}/claim")):
        assert answer.status_code == 403
    assert stored(case).state == CaseState.OPEN


def test_an_agent_works_on_conversations_and_sees_no_findings() -> None:
    skin = opened(conversation_saying("痒"))
    asked, _ = handover()
    agent, _ = signed_in(role=Role.AGENT)
    assert [row["id"] for row in agent.get("/cases").json()["rows"]] == [asked.id]
    assert agent.get("/cases?kind=skin").json()["rows"] == []
    assert agent.get(f"/cases/{skin.id}").status_code == 403


def test_what_an_erased_patient_had_is_gone(doctor: Console) -> None:
    case = opened(conversation_saying("痒"))
    with session_scope() as session:
        session.execute(update(Account).values(restricted_at=utc_now()))
    assert doctor.get("/cases").json()["rows"] == []
    assert doctor.get(f"/cases/{case.id}").status_code == 404


def test_of_two_who_claim_one_has_it_and_the_other_is_told_who(doctor: Console) -> None:
    case = opened(conversation_saying("痒"))
    nurse = another(Role.NURSE, "*")
    assert doctor.post(f"/cases/{case.id}/claim").status_code == 204
    refused = nurse.post(f"/cases/{case.id}/claim")
    assert (refused.status_code, refused.json()["detail"]) == (409, "doctor 已经在处理这个病例")
    assert ("claim_case", f"case:{case.id}", "refused") in done()
    assert nurse.post(f"/cases/{case.id}/close", {"outcome": "answered"}).status_code == 409
    doctor.post(f"/cases/{case.id}/release")
    assert nurse.post(f"/cases/{case.id}/claim").status_code == 204


def test_a_closed_case_takes_nothing_more(doctor: Console) -> None:
    case = opened(conversation_saying("痒"))
    assert doctor.post(f"/cases/{case.id}/close", {"outcome": "agreed"}).status_code == 204
    for path, body in (("claim", None), ("release", None), ("reply", {"text": "好"}), ("close", {"outcome": "agreed"})):
        answer = doctor.post(f"/cases/{case.id}/{path}", body)
        assert (answer.status_code, answer.json()["detail"]) == (409, "这个病例已经结束")


def test_reassigned_to_a_colleague_and_to_nobody_else(doctor: Console) -> None:
    case, conversation = handover()
    doctor.post(f"/cases/{case.id}/claim")
    assert doctor.post(f"/cases/{case.id}/reassign", {"to": "nobody"}).status_code == 404
    account("nurse-2", Role.NURSE, "*")
    assert doctor.post(f"/cases/{case.id}/reassign", {"to": "nurse-2"}).status_code == 204
    assert stored(case).claimed_by == conversation_now(conversation).seat == "nurse-2"


def test_acknowledging_an_alert_takes_its_case_and_claiming_a_case_acknowledges(doctor: Console) -> None:
    first, _ = emergency()
    second, _ = emergency()
    assert doctor.post(f"/alerts/{first.alert_id}/acknowledge").status_code == 204
    assert stored(first).claimed_by == "doctor"
    assert doctor.post(f"/cases/{second.id}/claim").status_code == 204
    assert alert_of(second).acknowledged_by == "doctor"
    assert doctor.get("/alerts").json() == []


DUTY = OnDuty(again_every_s=60, steps=(Step(after_s=60, name="坐席长"), Step(after_s=180, name="值班医生")))


def test_one_clock_an_unclaimed_emergency_rings_climbs_and_its_history_says_whom(doctor: Console) -> None:
    case, _ = emergency()

    def rings(after_s: int) -> list[str]:
        with session_scope() as session:
            begun = session.get_one(Alert, case.alert_id).created_at
            ringing = ring_unacknowledged(session, now=begun + timedelta(seconds=after_s), duty=DUTY)
            return [ring.name for ring in ringing]

    assert rings(59) == []
    assert rings(60) == ["坐席长"]
    assert rings(180) == ["值班医生"]
    doctor.post(f"/cases/{case.id}/claim")
    assert rings(600) == []
    doctor.post(f"/cases/{case.id}/release")  # nobody has it: it rings on
    assert rings(700) == ["值班医生"]
    with session_scope() as session:
        steps = session.scalars(select(CaseEvent).where(CaseEvent.step == "rang").order_by(CaseEvent.at)).all()
        assert [step.details["whom"] for step in steps] == ["坐席长", "值班医生", "值班医生"]


def test_findings_that_cannot_wait_ring_as_a_red_flag_does(doctor: Console) -> None:
    case = opened(conversation_saying("血钾"), kind=CaseKind.REPORT, level=CaseLevel.EMERGENCY)
    assert [row["case_id"] for row in doctor.get("/alerts").json()] == [case.id]
    raised = opened(conversation_saying("化验单"), kind=CaseKind.REPORT, key="same")
    with session_scope() as session:
        conversation = session.get_one(Conversation, raised.conversation_id)
    opened(conversation, kind=CaseKind.REPORT, level=CaseLevel.EMERGENCY, key="same")
    assert len(doctor.get("/alerts").json()) == 2


def test_who_asks_for_a_person_has_one_case_however_often_they_ask(doctor: Console) -> None:
    _, conversation = handover()
    with session_scope() as session:
        ask_for_person(session, conversation_id=conversation.id, reason=HandoverReason.ASKED)
    emergency()  # has its own case and needs no second one
    rows = doctor.get("/cases").json()["rows"]
    assert [(row["kind"], row["level"]) for row in rows] == [("emergency", "emergency"), ("handover", "urgent")]
    with session_scope() as session:
        ask_for_person(session, conversation_id=conversation.id, reason=HandoverReason.COMPLAINT)
        ask_for_person(session, conversation_id=conversation.id, reason=HandoverReason.COMPLAINT)
    assert doctor.get("/cases/counts").json()["kinds"] == {"emergency": 1, "handover": 1, "complaint": 1}


def test_claiming_a_request_takes_the_conversation_over_and_closing_gives_it_back(doctor: Console) -> None:
    case, conversation = handover()
    doctor.post(f"/cases/{case.id}/claim")
    assert conversation_now(conversation).holder == Holder.SEAT
    doctor.post(f"/cases/{case.id}/reply", {"text": "您好，我来帮您"})
    doctor.post(f"/cases/{case.id}/close", {"outcome": "answered"})
    assert conversation_now(conversation).holder == Holder.BOT
    with session_scope() as session:
        last = session.scalars(select(Message).order_by(Message.seq.desc())).first()
        assert last is not None
        assert [option["title"] for option in last.quick_replies] == ["满意", "一般", "不满意"]
        assert session.scalars(select(Satisfaction)).one().seat == "doctor"


def test_taking_over_has_the_cases_and_giving_back_answers_the_request_but_no_emergency(doctor: Console) -> None:
    asked, conversation = handover()
    urgent, ill = emergency()
    for one in (conversation, ill):
        doctor.post(f"/conversations/{one.id}/take")
    assert {stored(asked).claimed_by, stored(urgent).claimed_by, alert_of(urgent).acknowledged_by} == {"doctor"}
    for one in (conversation, ill):
        doctor.post(f"/conversations/{one.id}/give-back")
    assert (stored(asked).state, stored(asked).outcome) == (CaseState.CLOSED, "answered")
    assert stored(urgent).state == CaseState.CLAIMED
    doctor.post(f"/cases/{urgent.id}/close", {"outcome": "emergency_care"})
    assert stored(urgent).state == CaseState.CLOSED
    with session_scope() as session:  # who was in an emergency is not asked how they liked it
        assert session.scalars(select(Satisfaction)).all() == []


def test_a_full_seat_takes_no_more_but_an_emergency(doctor: Console) -> None:
    for _ in range(5):
        _, conversation = handover()
        assert doctor.post(f"/conversations/{conversation.id}/take").status_code == 204
    assert doctor.get("/desk").json()["holds"] == 5
    case, conversation = handover()
    refused = doctor.post(f"/cases/{case.id}/claim")
    assert (refused.status_code, "5 个对话" in refused.json()["detail"]) == (409, True)
    assert (stored(case).state, conversation_now(conversation).holder) == (CaseState.OPEN, Holder.WAITING)
    _, ill = emergency()
    assert doctor.post(f"/conversations/{ill.id}/take").status_code == 204


def test_transferred_to_a_group_the_patient_waits_with_a_note_and_is_taken_by_another(doctor: Console) -> None:
    case, conversation = handover()
    doctor.post(f"/cases/{case.id}/claim")
    note = {"to": "insurance", "note": "问异地报销，电话13800138000"}
    assert doctor.post(f"/conversations/{conversation.id}/transfer", {"to": "x"}).status_code == 400
    assert doctor.post(f"/conversations/{conversation.id}/transfer", note).status_code == 204
    waiting = conversation_now(conversation)
    assert (waiting.holder, waiting.seat, waiting.skill_group) == (Holder.WAITING, None, "insurance")
    assert stored(case).state == CaseState.OPEN
    nurse = another(Role.NURSE, "*")
    [written] = nurse.get(f"/conversations/{conversation.id}/notes").json()
    assert written["text"] == "转到医保组：问异地报销，电话138****8000"
    assert nurse.post(f"/cases/{case.id}/claim").status_code == 204


def test_a_reply_about_findings_leaves_the_assistant_in_charge(doctor: Console) -> None:
    conversation = conversation_saying("痒")
    case = opened(conversation)
    assert doctor.post(f"/cases/{case.id}/reply", {"text": "请来皮肤科看看"}).status_code == 204
    assert conversation_now(conversation).holder == Holder.BOT
    assert stored(case).claimed_by == "doctor"
    with session_scope() as session:
        assert session.scalars(select(Message.text).where(Message.author == Author.STAFF)).one() == "请来皮肤科看看"
