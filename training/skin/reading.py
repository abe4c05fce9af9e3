"""What a trained network says of photos, as it is used: placed in the frame, and seen from several sides."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from training.skin.architecture import SkinNet, seen_from
from training.skin.figures import overlap
from training.skin.fit import as_input
from training.skin.photos import Photos
from vision.skin.frame import Frame, place

AT_ONCE = 32


@dataclass(frozen=True)
class Said:
    """Of n photos: ``logits`` (n, classes), ``features`` (n, channels), ``dice`` (n,) of the mask against the one drawn
    by hand."""

    logits: Any
    features: Any
    dice: Any


@torch.no_grad()
def read(network: SkinNet, photos: Photos, frame: Frame, sides: int = 1) -> Said:
    """``sides``: how many of :data:`training.skin.architecture.SIDES` are averaged."""
    network.eval()
    logits, features, overlaps = [], [], []
    for start in range(0, len(photos), AT_ONCE):
        placed = [place(image, frame) for image in photos.images[start : start + AT_ONCE]]
        x = as_input(np.stack([one.pixels for one in placed])).to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            seen = seen_from(network, x, sides)
        logits.append(seen.logits.float().numpy())
        features.append(seen.features.float().numpy())
        masks = seen.mask.float().sigmoid().numpy()[:, 0]
        for one, drawn, wanted in zip(placed, masks, photos.masks[start:], strict=False):
            overlaps.append(overlap(one.back(drawn) >= 0.5, wanted >= 128))
    return Said(np.concatenate(logits), np.concatenate(features), np.array(overlaps))
