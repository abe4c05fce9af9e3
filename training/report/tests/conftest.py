"""What needs torch is left out where there is none."""

from importlib.util import find_spec

if find_spec("torch") is None:
    collect_ignore = ["test_graph.py"]
