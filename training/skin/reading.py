"""What a trained network says of photos, as it is used: placed in the frame, and seen from several sides."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from training.skin.architecture import SkinNet
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


def dice(mask: Any, truth: Any) -> float:
    """Overlap of two boolean masks, 0 to 1; two empty ones agree."""
    total = mask.sum() + truth.sum()
    return float(2 * (mask & truth).sum() / total) if total else 1.0


@torch.no_grad()
def read(network: SkinNet, photos: Photos, frame: Frame, sides: int = 1) -> Said:
    """``sides``: 1, or 2 to average with the photo turned upside down and mirrored at once (by 180 degrees)."""
    network.eval()
    logits, features, overlaps = [], [], []
    for start in range(0, len(photos), AT_ONCE):
        placed = [place(image, frame) for image in photos.images[start : start + AT_ONCE]]
        x = as_input(np.stack([one.pixels for one in placed]))
        with torch.autocast("cpu", torch.bfloat16):
            seen = network(x.to(memory_format=torch.channels_last))
            out, mask, told = seen.logits.float(), seen.mask.float(), seen.features.float()
            if sides > 1:
                again = network(x.flip(2, 3).to(memory_format=torch.channels_last))
                out = (out + again.logits.float()) / 2
                mask = (mask + again.mask.float().flip(2, 3)) / 2
                told = (told + again.features.float()) / 2
        logits.append(out.numpy())
        features.append(told.numpy())
        for one, drawn, wanted in zip(placed, mask.sigmoid().numpy(), photos.masks[start:], strict=False):
            overlaps.append(dice(one.back(drawn[0]) >= 0.5, wanted >= 128))
    return Said(np.concatenate(logits), np.concatenate(features), np.array(overlaps))
