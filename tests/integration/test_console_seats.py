"""A seat's own groups and capacity: set by the officer, kept to when a conversation is transferred or taken over."""

import pytest
from sqlalchemy import update

from care.seats import seats_of
from records.conversations import Conversation
from records.database import session_scope
from records.staff import Role, Staff
from tests.cases_made import emergency, handover
from tests.console_client import Console, done, signed_in, trail

pytestmark = pytest.mark.usefixtures("database")
OFFICER, AGENT = Role.SECURITY_OFFICER, Role.AGENT


def change(officer: Console, **terms: object) -> None:
    """The officer changes the agent's account."""
    [row] = [row for row in officer.get("/staff").json() if row["username"] == AGENT]
    assert officer.ask("PATCH", f"/staff/{row['id']}", json=terms).status_code == 204


def seat(**terms: object) -> Console:
    """An agent whose account the officer has changed so."""
    agent, officer = signed_in(role=AGENT)[0], signed_in(role=OFFICER)[0]
    change(officer, **terms)
    return agent


def waiting(group: str = "") -> Conversation:
    _, conversation = handover()
    with session_scope() as session:
        session.execute(update(Conversation).where(Conversation.id == conversation.id).values(skill_group=group))
    return conversation


def test_the_officer_sets_groups_and_capacity_and_takes_them_back() -> None:
    agent, officer = signed_in(role=AGENT)[0], signed_in(role=OFFICER)[0]
    change(officer, skill_groups=["insurance"], seat_capacity=2)
    [row] = [row for row in officer.get("/staff").json() if row["username"] == AGENT]
    assert (row["skill_groups"], row["seat_capacity"]) == (["insurance"], 2)
    desk = agent.get("/desk").json()  # still signed in: what a seat takes on is no right
    assert (desk["own"], desk["capacity"]) == (["insurance"], 2)
    path = f"/staff/{row['id']}"
    assert officer.ask("PATCH", path, json={"skill_groups": ["x"]}).status_code == 400
    assert officer.ask("PATCH", path, json={"seat_capacity": 51}).status_code == 422
    assert officer.ask("PATCH", path, json={"skill_groups": [], "seat_capacity": 0}).status_code == 204
    desk = agent.get("/desk").json()
    assert (desk["own"], desk["capacity"]) == ([], 5)
    assert officer.get("/skill-groups").json()[0] == {"id": "front", "name": "总服务台"}


def test_a_new_account_has_the_seat_it_was_made_with() -> None:
    officer = signed_in(role=OFFICER)[0]
    new = {"username": "yibao", "role": AGENT, "skill_groups": ["insurance"], "seat_capacity": 2}
    for wrong, code in (({"skill_groups": ["x"]}, 400), ({"seat_capacity": 51}, 422), ({"seat_capacity": -1}, 422)):
        assert officer.post("/staff", new | wrong).status_code == code
    assert officer.post("/staff", new).status_code == 201
    assert (
        officer.post("/staff", new | {"username": "other", "skill_groups": [], "seat_capacity": 0}).status_code == 201
    )
    made = {row["username"]: (row["skill_groups"], row["seat_capacity"]) for row in officer.get("/staff").json()}
    assert (made["yibao"], made["other"]) == ((["insurance"], 2), ([], None))
    assert '"seat_capacity":2,"skill_groups":"insurance"' in next(
        row.details for row in trail() if row.action == "add_staff" and "insurance" in row.details
    )


def test_a_seat_takes_its_own_groups_and_nobodys_but_not_anothers() -> None:
    agent = seat(skill_groups=["insurance"])
    assert agent.post(f"/conversations/{waiting('insurance').id}/take").status_code == 204
    assert agent.post(f"/conversations/{waiting().id}/take").status_code == 204
    other = waiting("booking")
    refused = agent.post(f"/conversations/{other.id}/take")
    assert (refused.status_code, "挂号组" in refused.json()["detail"]) == (409, True)
    assert ("take_over", f"conversation:{other.id}", "refused") in done()
    # Transferred to one's own group it is one's own.
    assert agent.post(f"/conversations/{other.id}/transfer", {"to": "insurance"}).status_code == 204
    assert agent.post(f"/conversations/{other.id}/take").status_code == 204


def test_a_case_of_another_groups_conversation_is_not_claimed() -> None:
    agent = seat(skill_groups=["insurance"])
    case, conversation = handover()
    with session_scope() as session:
        session.execute(update(Conversation).values(skill_group="booking"))
    assert "挂号组" in agent.post(f"/cases/{case.id}/claim").json()["detail"]
    assert agent.post(f"/conversations/{conversation.id}/reply", {"text": "您好"}).status_code == 409


def test_ones_own_capacity_counts_and_an_emergency_knows_neither() -> None:
    agent = seat(skill_groups=["insurance"], seat_capacity=1)
    assert agent.post(f"/conversations/{waiting().id}/take").status_code == 204
    assert "1 个对话" in agent.post(f"/conversations/{waiting().id}/take").json()["detail"]
    _, ill = emergency()
    with session_scope() as session:
        session.execute(update(Conversation).where(Conversation.id == ill.id).values(skill_group="booking"))
    assert agent.post(f"/conversations/{ill.id}/take").status_code == 204


def test_nothing_is_transferred_to_a_group_that_nobody_is_of() -> None:
    agent = seat(skill_groups=["insurance"])
    with session_scope() as session:  # the first accounts' clinician would take every group's
        session.execute(update(Staff).where(Staff.username != AGENT).values(skill_groups=["nursing"]))
    conversation = waiting()
    agent.post(f"/conversations/{conversation.id}/take")
    refused = agent.post(f"/conversations/{conversation.id}/transfer", {"to": "booking"})
    assert (refused.status_code, "挂号组" in refused.json()["detail"]) == (409, True)
    with session_scope() as session:
        assert [one.username for one in seats_of(session, "insurance")] == [AGENT]
    assert agent.post(f"/conversations/{conversation.id}/transfer", {"to": "nursing"}).status_code == 204
    on_duty = {one["id"]: one["on_duty"] for one in agent.get("/desk").json()["groups"]}
    assert on_duty["nursing"] == 0
