"""torchvision's operators are declared before anything imports timm, where there is a torch."""

from importlib.util import find_spec

if find_spec("torch") is None:
    collect_ignore = ["test_architecture.py"]
else:
    from training.skin import operators

    operators.declare()
