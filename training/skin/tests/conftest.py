"""torchvision's operators are declared before anything imports timm."""

from training.skin import operators

DECLARED = operators.declare()
