"""How long an emergency waits for its answer while the house is at work, end to end over the web channel.

    python -m bench.emergency_load [--patients 12] [--emergencies 150]

The real gateway with its assistant, worker and database. First idle, then while ``--patients`` others chat without a
pause: emergencies, each from a browser of its own that had its session opened beforehand, from sending the frame to the
frame with the answer. Printed: p50, p95, p99 of both, their ratio, and how many ordinary turns went on meanwhile.
Client and house share the machine, so the figures hold the client's own work too.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from bench.turn import Browser
from deploy.trial import trial_house

ORDINARY = ("你好", "门诊几点开门", "我想挂号", "你是机器人吗", "肚子有点胀", "谢谢", "急诊在哪里", "取消")
EMERGENCIES = (
    "我爸突然说不出话，嘴歪了",
    "胸口疼得厉害，出了一身冷汗",
    "孩子抽搐了，叫不醒",
    "他喝了农药",
    "呼吸困难，嘴唇发紫",
    "怀孕八个月，下面流了好多血",
)
LIMIT_MS = 300.0
BETWEEN_S = 1.05  # the page allows each patient one message a second in the long run


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds until the emergency answer: median, 95th and 99th percentile, and the longest."""

    p50: float
    p95: float
    p99: float
    longest: float
    count: int


def waits(seconds: list[float]) -> Waits:
    """The percentiles of ``seconds``."""
    ms = sorted(value * 1000 for value in seconds)
    cut = statistics.quantiles(ms, n=100, method="inclusive")
    return Waits(p50=cut[49], p95=cut[94], p99=cut[98], longest=ms[-1], count=len(ms))


def chatting(base: str, stop: threading.Event, turns: list[float]) -> None:
    """One patient who chats until ``stop``."""
    browser = Browser(base).agree()
    for text in cycle(ORDINARY):
        if stop.is_set():
            return
        begun = time.monotonic()
        turns.append(browser.say(text))
        stop.wait(max(0.0, BETWEEN_S - (time.monotonic() - begun)))


def emergencies(base: str, count: int, *, every_s: float) -> list[float]:
    """Seconds that each of ``count`` emergencies waited; one every ``every_s``, each the first of its conversation."""
    found = []
    for number, text in zip(range(count), cycle(EMERGENCIES), strict=False):
        browser = Browser(base)
        time.sleep(every_s)
        found.append(browser.say(text))
        browser.socket.close()
        print(f"\r{number + 1}/{count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def measure(folder: Path, *, patients: int, count: int) -> tuple[Waits, Waits, float, float]:
    """Waits idle and under load, ordinary turns a second, and the median ordinary turn in milliseconds."""
    with trial_house(folder) as house:
        emergencies(house.url, 5, every_s=0.05)
        idle = waits(emergencies(house.url, count, every_s=0.05))
        stop, turns = threading.Event(), list[float]()
        threads = [threading.Thread(target=chatting, args=(house.url, stop, turns)) for _ in range(patients)]
        for thread in threads:
            thread.start()
        time.sleep(3.0)
        begun, before = time.monotonic(), len(turns)
        loaded = waits(emergencies(house.url, count, every_s=0.1))
        rate = (len(turns) - before) / (time.monotonic() - begun)
        stop.set()
        for thread in threads:
            thread.join()
    return idle, loaded, rate, statistics.median(turns) * 1000


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--patients", type=int, default=12)
    options.add_argument("--emergencies", type=int, default=150)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        idle, loaded, rate, ordinary = measure(Path(folder), patients=chosen.patients, count=chosen.emergencies)
    for name, found in (("idle", idle), (f"{chosen.patients} others chatting", loaded)):
        print(
            f"{name}: {found.count} emergencies, p50 {found.p50:.0f} ms, p95 {found.p95:.0f} ms, "
            f"p99 {found.p99:.0f} ms, longest {found.longest:.0f} ms"
        )
    print(f"ordinary turns meanwhile: {rate:.1f} a second, median {ordinary:.0f} ms")
    print(f"under load over idle: p50 {loaded.p50 / idle.p50:.2f}, p99 {loaded.p99 / idle.p99:.2f}")
    print(f"p99 under load {'within' if loaded.p99 <= LIMIT_MS else 'NOT within'} {LIMIT_MS:.0f} ms")


if __name__ == "__main__":
    main()
