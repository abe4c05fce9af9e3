"""What the house tells the assistant: slots are set in one sender's tracker, known ones only, and nothing is said."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Optional, Tuple

import pytest
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channel import HouseInput
from bot.tracker_store import EncryptedTrackerStore

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  rehab_exercise: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  finding: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
)


class Agent:
    """As much of Rasa's agent as the routes use: its real lock and tracker stores, and no model."""

    def __init__(self, folder: Path, *, ready: bool = True) -> None:
        self.domain = DOMAIN
        self.tracker_store = EncryptedTrackerStore(DOMAIN, host=f"sqlite:///{folder / 'trackers.db'}")
        self.lock_store = InMemoryLockStore()
        self.processor = self
        self._ready = ready

    def is_ready(self) -> bool:
        return self._ready

    async def fetch_tracker_with_initial_session(self, sender: str) -> DialogueStateTracker:
        """As the processor does it: a new conversation begins with a session."""
        tracker = await self.tracker_store.get_or_create_tracker(sender, append_action_listen=False)
        if not tracker.events:
            tracker.update(ActionExecuted("action_session_start"))
            tracker.update(SessionStarted())
            tracker.update(ActionExecuted("action_listen"))
        return tracker

    def slot(self, sender: str, name: str) -> Any:
        tracker = asyncio.run(self.tracker_store.retrieve(sender))
        return tracker.get_slot(name) if tracker is not None else None


def informed(agent: Optional[Agent], body: Any) -> Tuple[int, Dict[str, Any]]:
    """Status and answer of ``/inform``."""

    async def heard(_: Any) -> None:
        raise AssertionError("nothing is said to the conversation")

    routes = HouseInput().blueprint(heard)._future_routes
    handler = next(route.handler for route in routes if route.uri == "/inform")
    request = SimpleNamespace(json=body, app=SimpleNamespace(ctx=SimpleNamespace(agent=agent)))
    response = asyncio.run(handler(request))
    return response.status, json.loads(response.body)


@pytest.fixture
def agent(tmp_path: Path, key_file: Path) -> Agent:
    return Agent(tmp_path)


def test_slots_are_set_in_a_conversation_that_never_spoke(agent: Agent) -> None:
    assert informed(agent, {"sender": "c1", "slots": {"rehab_exercise": "squat"}}) == (200, {"set": ["rehab_exercise"]})
    assert agent.slot("c1", "rehab_exercise") == "squat"
    assert agent.slot("c2", "rehab_exercise") is None, "nobody else's"


def test_what_was_said_stays_and_the_same_slots_twice_are_the_same(agent: Agent) -> None:
    tracker = asyncio.run(agent.fetch_tracker_with_initial_session("c1"))
    tracker.update(UserUttered("你好", {"name": "greet"}))
    tracker.update(ActionExecuted("action_listen"))
    asyncio.run(agent.tracker_store.save(tracker))
    for _ in range(2):
        informed(agent, {"sender": "c1", "slots": {"finding": {"kind": "skin", "id": "f1"}}})
    found = asyncio.run(agent.tracker_store.retrieve("c1"))
    assert found is not None
    assert found.get_slot("finding") == {"kind": "skin", "id": "f1"}
    assert [event.text for event in found.events if isinstance(event, UserUttered)] == ["你好"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"sender": "", "slots": {}},
        {"sender": 5, "slots": {"finding": 1}},
        {"sender": "c1"},
        {"sender": "c1", "slots": "finding"},
        {"sender": "c1", "slots": {"no_such_slot": 1}},
        {"sender": "c1", "slots": {"finding": 1, "no_such_slot": 1}},
    ],
)
def test_what_is_no_message_of_ours_is_refused_and_sets_nothing(agent: Agent, body: Any) -> None:
    status, answer = informed(agent, body)
    assert status == 400
    assert answer["error"]
    assert agent.slot("c1", "finding") is None


def test_an_assistant_that_is_loading_says_so(tmp_path: Path, key_file: Path) -> None:
    for loading in (None, Agent(tmp_path, ready=False)):
        assert informed(loading, {"sender": "c1", "slots": {"finding": 1}})[0] == 503


def test_a_store_that_fails_is_an_error_not_a_silence(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(agent.tracker_store, "save", fail)
    assert informed(agent, {"sender": "c1", "slots": {"finding": 1}}) == (500, {"error": "failed"})
