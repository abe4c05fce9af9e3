"""A trained network as ONNX Runtime gets it, and what torch said of fixed inputs, so that both can be held together."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.skin.architecture import SkinNet, seen_from
from training.skin.distance import Distance
from vision.skin.frame import Frame
from vision.skin.history import LENGTH
from vision.skin.invented import spot
from vision.skin.network import MODELS, Kind

LARGE = 256
"""Tensors of at least so many values are kept in half precision: the file is half as large, what is computed is not."""
CHECKS = 3


class Shipped(nn.Module):
    """The network with all that is computed from its maps: one pass from pixels to everything that is read off."""

    def __init__(self, network: SkinNet, distance: Distance, history: Any = None, sides: int = 1) -> None:
        """``history``: (classes, LENGTH) weights that are added to the logits, for the phone. ``sides``: from how
        many the photo is seen."""
        super().__init__()
        self.network, self.sides = network, sides
        self.told = None if history is None else nn.Parameter(torch.tensor(history, dtype=torch.float32))
        for name in ("mean", "axes", "centres"):
            self.register_buffer(name, torch.tensor(getattr(distance, name), dtype=torch.float32))
        # Plain axes for what lies beside them: whitening changes their length only.
        length = np.linalg.norm(distance.axes, axis=0, keepdims=True)
        self.register_buffer("plain", torch.tensor(distance.axes / length, dtype=torch.float32))
        self.near, self.beside = distance.near, distance.beside

    def unlike(self, features: Tensor) -> Tensor:
        """(n,): the larger of the two distances."""
        apart = features - self.mean
        along = (apart @ self.axes)[:, None] - self.centres[None]
        near = along.square().sum(2).amin(1).sqrt() / self.near
        beside = (apart - apart @ self.plain @ self.plain.T).square().sum(1).sqrt() / self.beside
        return torch.maximum(near, beside)

    def forward(self, photo: Tensor, history: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """``photo``: (1, height, width, 3) uint8. Logits, mask, heat of every class, unlike."""
        x = (photo.permute(0, 3, 1, 2).float() - 127) / 128
        seen = seen_from(self.network, x, self.sides)
        logits = seen.logits
        heat = torch.einsum("kc,nchw->nkhw", self.network.classes.weight, seen.map)
        if self.told is not None and history is not None:
            logits = logits + history @ self.told.T
        return logits, seen.mask[:, 0].sigmoid(), heat, self.unlike(seen.features)


def made_up(frame: Frame, number: int) -> tuple[Any, Any]:
    """A lesion that nobody has, (1, height, width, 3) uint8, and a made-up history, (1, LENGTH)."""
    rng = np.random.default_rng(number)
    photo = spot(frame.height, frame.width, size=rng.uniform(0.1, 0.4), seed=number)
    return photo[None], rng.integers(-1, 2, (1, LENGTH)).astype(np.float32)


def in_half(model: onnx.ModelProto) -> None:
    """Large weights in half precision, cast back where they are used; ONNX Runtime does that once, when it loads."""
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type == TensorProto.FLOAT and values.size >= LARGE:
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + "_half"))
            casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


@torch.no_grad()
def export(kind: Kind, shipped: Shipped, frame: Frame, settings: dict[str, Any]) -> Path:
    """Write ``<kind>.onnx``, ``<kind>.json`` and ``<kind>.check.npz`` to ``models/skin/``; the path of the first.

    What torch says for the check is said by the very weights that are written, rounded to half precision.
    """
    shipped.eval()
    for value in (*shipped.parameters(), *shipped.buffers()):
        if value.is_floating_point() and value.numel() >= LARGE:
            value.copy_(value.half().float())
    examples = [made_up(frame, number) for number in range(CHECKS)]
    taken = 2 if kind is Kind.PHONE else 1
    path = MODELS / f"{kind}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        shipped,
        tuple(torch.from_numpy(value) for value in examples[0][:taken]),
        str(path),
        input_names=["photo", "history"][:taken],
        output_names=["logits", "mask", "heat", "unlike"],
        opset_version=17,
        training=torch.onnx.TrainingMode.PRESERVE,  # else normalisation is folded into weights that are rounded then
        dynamo=False,
    )
    model = onnx.load(str(path))
    in_half(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    said: dict[str, list[Any]] = {"logits": [], "mask": [], "heat": [], "unlike": []}
    for example in examples:
        answers = shipped(*(torch.from_numpy(value) for value in example[:taken]))
        for name, value in zip(said, answers, strict=True):
            said[name].append(value.numpy()[0])
    photos, histories = (np.concatenate(values) for values in zip(*examples, strict=True))
    kept = {name: np.stack(values) for name, values in said.items()}
    np.savez_compressed(MODELS / f"{kind}.check.npz", photo=photos, history=histories, **kept)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    told = {"version": f"{kind}-{digest}", "frame": asdict(frame)} | settings
    (MODELS / f"{kind}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
