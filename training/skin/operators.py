"""What torch's CPU build needs before timm, and a faster way back through depthwise convolutions."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

MISSING = ("nms", "qnms")
"""Operators that torchvision registers fakes for; its CPU wheel for this torch carries no compiled code for them."""


def declare() -> "torch.library.Library | None":
    """Declare torchvision's operators where its compiled code does not; keep what it returns while timm is in use."""
    try:
        import torchvision  # noqa: F401, PLC0415
    except RuntimeError:
        import sys  # noqa: PLC0415

        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for name in MISSING:
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return library
    return None


class DepthwiseWay(torch.autograd.Function):
    """A depthwise convolution whose gradients take the fast kernels of a CPU.

    oneDNN has no fast bfloat16 kernel for the input's gradient at stride 2 (125 ms against 11 ms here, 32 x 96 x 96 x
    128) nor for the weight's at 5 x 5 (98 ms against 20 ms in float32). The first is the same as a forward pass with
    the kernel turned by 180 degrees over the gradient spread out with zeros.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return functional.conv2d(x, weight, None, stride, padding, 1, x.shape[1])

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:  # type: ignore[override]
        x, weight = ctx.saved_tensors
        stride, padding, size, channels = ctx.stride, ctx.padding, weight.shape[-1], x.shape[1]
        to_x = to_weight = None
        if ctx.needs_input_grad[0]:
            spread = grad
            if stride > 1:
                height, width = (side - size + 1 + 2 * padding for side in x.shape[2:])
                spread = grad.new_zeros((x.shape[0], channels, height, width)).to(memory_format=torch.channels_last)
                spread[:, :, ::stride, ::stride] = grad
            to_x = functional.conv2d(spread, weight.flip(2, 3), None, 1, size - 1 - padding, 1, channels)
        if ctx.needs_input_grad[1]:
            wide = torch.float32 if size > 3 else x.dtype
            _, to_weight, _ = torch.ops.aten.convolution_backward(
                grad.to(wide), x.to(wide), weight.to(wide), None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0],
                channels, [False, True, False],
            )  # fmt: skip
            to_weight = to_weight.to(weight.dtype)
        return to_x, to_weight, None, None


def hasten(network: nn.Module) -> None:
    """Let every depthwise convolution of ``network`` take :class:`DepthwiseWay` while it is trained."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1:
            module.forward = _forward(module)  # type: ignore[method-assign]


def _forward(module: nn.Conv2d) -> Any:
    plain = module.forward
    same = type(module).__name__ == "Conv2dSame"

    def forward(x: Tensor) -> Tensor:
        if not module.training:
            return plain(x)
        size, stride = module.kernel_size[0], module.stride[0]
        padding = int(module.padding[0])
        if same:
            # TensorFlow's "same": the odd row and column of zeros is below and on the right.
            more = [max((-(-side // stride) - 1) * stride + size - side, 0) for side in x.shape[2:]]
            x = functional.pad(x, (more[1] // 2, more[1] - more[1] // 2, more[0] // 2, more[0] - more[0] // 2))
            padding = 0
        weight = module.weight
        if torch.is_autocast_enabled("cpu"):
            x, weight = x.to(torch.bfloat16), weight.to(torch.bfloat16)
        return DepthwiseWay.apply(x, weight, stride, padding)

    return forward
