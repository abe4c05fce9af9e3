"""Training of one network on the CPU: in the background, with progress, and going on where it was stopped.

The plan runs over minutes and not over epochs, so that it ends when it should on a machine that others use too.
"""

import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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

BATCH = 48
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
    rate: float = 6e-4
    decay: float = 0.03
    balance: float = 0.5
    smoothing: float = 0.05
    dropout: float = 0.3
    mask_weight: float = 1.0
    strength: Strength = Strength()
    seed: int = 3


def log_prior(truth: Any, classes: int, balance: float) -> tuple[Any, Any]:
    """How likely each photo is drawn, and the logarithm of the classes' shares that follow from it."""
    counts = np.maximum(np.bincount(truth, minlength=classes), 1)
    shares = counts**balance / (counts**balance).sum()
    drawn = (shares / counts)[truth]
    return drawn / drawn.sum(), np.log(shares)


def _batches(photos: Photos, drawn: Any, size: tuple[int, int], plan: Plan, seed: int) -> Iterator[tuple[Any, ...]]:
    """Endless; the next batch is made in a thread of its own while the last one is learnt from."""
    rng = np.random.default_rng(seed)

    def make() -> tuple[Any, ...]:
        chosen = rng.choice(len(photos), BATCH, p=drawn)
        made = [varied(photos.images[i], photos.masks[i], size, plan.strength, rng) for i in chosen]
        return (
            np.stack([image for image, _, _ in made]),
            np.stack([mask for _, mask, _ in made]),
            photos.truth[chosen],
            np.array([shown for _, _, shown in made]),
        )

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(make)
        while True:
            ready = waiting.result()
            waiting = pool.submit(make)
            yield ready


def as_input(frames: Any) -> Tensor:
    """(n, height, width, 3) uint8 to what the network takes."""
    return (torch.from_numpy(frames).permute(0, 3, 1, 2).float() - 127) / 128


def loss_of(seen: Seen, masks: Any, truth: Any, shown: Any, prior: Tensor, plan: Plan) -> Tensor:
    """Cross entropy that corrects for how often a class was drawn (Menon 2021), so that the logits speak of the photo
    alone; for the mask binary cross entropy and Dice."""
    target = torch.from_numpy(masks)[:, None].float() / 255
    target = functional.avg_pool2d(target, 2)
    logits = functional.interpolate(seen.mask.float(), size=target.shape[2:], mode="bilinear", align_corners=False)
    sure = torch.sigmoid(logits)
    both = (sure * target).sum((1, 2, 3))
    dice = 1 - (2 * both + 20) / (sure.sum((1, 2, 3)) + target.sum((1, 2, 3)) + 20)
    outline = functional.binary_cross_entropy_with_logits(logits, target) + 0.5 * dice.mean()
    each = functional.cross_entropy(
        seen.logits.float() + prior, torch.from_numpy(truth), reduction="none", label_smoothing=plan.smoothing
    )
    there = torch.from_numpy(shown).float()
    return (each * there).sum() / there.sum() + plan.mask_weight * outline


def _groups(network: SkinNet, plan: Plan) -> list[dict[str, Any]]:
    """The encoder learns slower than what is new; normalisation and biases are not pulled to zero."""
    groups = []
    for name, value in network.named_parameters():
        if value.requires_grad:
            new = not name.startswith("encoder.")
            decay = plan.decay if value.ndim > 1 else 0.0
            groups.append({"params": [value], "lr": plan.rate * (2 if new else 1), "weight_decay": decay})
    for group in groups:
        group["peak"] = group["lr"]
    return groups


def _rate(progress: float) -> float:
    return min(progress / WARM_UP, 0.5 * (1 + math.cos(math.pi * progress)) + 0.003)


def fit(photos: Photos, plan: Plan, folder: Path, start: Path | None = None, check: Any = None) -> SkinNet:
    """The network with averaged weights. ``folder`` keeps the checkpoint and ``progress.jsonl``; a run that finds a
    checkpoint there goes on from it. ``check(network) -> dict`` is called now and then and its figures are noted."""
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, done = folder / "checkpoint.pt", folder / "done.pt"
    classes = len(photos.labels)
    torch.manual_seed(plan.seed)
    cv2.setNumThreads(1)
    network = SkinNet(classes, plan.encoder, plan.dropout)
    from_imagenet(network, plan.encoder)
    if start is not None:
        kept = {
            name: value
            for name, value in torch.load(start, map_location="cpu", weights_only=True).items()
            if not name.startswith("classes.")
        }
        network.load_state_dict(kept, strict=False)
    network.freeze()
    hasten(network)
    network.to(memory_format=torch.channels_last)
    # The copy's depthwise layers must not be the network's: they are hastened by closures over it.
    averaged = SkinNet(classes, plan.encoder, plan.dropout)
    averaged.load_state_dict(network.state_dict())
    averaged.eval()
    if done.exists():
        averaged.load_state_dict(torch.load(done, map_location="cpu", weights_only=True))
        return averaged
    optimiser = torch.optim.AdamW(_groups(network, plan))
    spent, steps = 0.0, 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location="cpu", weights_only=True)
        network.load_state_dict(kept["network"])
        averaged.load_state_dict(kept["averaged"])
        optimiser.load_state_dict(kept["optimiser"])
        spent, steps = kept["spent"], kept["steps"]
    drawn, shares = log_prior(photos.truth, classes, plan.balance)
    prior = torch.tensor(shares, dtype=torch.float32)
    total = plan.minutes * 60
    network.train()
    larger, batches = None, None
    began = saved = time.monotonic()
    before, losses = spent, []
    while spent < total:
        progress = spent / total
        if larger is not (progress >= plan.larger_from) or batches is None:
            larger = progress >= plan.larger_from
            batches = _batches(photos, drawn, plan.sizes[larger], plan, plan.seed + steps)
        frames, masks, truth, shown = next(batches)
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * _rate(progress)
        with torch.autocast("cpu", torch.bfloat16):
            seen = network(as_input(frames))
        loss = loss_of(seen, masks, truth, shown, prior, plan)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        steps += 1
        _average(averaged, network, min(EMA, steps / (steps + 20)))
        losses.append(float(loss.detach()))
        now = time.monotonic()
        spent = before + now - began
        if now - saved > SAVE_S or spent >= total:
            saved = now
            kept = {"network": network.state_dict(), "averaged": averaged.state_dict(), "spent": spent, "steps": steps}
            torch.save(kept | {"optimiser": optimiser.state_dict()}, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
            note = {"minutes": round(spent / 60, 1), "of": plan.minutes, "photos": steps * BATCH,
                    "loss": round(float(np.mean(losses)), 4)}  # fmt: skip
            losses.clear()
            if check is not None:
                note |= check(averaged)
            with (folder / "progress.jsonl").open("a") as file:
                file.write(json.dumps(note) + "\n")
            print(json.dumps(note), flush=True)
    torch.save(averaged.state_dict(), done)
    return averaged


@torch.no_grad()
def _average(averaged: SkinNet, network: SkinNet, decay: float) -> None:
    theirs = network.state_dict()
    for name, value in averaged.state_dict().items():
        if value.is_floating_point():
            value.lerp_(theirs[name], 1 - decay)
        else:
            value.copy_(theirs[name])
