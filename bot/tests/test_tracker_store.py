"""Trackers at rest: sealed, windowed, and an error is an error."""

import asyncio
import base64
import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.tracker_store import EncryptedTrackerStore, TrackerKeyMissing, TrackerUnreadable, read_keys

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
        read_keys(str(path))


def test_no_key_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINGLIN_TRACKER_KEY_FILE", raising=False)
    with pytest.raises(TrackerKeyMissing):
        TrackerStore.create(
            EndpointConfig(type="bot.tracker_store.EncryptedTrackerStore", url=f"sqlite:///{tmp_path / 't.db'}"), DOMAIN
        )


def test_a_key_in_base64_is_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(base64.b64encode(bytes(range(32))) + b"\n")
    assert read_keys(str(path)) == [bytes(range(32))]


def test_a_conversation_that_is_forgotten_is_gone(tmp_path: Path, key_file: Path) -> None:
    """PIPL 47: what is erased is not kept by the assistant either; the others' conversations are."""
    store = _store(tmp_path)
    for sender in ("c1", "c2"):
        asyncio.run(store.save(_after(1, sender=sender)))
    assert asyncio.run(store.forget("c1"))
    assert not asyncio.run(store.forget("c1"))
    assert asyncio.run(store.retrieve("c1")) is None
    assert asyncio.run(store.keys()) == ["c2"]


def _with_new_key(key_file: Path) -> None:
    """As `xinglin keys rotate` adds one."""
    keys = [*read_keys(str(key_file)), os.urandom(32)]
    key_file.write_bytes(b"".join(base64.b64encode(key) + b"\n" for key in keys))


def test_a_running_store_takes_a_new_key_and_drops_the_old_one_when_nothing_needs_it(
    tmp_path: Path, key_file: Path
) -> None:
    store = _store(tmp_path)
    for number in range(30):
        asyncio.run(store.save(_after(1, sender=f"c{number}")))
    old = read_keys(str(key_file))[0]
    _with_new_key(key_file)
    asyncio.run(store.save(_after(2, sender="c0")))  # and 20 of the others
    assert len(read_keys(str(key_file))) == 2
    assert asyncio.run(store.retrieve("c29")) is not None
    asyncio.run(store.save(_after(2, sender="c1")))
    [left] = read_keys(str(key_file))
    assert left != old
    again = _store(tmp_path)
    for number in range(30):
        assert asyncio.run(again.retrieve(f"c{number}")) is not None


def test_a_key_is_kept_while_a_tracker_cannot_be_opened(tmp_path: Path, key_file: Path) -> None:
    store = _store(tmp_path)
    for sender in ("c1", "c2", "c3"):
        asyncio.run(store.save(_after(1, sender=sender)))
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE rasa_trackers SET sealed = substr(sealed, 1, 40) WHERE sender_id = 'c2'"))
    _with_new_key(key_file)
    for _ in range(3):
        store.renew()
    assert len(read_keys(str(key_file))) == 2
    assert asyncio.run(store.retrieve("c3")) is not None
    assert asyncio.run(store.forget("c2"))
    for _ in range(2):
        store.renew()
    assert len(read_keys(str(key_file))) == 1


def test_trackers_of_an_earlier_version_open_and_are_sealed_anew(tmp_path: Path, key_file: Path) -> None:
    store, key = _store(tmp_path), key_file.read_bytes()
    asyncio.run(store.save(_after(2)))
    with store._engine.begin() as connection:
        sealed = connection.execute(sa.text("SELECT sealed FROM rasa_trackers")).scalar_one()
        plain = store._keys.open("c1", bytes(sealed))
        earlier = b"\x01" + bytes(12) + AESGCM(key).encrypt(bytes(12), plain, b"c1")
        connection.execute(sa.text("UPDATE rasa_trackers SET sealed = :sealed"), {"sealed": earlier})
    found = asyncio.run(store.retrieve("c1"))
    assert found is not None and _turns(found) == 2
    _with_new_key(key_file)
    asyncio.run(store.save(_after(1, sender="c2")))
    store.renew()
    assert len(read_keys(str(key_file))) == 1
    assert asyncio.run(store.retrieve("c1")) is not None


@pytest.mark.parametrize(("first", "then"), [("aes-256-gcm", "sm4-gcm"), ("sm4-gcm", "aes-256-gcm")])
def test_the_cipher_may_be_changed(
    tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch, first: str, then: str
) -> None:
    for cipher, sender in ((first, "c1"), (then, "c2")):
        monkeypatch.setenv("XINGLIN_CIPHER", cipher)
        asyncio.run(_store(tmp_path).save(_after(1, sender=sender)))
    for sender in ("c1", "c2"):
        assert asyncio.run(_store(tmp_path).retrieve(sender)) is not None
    with _store(tmp_path)._engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT sealed FROM rasa_trackers ORDER BY sender_id")).scalars()
        assert {bytes(row)[1] for row in rows} == {1, 2}


def test_an_unknown_cipher_is_named(tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINGLIN_CIPHER", "rot13")
    with pytest.raises(TrackerKeyMissing, match="neither"):
        _store(tmp_path)
