"""What a turn costs: turn 150 against turn 1, and the gateway against bare Rasa, all in one run.

Eight conversations repeat the same short dialogue, so that early and late turns do the same work. Messages through the
gateway and straight to Rasa alternate, so that a noisy machine disturbs both alike.
"""

import json
import statistics
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session
from websockets.sync.client import ClientConnection, connect

from deploy.trial import Trial, trial_house
from records.conversations import Conversation
from records.database import engine_for

DIALOGUE = ("你好", "门诊几点开门", "你是机器人吗", "谢谢", "急诊在哪里")
TURNS = 150
EDGE = 15  # how many turns of each end are compared
PATIENTS = 8  # who write in turn, so that the house is at work all the time, as it is in the morning


class Browser:
    """One patient on the web page's WebSocket."""

    def __init__(self, base: str) -> None:
        opened = httpx.post(f"{base}/api/chat/session")
        opened.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in opened.cookies.items())
        self.socket: ClientConnection = connect(
            base.replace("http", "ws") + "/api/chat/socket", additional_headers={"Cookie": cookie}, origin=base
        )
        self.offered: list[dict[str, str]] = []
        self.socket.send(json.dumps({"type": "resume", "last_seq": 0}))

    def agree(self) -> "Browser":
        """Agree to talk about health, as nearly everybody who writes a second message has."""
        self.say("我的授权")
        chosen = next(option for option in self.offered if option["title"] == "同意健康咨询")
        self._send({"type": "choice", **chosen})
        return self

    def say(self, text: str) -> float:
        """Seconds until the reply is there."""
        return self._send({"type": "message", "text": text})

    def _send(self, sent: dict[str, str]) -> float:
        client_id = uuid4().hex
        started = time.perf_counter()
        self.socket.send(json.dumps({**sent, "id": client_id}))
        replied = None
        while True:
            frame = json.loads(self.socket.recv(timeout=60))
            if frame["type"] == "error":
                raise RuntimeError(frame)
            if frame["type"] == "message" and frame["author"] == "bot":
                replied = replied or time.perf_counter()
                self.offered = frame["quick_replies"]
            if frame["type"] == "ack" and frame["id"] == client_id:
                break
        return (replied or time.perf_counter()) - started


def bare(rasa: httpx.Client, sender: str, text: str) -> float:
    """Seconds of one turn straight at Rasa."""
    started = time.perf_counter()
    answer = rasa.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=60)
    answer.raise_for_status()
    return time.perf_counter() - started


def conversation_of_another(house: Trial) -> str:
    """A conversation that the records know, so that the actions behind bare Rasa do the same work."""
    engine = engine_for(house.settings.records_url)
    with Session(engine) as session:
        before = set(session.scalars(select(Conversation.id)))
    Browser(house.url).say(DIALOGUE[0])
    with Session(engine) as session:
        [made] = set(session.scalars(select(Conversation.id))) - before
    engine.dispose()
    return made


def measure(folder: Path, turns: int) -> dict[str, float]:
    """Medians in milliseconds, and their ratios, each of pairs measured a moment apart."""
    with trial_house(folder) as house, httpx.Client(base_url=house.settings.rasa_address, trust_env=False) as rasa:

        def arrive() -> list[tuple[Browser, str]]:
            return [(Browser(house.url).agree(), conversation_of_another(house)) for _ in range(PATIENTS)]

        def talk(patients: list[tuple[Browser, str]], turns: int) -> list[tuple[float, float]]:
            pairs = []
            for number, text in zip(range(turns), cycle(DIALOGUE), strict=False):
                started = time.monotonic()
                pairs += [(browser.say(text), bare(rasa, sender, text)) for browser, sender in patients]
                # The page allows each patient one message a second in the long run.
                time.sleep(max(0.0, 1.02 - (time.monotonic() - started)))
                print(f"\r{number + 1}/{turns}", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            return pairs

        old = arrive()
        pairs = talk(old, turns - EDGE)
        # The last turns of long conversations and the first of new ones, side by side in the same minute.
        new = arrive()
        both = talk([patient for two in zip(old, new, strict=True) for patient in two], EDGE)
    last, first = both[::2], both[1::2]
    pairs += last
    return {
        "first_turns_ms": statistics.median(a for a, _ in first) * 1000,
        "last_turns_ms": statistics.median(a for a, _ in last) * 1000,
        "last_over_first": statistics.median(a / b for (a, _), (b, _) in zip(last, first, strict=True)),
        "gateway_ms": statistics.median(a for a, _ in pairs) * 1000,
        "rasa_alone_ms": statistics.median(b for _, b in pairs) * 1000,
        "gateway_over_rasa": statistics.median(a / b for a, b in pairs),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "var", TURNS)
    for name, value in figures.items():
        print(f"{name:<20} {value:8.2f}")


if __name__ == "__main__":
    main()
