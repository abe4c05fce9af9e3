"""Training of one network on the CPU: in the background, with progress, and going on where it was stopped.

The plan runs over minutes and not over epochs, so that it ends when it should on a machine that others use too.
"""

import json
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.skin.architecture import Seen, SkinNet, from_imagenet
from training.skin.augment import Strength, varied
from training.skin.operators import hasten
from training.skin.photos import Photos

EMA = 0.998
SAVE_S = 120.0
WARM_UP = 0.03


@dataclass(frozen=True)
class Plan:
    """``minutes`` of training; ``sizes``: the frame at the start and, from ``larger_from`` (share of the time), later.
    ``start``: weights to start from instead of ImageNet's. ``balance``: how the classes are drawn, their share to this
    power (1 as they are, 0 all alike)."""

    minutes: float
    sizes: tuple[tuple[int, int], tuple[int, int]]
    larger_from: float = 0.7
    encoder: str = "tf_efficientnet_lite0"
    batch: int = 48
    rate: float = 6e-4
    decay: float = 0.03
    balance: float = 0.5
    smoothing: float = 0.05
    dropout: float = 0.3
    mask_weight: float = 1.0
    strength: Strength = field(default_factory=Strength)
    start: Path | None = None
    seed: int = 3


@dataclass(frozen=True)
class Batch:
    """``frames`` (n, height, width, 3) and ``masks`` (n, height, width), uint8; ``truth`` (n,); ``shown``: whether the
    lesion is on the photo."""

    frames: Any
    masks: Any
    truth: Any
    shown: Any


def log_prior(truth: Any, classes: int, balance: float) -> tuple[Any, Any]:
    """How likely each photo is drawn, and the logarithm of the classes' shares that follow from it."""
    counts = np.maximum(np.bincount(truth, minlength=classes), 1)
    shares = counts**balance / (counts**balance).sum()
    drawn = (shares / counts)[truth]
    return drawn / drawn.sum(), np.log(shares)


def _batches(photos: Photos, drawn: Any, size: tuple[int, int], plan: Plan, seed: int) -> Iterator[Batch]:
    """Endless; the next batch is made in a thread of its own while the last one is learnt from."""
    rng = np.random.default_rng(seed)

    def make() -> Batch:
        chosen = rng.choice(len(photos), plan.batch, p=drawn)
        made = [varied(photos.images[i], photos.masks[i], size, plan.strength, rng) for i in chosen]
        frames, masks, shown = zip(*made, strict=True)
        return Batch(np.stack(frames), np.stack(masks), photos.truth[chosen], np.array(shown))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(make)
        while True:
            ready = waiting.result()
            waiting = pool.submit(make)
            yield ready


def as_input(frames: Any) -> Tensor:
    """(n, height, width, 3) uint8 to what the network takes."""
    return (torch.from_numpy(frames).permute(0, 3, 1, 2).float() - 127) / 128


def loss_of(seen: Seen, batch: Batch, prior: Tensor, plan: Plan) -> Tensor:
    """Cross entropy that corrects for how often a class was drawn (Menon 2021), so that the logits speak of the photo
    alone; for the mask binary cross entropy and Dice."""
    target = functional.avg_pool2d(torch.from_numpy(batch.masks)[:, None].float() / 255, 2)
    logits = functional.interpolate(seen.mask.float(), size=target.shape[2:], mode="bilinear", align_corners=False)
    sure = torch.sigmoid(logits)
    both = (sure * target).sum((1, 2, 3))
    dice = 1 - (2 * both + 20) / (sure.sum((1, 2, 3)) + target.sum((1, 2, 3)) + 20)
    outline = functional.binary_cross_entropy_with_logits(logits, target) + 0.5 * dice.mean()
    each = functional.cross_entropy(
        seen.logits.float() + prior, torch.from_numpy(batch.truth), reduction="none", label_smoothing=plan.smoothing
    )
    there = torch.from_numpy(batch.shown).float()
    return (each * there).sum() / there.sum() + plan.mask_weight * outline


def _rate(progress: float) -> float:
    return min(progress / WARM_UP, 0.5 * (1 + math.cos(math.pi * progress)) + 0.003)


class Run:
    """One network on its way: itself, the running average of its weights, and how far it is."""

    def __init__(self, photos: Photos, plan: Plan, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.photos, self.plan, self.folder = photos, plan, folder
        self.spent, self.steps = 0.0, 0
        torch.manual_seed(plan.seed)
        cv2.setNumThreads(1)
        self.network = SkinNet(len(photos.labels), plan.encoder, plan.dropout)
        from_imagenet(self.network, plan.encoder)
        if plan.start is not None:
            begun = torch.load(plan.start, map_location="cpu", weights_only=True)
            kept = {name: value for name, value in begun.items() if not name.startswith("classes.")}
            self.network.load_state_dict(kept, strict=False)
        self.network.freeze()
        # Made anew and not copied: what hasten() puts into the network refers to the network's own layers.
        self.averaged = SkinNet(len(photos.labels), plan.encoder, plan.dropout)
        self.averaged.load_state_dict(self.network.state_dict())
        self.averaged.eval()
        hasten(self.network)
        self.network.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self._groups())
        self.drawn, shares = log_prior(photos.truth, len(photos.labels), plan.balance)
        self.prior = torch.tensor(shares, dtype=torch.float32)
        if self.checkpoint.exists():
            self._resume()

    @property
    def checkpoint(self) -> Path:
        """Where a stopped run goes on from."""
        return self.folder / "checkpoint.pt"

    def _groups(self) -> list[dict[str, Any]]:
        """The encoder learns slower than what is new; normalisation and biases are not pulled to zero."""
        groups = []
        for name, value in self.network.named_parameters():
            if value.requires_grad:
                rate = self.plan.rate * (1 if name.startswith("encoder.") else 2)
                decay = self.plan.decay if value.ndim > 1 else 0.0
                groups.append({"params": [value], "lr": rate, "peak": rate, "weight_decay": decay})
        return groups

    def _resume(self) -> None:
        kept = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        self.network.load_state_dict(kept["network"])
        self.averaged.load_state_dict(kept["averaged"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.spent, self.steps = kept["spent"], kept["steps"]

    def save(self) -> None:
        """Write the checkpoint: whole, or the one before stays."""
        new = self.checkpoint.with_suffix(".new")
        kept = {"network": self.network.state_dict(), "averaged": self.averaged.state_dict()}
        torch.save(kept | {"optimiser": self.optimiser.state_dict(), "spent": self.spent, "steps": self.steps}, new)
        new.replace(self.checkpoint)

    def learn(self, batch: Batch, progress: float) -> float:
        """One step; the loss before it."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * _rate(progress)
        with torch.autocast("cpu", torch.bfloat16):
            seen = self.network(as_input(batch.frames))
        loss = loss_of(seen, batch, self.prior, self.plan)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.steps += 1
        self._average(min(EMA, self.steps / (self.steps + 20)))
        return float(loss.detach())

    @torch.no_grad()
    def _average(self, decay: float) -> None:
        theirs = self.network.state_dict()
        for name, value in self.averaged.state_dict().items():
            if value.is_floating_point():
                value.lerp_(theirs[name], 1 - decay)
            else:
                value.copy_(theirs[name])

    def note(self, losses: list[float], figures: dict[str, float]) -> None:
        """A line of progress, to the screen and to ``progress.jsonl``."""
        told = {"minutes": round(self.spent / 60, 1), "of": self.plan.minutes, "photos": self.steps * self.plan.batch}
        line = json.dumps(told | {"loss": round(float(np.mean(losses)), 4)} | figures)
        with (self.folder / "progress.jsonl").open("a") as file:
            file.write(line + "\n")
        print(line, flush=True)


def fit(
    photos: Photos, plan: Plan, folder: Path, check: Callable[[SkinNet], dict[str, float]] | None = None
) -> SkinNet:
    """The network with averaged weights, in ``done.pt`` too. ``folder`` keeps the checkpoint and ``progress.jsonl``; a
    run that finds a checkpoint there goes on from it. ``check`` is asked for figures now and then, which are noted."""
    done = folder / "done.pt"
    if done.exists():
        finished = SkinNet(len(photos.labels), plan.encoder, plan.dropout)
        finished.load_state_dict(torch.load(done, map_location="cpu", weights_only=True))
        return finished.eval()
    run = Run(photos, plan, folder)
    total = plan.minutes * 60
    before, began = run.spent, time.monotonic()
    saved, losses = began, []
    size, batches = None, None
    run.network.train()
    while run.spent < total:
        progress = run.spent / total
        wanted = plan.sizes[progress >= plan.larger_from]
        if batches is None or size != wanted:
            size, batches = wanted, _batches(photos, run.drawn, wanted, plan, plan.seed + run.steps)
        losses.append(run.learn(next(batches), progress))
        now = time.monotonic()
        run.spent = before + now - began
        if now - saved > SAVE_S or run.spent >= total:
            saved = now
            run.save()
            run.note(losses, check(run.averaged) if check else {})
            losses.clear()
    torch.save(run.averaged.state_dict(), done)
    return run.averaged
