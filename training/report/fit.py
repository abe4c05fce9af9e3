"""Training: the recogniser's own weights as start, its last layer as it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Full, Queue
from random import Random
from threading import Event, Thread

import numpy as np
import torch
from torch.nn import functional

from training.report.drill import HEIGHT, WIDTH, a_photo
from training.report.graph import Graph
from training.report.sheets import a_sheet

BEFORE_HEAD, HEAD = "p2o.pd_op.transpose.8.0", ("linear_8.w_0", "linear_8.b_0")
BATCH, RATE, WARM = 64, 1e-4, 60
OTHERS = 2500
"""Characters that the classes of a step hold beside those of its texts: all 18,710 take as long as the network."""
STOCK = 8
"""Batches of lines that are mixed: one photo has one font and one light."""
AHEAD = 16
"""Batches that are drawn ahead."""
DRILL = 0.55
"""Of photos are of lines alone, the others of whole sheets that the detector cuts."""
STEP, RAGGED = 32, 40
"""Pixels: batches are as wide as their widest line and a step more, and their lines differ by about so much."""
FULL = 0.3
"""Of batches are as wide as in use."""


def characters(graph: Graph) -> list[str]:
    """What each class means: the first is CTC's blank, the last a space."""
    told = next(one.value for one in graph.file.metadata_props if one.key == "character")
    return ["", *told.splitlines(), " "]


def as_input(lines: list[np.ndarray], width: int = WIDTH) -> torch.Tensor:
    """Lines as the recogniser gets them: (n, 3, 48, width) in [-1, 1], grey on the right of each."""
    batch = np.zeros((len(lines), 3, HEIGHT, width), np.float32)
    for number, line in enumerate(lines):
        batch[number, :, :, : line.shape[1]] = line.transpose(2, 0, 1) / 127.5 - 1
    return torch.from_numpy(batch)


def fit(graph: Graph, checkpoint: Path, *, minutes: float, seed: int = 26) -> None:
    """Train for so long, and keep the weights in ``checkpoint`` every few minutes."""
    number_of = {char: number for number, char in enumerate(characters(graph))}
    weight, bias = (graph.weight(name).detach() for name in HEAD)
    trained = [value for name, value in graph.named_parameters() if name not in {one.replace(".", ":") for one in HEAD}]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=1e-3)
    started, shown, step, losses = time.monotonic(), 0.0, 0, []
    chance = np.random.default_rng(seed)
    with _drawn(seed) as lines:
        while (done := (time.monotonic() - started) / (60 * minutes)) < 1:
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1, (step + 1) / WARM) * (0.02 + 0.98 * (1 + np.cos(np.pi * done)) / 2)
            batch = lines.get()
            widest = max(line.shape[1] for line, _ in batch)
            width = WIDTH if chance.random() < FULL else min(WIDTH, (-(-widest // STEP) + 1) * STEP)
            texts = [[number_of[char] for char in text if char in number_of] for _, text in batch]
            classes = np.unique(np.concatenate([[0], *texts, chance.integers(1, len(number_of), OTHERS)]).astype(int))
            place = {int(one): number for number, one in enumerate(classes)}
            with torch.autocast("cpu", torch.bfloat16):
                seen = graph(as_input([line for line, _ in batch], width), BEFORE_HEAD)
            logits = seen.float() @ weight[:, classes] + bias[classes]
            loss = functional.ctc_loss(
                logits.log_softmax(2).transpose(0, 1),
                torch.tensor([place[one] for text in texts for one in text]),
                torch.full((len(batch),), logits.shape[1]),
                torch.tensor([len(text) for text in texts]),
                zero_infinity=True,
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 5.0)
            optimizer.step()
            losses.append(float(loss.detach()))
            step += 1
            if time.monotonic() - shown > 60:
                shown = time.monotonic()
                print(f"{step} steps, {done:.2f} done, loss {np.mean(losses[-50:]):.4f}", flush=True)
                torch.save(graph.state_dict(), checkpoint)
    torch.save(graph.state_dict(), checkpoint)


def _batches(seed: int) -> Iterator[list[tuple[np.ndarray, str]]]:
    """Lines of many photos, mixed, those of like widths together."""
    random = Random(seed)
    stock: list[tuple[np.ndarray, str]] = []
    while True:
        while len(stock) < STOCK * BATCH:
            stock += a_photo(random) if random.random() < DRILL else a_sheet(random)
        random.shuffle(stock)
        stock.sort(key=lambda one: one[0].shape[1] + random.uniform(0, RAGGED))
        batches = [stock[at : at + BATCH] for at in range(0, len(stock) - BATCH + 1, BATCH)]
        random.shuffle(batches)
        yield from batches
        stock = stock[len(batches) * BATCH :]


@contextmanager
def _drawn(seed: int) -> "Iterator[Queue[list[tuple[np.ndarray, str]]]]":
    """Batches, drawn beside the training."""
    waiting: Queue[list[tuple[np.ndarray, str]]] = Queue(AHEAD)
    enough = Event()

    def draw() -> None:
        for batch in _batches(seed):
            while not enough.is_set():
                try:
                    waiting.put(batch, timeout=1)
                    break
                except Full:
                    continue
            if enough.is_set():
                return

    thread = Thread(target=draw)
    thread.start()
    try:
        yield waiting
    finally:
        enough.set()
        thread.join()
