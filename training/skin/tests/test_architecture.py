"""The faster gradients are gradients, and what is exported says what torch says."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch.nn import functional

from training.skin import export as exporting
from training.skin.architecture import Seen, SkinNet, from_imagenet, seen_from
from training.skin.distance import measure
from training.skin.export import Shipped, export, made_up
from training.skin.history import fit_head, partly
from training.skin.operators import DepthwiseWay, hasten
from vision.skin.frame import Frame
from vision.skin.history import LENGTH
from vision.skin.network import Kind

ENCODER = "tf_efficientnet_lite0"


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize(
    ("size", "stride", "shape"), [(3, 1, (12, 16)), (3, 2, (12, 16)), (3, 2, (9, 7)), (5, 2, (9, 8))]
)
def test_depthwise_gradients_are_those_of_torch(size: int, stride: int, shape: tuple[int, int], padding: int) -> None:
    torch.manual_seed(1)
    x = torch.randn(2, 6, *shape, dtype=torch.double, requires_grad=True)
    weight = torch.randn(6, 1, size, size, dtype=torch.double, requires_grad=True)
    ours = DepthwiseWay.apply(x, weight, stride, padding)
    plain = functional.conv2d(x, weight, None, stride, padding, 1, 6)
    assert torch.equal(ours, plain)
    grad = torch.randn_like(plain)
    pairs = zip(
        torch.autograd.grad(ours, (x, weight), grad), torch.autograd.grad(plain, (x, weight), grad), strict=True
    )
    for mine, theirs in pairs:
        assert torch.allclose(mine, theirs, atol=1e-4)  # 5 x 5 weights go through float32


def test_hastened_network_computes_the_same() -> None:
    torch.manual_seed(2)
    network = SkinNet(3, dropout=0.0)
    network.encoder.drop_path_rate = 0.0
    network.freeze()
    x = torch.randn(2, 3, 64, 96)
    network.train()
    for module in network.modules():
        if module.__class__.__name__ == "DropPath":
            module.drop_prob = 0.0
    before = network(x).logits.detach()
    hasten(network)
    assert torch.allclose(network(x).logits, before, atol=1e-4)


def test_imagenet_start_fits_timm() -> None:
    network = SkinNet(3)
    from_imagenet(network, ENCODER)
    # Where statistics and weights belong together, what they normalise comes out neither dead nor exploded.
    photo = torch.from_numpy(made_up(Frame(192, 256, 200), 1)[0]).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        features = network.eval()((photo - 127) / 128).features
    assert 0.05 < float(features.mean()) < 2
    assert float((features > 0.01).float().mean()) > 0.1


def test_frozen_blocks_do_not_learn() -> None:
    network = SkinNet(3)
    network.freeze()
    network.train()
    network(torch.randn(2, 3, 64, 64)).logits.sum().backward()
    assert network.encoder.conv_stem.weight.grad is None
    assert not network.encoder.bn1.training
    assert network.encoder.blocks[3][0].conv_pw.weight.grad is not None


def test_mask_seen_from_two_sides_lies_the_right_way() -> None:
    class Left(torch.nn.Module):
        def forward(self, photos: torch.Tensor) -> Seen:
            flat = photos[:, :1]
            return Seen(flat.mean((2, 3)), flat, flat.mean((2, 3)), flat)

    photo = torch.arange(12.0).reshape(1, 1, 3, 4).repeat(1, 3, 1, 1)
    assert torch.equal(seen_from(Left(), photo, 4).mask, photo[:, :1])


@pytest.mark.parametrize("kind", list(Kind))
def test_onnx_says_what_torch_says(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MODELS", tmp_path)
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    features = rng.normal(size=(80, 1280))
    distance = measure(features[:60], rng.integers(3, size=60), features[60:])
    history = rng.normal(size=(3, LENGTH)) if kind is Kind.PHONE else None
    network = SkinNet(3)
    from_imagenet(network, ENCODER)
    shipped = Shipped(network, distance, history, sides=2)
    frame = Frame(64, 96, 200)
    path = export(kind, shipped, frame, {})
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    photo, told = made_up(frame, 7)
    asked = {"photo": photo} | ({"history": told} if kind is Kind.PHONE else {})
    with torch.no_grad():
        wanted = shipped(*(torch.from_numpy(value) for value in asked.values()))
    for ours, theirs in zip(session.run(None, asked), wanted, strict=True):
        assert np.abs(ours - theirs.numpy()).max() < 1e-3


def test_head_learns_what_the_history_tells() -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(3, size=300)
    history = np.zeros((300, LENGTH), np.float32)
    history[np.arange(300), LENGTH - 3 + truth] = 1.0
    history[:, LENGTH - 6 : LENGTH - 3] = rng.choice([-1.0, 1.0], (300, 3))
    head = fit_head(np.zeros((300, 3)), history, truth)
    assert (head.logits(np.zeros((300, 3)), history).argmax(axis=1) == truth).mean() > 0.95
    assert not partly(history, 0.0, 1).any()
    assert np.array_equal(partly(history, 1.0, 1), history)
