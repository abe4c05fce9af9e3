"""The catalogue's YAML files."""

from pathlib import Path
from typing import Any

import yaml

# libyaml reads the catalogue in a quarter of a second, the Python parser in two. Both know safe types only.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: Path) -> Any:
    """The content of one file of ours."""
    loader = _LOADER(path.read_text("utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
