"""The catalogue's YAML files."""

from pathlib import Path
from typing import Any

import yaml

# libyaml reads the catalogue in a quarter of a second, the Python parser in two. Both know safe types only.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> Any:
    """The content of one file of ours."""
    return yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506
