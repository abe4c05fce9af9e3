"""``python -m cli``: the same as ``xinglin``."""

from cli.main import app

app()
