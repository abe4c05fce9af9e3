"""An alert nobody acknowledges: the worker's round rings, the hospital's pager hears it, until somebody has come."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from care.emergency import screen
from care.emergency.alerts import acknowledge, raise_alert
from channels import worker
from channels.pager import call
from records.alerts import Alert
from records.database import session_scope, utc_now
from settings import get_settings
from tests.console_client import signed_in
from tests.posted import answering_posts
from tests.unit.test_emergency_alerts import written


class Pager:
    """Stands where the hospital's telephone gateway would, over real HTTP."""

    def __init__(self) -> None:
        self.calls: list[dict[str, object]] = []
        self.status = 204


@pytest.fixture
def pager(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pager]:
    standing = Pager()

    def answer(_: str, content: dict[str, object]) -> tuple[int, bytes]:
        standing.calls.append(content)
        return standing.status, b""

    with answering_posts(answer) as address:
        monkeypatch.setenv("XINGLIN_PAGER_URL", f"{address}/ring")
        get_settings.cache_clear()
        yield standing
        monkeypatch.delenv("XINGLIN_PAGER_URL")
        get_settings.cache_clear()


def raised(*, minutes_ago: float) -> str:
    with session_scope() as session:
        message = written(session)
        alert = raise_alert(
            session,
            conversation_id=message.conversation_id,
            message_id=message.id,
            screening=screen("我爸叫不醒"),
        )
        begun = utc_now() - timedelta(minutes=minutes_ago)
        session.execute(update(Alert).where(Alert.id == alert.id).values(created_at=begun))
        return alert.id


def test_the_worker_rings_the_pager_and_says_nothing_of_the_patient(pager: Pager) -> None:
    alert = raised(minutes_ago=2)
    worker.escalate()
    [heard] = pager.calls
    assert set(heard) == {"alert_id", "urgency", "level", "name", "call", "rings", "waited_s"}
    assert (heard["alert_id"], heard["level"], heard["rings"]) == (alert, 1, 1)
    worker.escalate()  # five seconds later it does not ring again
    assert len(pager.calls) == 1


def test_a_fresh_alert_and_an_acknowledged_one_do_not_ring(pager: Pager) -> None:
    raised(minutes_ago=0)
    worker.escalate()
    with session_scope() as session:
        acknowledge(session, alert_id=session.scalars(select(Alert.id)).one(), by="seat-1")
        session.execute(update(Alert).values(created_at=utc_now() - timedelta(hours=1)))
    worker.escalate()
    assert pager.calls == []


def test_a_pager_that_fails_does_not_silence_the_alert(pager: Pager) -> None:
    alert = raised(minutes_ago=4)
    pager.status = 500
    worker.escalate()
    assert len(pager.calls) == 1
    with session_scope() as session:
        session.execute(update(Alert).values(rung_at=utc_now() - timedelta(minutes=3)))
    pager.status = 204
    worker.escalate()
    assert [heard["rings"] for heard in pager.calls] == [1, 2]
    with session_scope() as session:
        assert session.get_one(Alert, alert).level == 2  # climbed to the second step after three minutes


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:1/", "not an address"])
def test_without_a_pager_that_answers_nothing_breaks(
    database: None, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    from care.emergency.alerts import Ring  # noqa: PLC0415

    monkeypatch.setenv("XINGLIN_PAGER_URL", address)
    get_settings.cache_clear()
    assert call(Ring("a", "call_120", 1, "坐席长", "", 1, 60)) is False
    monkeypatch.delenv("XINGLIN_PAGER_URL")
    get_settings.cache_clear()


@pytest.mark.usefixtures("database")
def test_the_console_says_who_was_called_and_how_often() -> None:
    raised(minutes_ago=0.5)
    console, _ = signed_in()
    assert [(row["called"], row["rings"]) for row in console.get("/alerts").json()] == [("", 0)]
    with session_scope() as session:
        session.execute(update(Alert).values(created_at=utc_now() - timedelta(minutes=4)))
    worker.escalate()
    assert [(row["called"], row["rings"]) for row in console.get("/alerts").json()] == [("急诊预检护士站", 1)]
