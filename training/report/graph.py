"""An ONNX file as a network that torch can train, node by node, and back into the file that it came from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from training.skin.operators import DepthwiseWay

Operator = Callable[..., Any]


class Graph(nn.Module):
    """A file whose operators are all in ``OPERATORS``. Every float tensor of more than one value can be trained; its
    name in the file is the parameter's, with ``:`` for each dot.

    Raises KeyError for an operator that it does not know."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = onnx.load(path)
        self.constants: dict[str, Tensor] = {}
        for kept in self.file.graph.initializer:
            value = torch.from_numpy(numpy_helper.to_array(kept).copy())
            if value.is_floating_point() and value.numel() > 1:
                self.register_parameter(kept.name.replace(".", ":"), nn.Parameter(value))
            else:
                self.constants[kept.name] = value
        self.steps = [
            (OPERATORS[node.op_type], list(node.input), list(node.output),
             {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute})
            for node in self.file.graph.node
        ]  # fmt: skip
        self.input = self.file.graph.input[0].name

    def forward(self, x: Tensor, until: str | None = None) -> Tensor:
        """What the file tells for (n, channels, height, width), or its tensor ``until``."""
        known = dict(self.constants)
        known |= {name.replace(":", "."): value for name, value in self.named_parameters()}
        known[self.input] = x
        for operator, inputs, outputs, attributes in self.steps:
            known[outputs[0]] = operator(*(known[name] for name in inputs), **attributes)
            if outputs[0] == until:
                break
        return known[until or self.file.graph.output[0].name]

    def weight(self, name: str) -> Tensor:
        """A tensor by its name in the file."""
        return self.get_parameter(name.replace(".", ":"))


def _padded(x: Tensor, kernel: list[int], strides: list[int], attributes: dict[str, Any], fill: float) -> Tensor:
    """With what ONNX's ``auto_pad`` or ``pads`` add; the odd row and column of SAME_UPPER is below and on the right."""
    if attributes.get("auto_pad", b"NOTSET") == b"SAME_UPPER":
        sides = []
        for side, size, stride in zip(x.shape[2:], kernel, strides, strict=True):
            more = max((-(-side // stride) - 1) * stride + size - side, 0)
            sides.append((more // 2, more - more // 2))
    else:
        pads = attributes.get("pads", [0, 0, 0, 0])
        sides = list(zip(pads[:2], pads[2:], strict=True))
    (top, below), (left, right) = sides
    return functional.pad(x, (left, right, top, below), value=fill) if top + below + left + right else x


def _convolution(x: Tensor, weight: Tensor, bias: Tensor | None = None, **attributes: Any) -> Tensor:
    strides, groups = list(attributes.get("strides", [1, 1])), attributes.get("group", 1)
    x = _padded(x, list(weight.shape[2:]), strides, attributes, 0.0)
    if groups == x.shape[1] > 1 and strides[0] == strides[1] and weight.shape[2] == weight.shape[3]:
        if torch.is_autocast_enabled("cpu"):
            x, weight = x.to(torch.bfloat16), weight.to(torch.bfloat16)
        y = DepthwiseWay.apply(x, weight, strides[0], 0)
        return y if bias is None else y + bias[:, None, None].to(y.dtype)
    return functional.conv2d(x, weight, bias, strides, 0, attributes.get("dilations", [1, 1]), groups)


def _pooled(x: Tensor, *, highest: bool, **attributes: Any) -> Tensor:
    kernel, strides = list(attributes["kernel_shape"]), list(attributes.get("strides", [1, 1]))
    x = _padded(x, kernel, strides, attributes, float("-inf") if highest else 0.0)
    return functional.max_pool2d(x, kernel, strides) if highest else functional.avg_pool2d(x, kernel, strides)


def _normed(x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, **attributes: Any) -> Tensor:
    """As in use: by the mean and variance in the file, which are trained as any number is."""
    return functional.batch_norm(x, mean.detach(), variance.detach(), scale, shift, False, 0.0, attributes["epsilon"])


def _sliced(x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor, steps: Tensor | None = None) -> Tensor:
    if steps is not None and bool((steps != 1).any()):
        raise NotImplementedError("a slice with steps")
    for start, end, axis in zip(starts.tolist(), ends.tolist(), axes.tolist(), strict=True):
        length = x.shape[axis]
        start, end = (max(0, one + length if one < 0 else min(one, length)) for one in (start, end))  # noqa: PLW2901
        x = x.narrow(axis, start, end - start)
    return x


def _reshaped(x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([x.shape[place] if size == 0 else size for place, size in enumerate(shape.tolist())])


def _squeezed(x: Tensor, axes: list[int]) -> Tensor:
    for axis in sorted(axes, reverse=True):
        x = x.squeeze(axis)
    return x


def _unsqueezed(x: Tensor, axes: list[int]) -> Tensor:
    for axis in sorted(axes):
        x = x.unsqueeze(axis)
    return x


TYPES = {onnx.TensorProto.FLOAT: torch.float32, onnx.TensorProto.INT64: torch.int64}
OPERATORS: dict[str, Operator] = {
    "Add": torch.add,
    "AveragePool": lambda x, **how: _pooled(x, highest=False, **how),
    "BatchNormalization": _normed,
    "Cast": lambda x, to: x.to(TYPES[to]),
    "Concat": lambda *parts, axis: torch.cat(parts, axis),
    "Conv": _convolution,
    "Div": torch.div,
    "Erf": torch.erf,
    "HardSigmoid": lambda x, alpha=0.2, beta=0.5: (x * alpha + beta).clamp(0, 1),
    "Identity": lambda x: x,
    "MatMul": torch.matmul,
    "MaxPool": lambda x, **how: _pooled(x, highest=True, **how),
    "Mul": torch.mul,
    "Pow": torch.pow,
    "ReduceMean": lambda x, axes, keepdims=1: x.mean(axes, keepdim=bool(keepdims)),
    "Relu": torch.relu,
    "Reshape": _reshaped,
    "Shape": lambda x: torch.tensor(x.shape),
    "Sigmoid": torch.sigmoid,
    "Slice": _sliced,
    "Softmax": lambda x, axis=-1: x.softmax(axis),
    "Sqrt": torch.sqrt,
    "Squeeze": _squeezed,
    "Sub": torch.sub,
    "Transpose": lambda x, perm: x.permute(perm),
    "Unsqueeze": _unsqueezed,
}
