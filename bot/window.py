"""The part of a conversation that Rasa is given back: slots, active loop and the last turns.

Rasa replays every event of a tracker several times a turn, so a turn gets dearer with each one before it. The whole
conversation is in the house's records; Rasa needs what its policies look at.
"""

from typing import List

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker


def window(tracker: DialogueStateTracker, *, turns: int) -> List[Event]:
    """The events of the last ``turns`` user turns; what was set before them is told again by events at the head."""
    events = list(tracker.events)
    start = _start(events, turns=turns)
    if start == 0:
        return events
    if isinstance(events[start], SessionStarted):
        return events[start:]
    before = tracker.init_copy()
    for event in events[:start]:
        before.update(event)
    return [*_state(before, events[start].timestamp), *events[start:]]


def _start(events: List[Event], *, turns: int) -> int:
    """Index of the first event kept: a ``SessionStarted``, or the ``action_listen`` before the oldest turn kept."""
    seen = 0
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, SessionStarted):
            return index
        if isinstance(event, UserUttered):
            seen += 1
        elif seen >= turns and isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return index
    return 0


def _state(tracker: DialogueStateTracker, timestamp: float) -> List[Event]:
    state: List[Event] = []
    if tracker.active_loop_name:
        state.append(ActionExecuted(tracker.active_loop_name, timestamp=timestamp))
        state.append(ActiveLoop(tracker.active_loop_name, timestamp=timestamp))
    for slot in tracker.slots.values():
        if slot.has_been_set and slot.value != slot.initial_value:
            state.append(SlotSet(slot.name, slot.value, timestamp=timestamp))
    if tracker.is_paused():
        state.append(ConversationPaused(timestamp=timestamp))
    return state
