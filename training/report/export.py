"""Trained weights back in the file that they started from, as ONNX Runtime and rapidocr read it."""

from copy import deepcopy
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from training.report.graph import Graph
from training.skin.export import in_half


def export(start: Graph, trained: dict[str, Tensor], path: Path, *, share: float) -> None:
    """Write ``share`` of the way from the start's weights to the ``trained`` ones (their names are the parameters'),
    large ones in half precision. Part of the way keeps more of what the start could read."""
    model = deepcopy(start.file)
    first = dict(start.named_parameters())
    for kept in model.graph.initializer:
        name = kept.name.replace(".", ":")
        if name in first:
            value = torch.lerp(first[name].detach(), trained[name], share).numpy()
            kept.CopyFrom(numpy_helper.from_array(value, kept.name))
    in_half(model)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
