"""Trackers at rest: sealed, windowed, and an error is an error."""

import asyncio
import base64
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.tracker_store import EncryptedTrackerStore, TrackerKeyMissing, TrackerUnreadable, read_key

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  doctor: {type: text, mappings: [{type: custom}]}
  day: {type: text, mappings: [{type: custom}]}
forms:
  booking: {required_slots: [day]}
"""
)


def _store(folder: Path, **kwargs: int) -> EncryptedTrackerStore:
    return EncryptedTrackerStore(DOMAIN, host=f"sqlite:///{folder / 'trackers.db'}", **kwargs)


def _after(turns: int, *, sender: str = "c1", said: str = "头疼") -> DialogueStateTracker:
    tracker = DialogueStateTracker(sender, DOMAIN.slots)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    tracker.update(SlotSet("doctor", "王主任"))
    tracker.update(ActiveLoop("booking"))
    for turn in range(turns):
        tracker.update(UserUttered(f"{said} {turn}", {"name": "greet"}))
        tracker.update(ActionExecuted("utter_greet"))
        tracker.update(ActionExecuted("action_listen"))
    return tracker


def _turns(tracker: DialogueStateTracker) -> int:
    return sum(isinstance(event, UserUttered) for event in tracker.events)


def test_what_was_saved_comes_back(tmp_path: Path, key_file: Path) -> None:
    store = _store(tmp_path)
    asyncio.run(store.save(_after(3)))
    found = asyncio.run(_store(tmp_path).retrieve("c1"))  # another process, so to speak
    assert found is not None
    assert found.get_slot("doctor") == "王主任"
    assert found.active_loop_name == "booking"
    assert _turns(found) == 3
    assert list(asyncio.run(store.keys())) == ["c1"]


def test_a_conversation_never_seen_is_none(tmp_path: Path, key_file: Path) -> None:
    assert asyncio.run(_store(tmp_path).retrieve("nobody")) is None


def test_the_window_keeps_slots_and_loop_through_a_long_conversation(tmp_path: Path, key_file: Path) -> None:
    store = _store(tmp_path, turns=4)
    asyncio.run(store.save(_after(1)))
    sizes = []
    for turn in range(40):
        tracker = asyncio.run(store.retrieve("c1"))
        assert tracker is not None
        tracker.update(UserUttered(f"turn {turn}", {"name": "greet"}))
        if turn == 2:
            tracker.update(SlotSet("day", "2026-12-01"))
        if turn == 20:
            tracker.update(ActiveLoop(None))
        tracker.update(ActionExecuted("action_listen"))
        asyncio.run(store.save(tracker))
        sizes.append(len(tracker.events))
    last = asyncio.run(store.retrieve("c1"))
    assert last is not None
    assert _turns(last) == 4
    assert (last.get_slot("doctor"), last.get_slot("day")) == ("王主任", "2026-12-01")
    assert last.active_loop_name is None
    assert last.latest_message is not None and last.latest_message.text == "turn 39"
    assert sizes[-1] == sizes[-10]  # no growth


def test_a_new_session_cuts_what_was_before_it(tmp_path: Path, key_file: Path) -> None:
    tracker = _after(3)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    store = _store(tmp_path)
    asyncio.run(store.save(tracker))
    found = asyncio.run(store.retrieve("c1"))
    assert found is not None
    assert _turns(found) == 0
    assert found.get_slot("doctor") is None  # as Rasa's own stores: a session starts with empty slots
    assert found.applied_events()


def test_nothing_readable_lies_on_disk(tmp_path: Path, key_file: Path) -> None:
    asyncio.run(_store(tmp_path).save(_after(3, said="secret words")))
    for path in tmp_path.glob("trackers.db*"):
        content = path.read_bytes()
        assert b"secret" not in content
        assert "王主任".encode() not in content


def test_a_tracker_put_under_another_conversation_is_refused(tmp_path: Path, key_file: Path) -> None:
    store = _store(tmp_path)
    asyncio.run(store.save(_after(1)))
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE rasa_trackers SET sender_id = 'c2'"))
    with pytest.raises(TrackerUnreadable):
        asyncio.run(store.retrieve("c2"))


def test_another_key_opens_nothing(tmp_path: Path, key_file: Path) -> None:
    asyncio.run(_store(tmp_path).save(_after(1)))
    key_file.write_bytes(bytes(32))
    with pytest.raises(TrackerUnreadable):
        asyncio.run(_store(tmp_path).retrieve("c1"))


def test_an_error_is_raised_through_the_agent_and_memory_never_steps_in(tmp_path: Path, key_file: Path) -> None:
    endpoint = EndpointConfig(type="bot.tracker_store.EncryptedTrackerStore", url=f"sqlite:///{tmp_path / 't.db'}")
    store = TrackerStore.create(endpoint, DOMAIN)
    assert isinstance(store, EncryptedTrackerStore)
    agent = Agent(DOMAIN, tracker_store=store)
    assert agent.tracker_store is store  # Rasa would wrap it into a store that falls back to memory
    with store._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE rasa_trackers"))
    with pytest.raises(sa.exc.OperationalError):
        asyncio.run(agent.tracker_store.get_or_create_tracker("c1"))
    with pytest.raises(sa.exc.OperationalError):
        asyncio.run(agent.tracker_store.save(_after(1)))


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31, base64.b64encode(b"x" * 31)])
def test_a_wrong_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(TrackerKeyMissing):
        read_key(str(path))


def test_no_key_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINGLIN_TRACKER_KEY_FILE", raising=False)
    with pytest.raises(TrackerKeyMissing):
        TrackerStore.create(
            EndpointConfig(type="bot.tracker_store.EncryptedTrackerStore", url=f"sqlite:///{tmp_path / 't.db'}"), DOMAIN
        )


def test_a_key_in_base64_is_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(base64.b64encode(bytes(range(32))) + b"\n")
    assert read_key(str(path)) == bytes(range(32))


def test_a_conversation_that_is_forgotten_is_gone(tmp_path: Path, key_file: Path) -> None:
    """PIPL 47: what is erased is not kept by the assistant either; the others' conversations are."""
    store = _store(tmp_path)
    for sender in ("c1", "c2"):
        asyncio.run(store.save(_after(1, sender=sender)))
    assert asyncio.run(store.forget("c1"))
    assert not asyncio.run(store.forget("c1"))
    assert asyncio.run(store.retrieve("c1")) is None
    assert asyncio.run(store.keys()) == ["c2"]
