"""In vision's environment with ``make test``, but for what needs torch; all of it in training's own environment:
``training/skin/.venv/bin/python -m pytest -c training/skin/pytest.ini training/skin/tests``."""
