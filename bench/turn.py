"""What a turn costs: turn 150 against turn 1, and the gateway against bare Rasa, all in one run.

Every conversation repeats the same short dialogue, so that early and late turns do the same work. Messages through the
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
from websockets.sync.client import ClientConnection, connect

from deploy.trial import trial_house

DIALOGUE = ("你好", "门诊几点开门", "你是机器人吗", "谢谢", "急诊在哪里")
TURNS = 150
EDGE = 15  # how many turns at each end are compared


class Browser:
    """One patient on the web page's WebSocket."""

    def __init__(self, base: str) -> None:
        opened = httpx.post(f"{base}/api/chat/session")
        opened.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in opened.cookies.items())
        self.socket: ClientConnection = connect(
            base.replace("http", "ws") + "/api/chat/socket", additional_headers={"Cookie": cookie}, origin=base
        )
        self.socket.send(json.dumps({"type": "resume", "last_seq": 0}))

    def say(self, text: str) -> float:
        """Seconds until the reply is there."""
        client_id = uuid4().hex
        started = time.perf_counter()
        self.socket.send(json.dumps({"type": "message", "id": client_id, "text": text}))
        replied = None
        while True:
            frame = json.loads(self.socket.recv(timeout=60))
            if frame["type"] == "error":
                raise RuntimeError(frame)
            if frame["type"] == "message" and frame["author"] == "bot":
                replied = replied or time.perf_counter()
            if frame["type"] == "ack" and frame["id"] == client_id:
                break
        return (replied or time.perf_counter()) - started


def bare(rasa: httpx.Client, sender: str, text: str) -> float:
    """Seconds of one turn straight at Rasa."""
    started = time.perf_counter()
    answer = rasa.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=60)
    answer.raise_for_status()
    return time.perf_counter() - started


def measure(folder: Path, turns: int) -> dict[str, float]:
    """Medians in milliseconds, and their ratios."""
    through, straight = [], []
    with trial_house(folder) as house, httpx.Client(base_url=house.settings.rasa_address, trust_env=False) as rasa:
        # Neither side pays for the very first use of anything.
        warm = Browser(house.url)
        for text in DIALOGUE:
            warm.say(text)
            bare(rasa, "warm", text)
        browser, sender = Browser(house.url), uuid4().hex
        for number, text in zip(range(turns), cycle(DIALOGUE), strict=False):
            through.append(browser.say(text))
            straight.append(bare(rasa, sender, text))
            # The page allows one message a second in the long run; what is measured is the turn, not the pace.
            time.sleep(max(0.0, 1.02 - through[-1] - straight[-1]))
            print(f"\r{number + 1}/{turns}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    early, late = statistics.median(through[:EDGE]), statistics.median(through[-EDGE:])
    gateway, rasa_alone = statistics.median(through), statistics.median(straight)
    return {
        "first_turns_ms": early * 1000,
        "last_turns_ms": late * 1000,
        "last_over_first": late / early,
        "gateway_ms": gateway * 1000,
        "rasa_alone_ms": rasa_alone * 1000,
        "gateway_over_rasa": statistics.median(a / b for a, b in zip(through, straight, strict=True)),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "var", TURNS)
    for name, value in figures.items():
        print(f"{name:<20} {value:8.2f}")


if __name__ == "__main__":
    main()
